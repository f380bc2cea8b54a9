import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import cliProgress from 'cli-progress'
import type { Command } from 'commander'
import type { IngestResult } from '@guanlan/contract/event'
import type { CommandProgress } from '../admin/command.ts'
import { CSV_COLUMNS, readCsv, readNdjson } from '../ingest/import-reader.ts'
import { IMPORT_START, runImport } from '../ingest/import-run.ts'
import { REJECTS_HEADER, rejectLines } from '../ingest/import-file.ts'
import { print } from './output.ts'
import { withAdmin } from './run.ts'
import type { Call } from './run.ts'

interface Options {
  source: string
  unit?: string
  format?: 'ndjson' | 'csv'
  rejects?: string
  json?: boolean
}

/** `guanlan import` and `guanlan reconcile`. */
export function registerImportCommands(program: Command): void {
  program
    .command('import <file>')
    .description('take in decisions of the past from NDJSON or CSV; - reads standard input')
    .requiredOption('--source <name>', 'name of the sending system: ids are unique within it')
    .option('--unit <id>', 'only groups of this unit and below are taken (default: the whole organisation)')
    .option('--format <format>', 'ndjson or csv (default: by the name of the file, else ndjson)')
    .option(
      '--rejects <file>',
      'where refused lines are listed: line, code, pointer (default: <file>.rejects.tsv)',
    )
    .option('--json', 'print the result as one JSON value')
    .addHelpText('after', `\nCSV has a header with these columns, in any order:\n  ${CSV_COLUMNS.join(', ')}`)
    .action((file: string, options: Options) =>
      withAdmin(async (call) =>
        print(
          await (file === '-' ? importStream(call, options) : importOne(call, file, options)),
          options.json ?? false,
        ),
      ),
    )
  program
    .command('reconcile')
    .description('recount the rollups from the raw decisions, report differences and repair them')
    .option('--report-only', 'repair nothing')
    .option('--json', 'print the result as one JSON value')
    .action(({ reportOnly = false, json = false }: { reportOnly?: boolean; json?: boolean }) =>
      withAdmin(async (call) =>
        print(await withBar('days', (show) => call('reconcile', { repair: !reportOnly }, show)), json),
      ),
    )
}

/** A progress bar on stderr while it is a terminal. */
async function withBar<T>(
  what: string,
  work: (show: (step: CommandProgress) => void) => Promise<T>,
): Promise<T> {
  const bar = new cliProgress.SingleBar(
    {
      format: `{bar} {percentage}% of ${what}, {eta_formatted} left, {note}`,
      stream: process.stderr,
      noTTYOutput: false,
      hideCursor: true,
    },
    cliProgress.Presets.shades_classic,
  )
  let started = false
  try {
    return await work(({ done, total = 0, note = '' }) => {
      if (!started) bar.start(total, done, { note })
      started = true
      bar.update(done, { note })
    })
  } finally {
    if (started) bar.stop()
  }
}

function importOne(call: Call, file: string, { source, unit, format, rejects }: Options): Promise<unknown> {
  const args = {
    file: path.resolve(file),
    source,
    unit,
    format,
    rejects: rejects === undefined ? undefined : path.resolve(rejects),
  }
  return withBar('bytes', (show) => call('import', args, show))
}

/** Standard input is read here and handed over in batches; text never touches a file on the way. */
async function importStream(
  call: Call,
  { source, unit, format = 'ndjson', rejects = 'import.rejects.tsv' }: Options,
): Promise<unknown> {
  const began = performance.now()
  const read = format === 'csv' ? readCsv : readNdjson
  await writeFile(rejects, REJECTS_HEADER, { mode: 0o600 })
  const { lines, accepted, duplicates, pending, rejected } = await runImport({
    items: read(process.stdin),
    from: IMPORT_START,
    signal: new AbortController().signal,
    submit: (events) => call('import.batch', { events, source, unit }) as Promise<IngestResult>,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    onRejects: (refused) => writeFile(rejects, rejectLines(refused), { flag: 'a' }),
    onPosition: () => Promise.resolve(),
  })
  await call('import.settle', {})
  return {
    lines,
    accepted,
    duplicates,
    pending,
    rejected,
    seconds: (performance.now() - began) / 1000,
    resumed: false,
  }
}
