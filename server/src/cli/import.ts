import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import cliProgress from 'cli-progress'
import type { Command } from 'commander'
import type { IngestResult } from '@guanlan/contract/event'
import { SourceName } from '@guanlan/contract/event'
import type { CommandProgress } from '../admin/command.ts'
import { CSV_COLUMNS, readCsv, readNdjson } from '../ingest/import-reader.ts'
import { IMPORT_START, runImport } from '../ingest/import-run.ts'
import type { ImportPosition } from '../ingest/import-run.ts'
import { REJECTS_HEADER, rejectLines } from '../ingest/import-file.ts'
import type { Config } from '../config.ts'
import { print } from './output.ts'
import { pipedInput } from './piped-input.ts'
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
      'where refused lines are listed: line, code, pointer (default: <file>.rejects.tsv; from standard input imports/<source>.rejects.tsv in the data directory)',
    )
    .option('--json', 'print the result as one JSON value')
    .addHelpText('after', `\nCSV has a header with these columns, in any order:\n  ${CSV_COLUMNS.join(', ')}`)
    .action(async (file: string, options: Options) => {
      // Taken over before an engine opens.
      const input = file === '-' ? pipedInput() : undefined
      await withAdmin(async (call, config) => {
        const work = input ? importStream(call, input, options, config) : importOne(call, file, options)
        print(await work, options.json ?? false)
      }).finally(() => input?.destroy())
    })
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

const SHOWN_EACH_MS = 2_000

/** How far a stream has come, on stderr while it is a terminal: a stream has no known length, so there is no bar. */
function createCounter(began: number) {
  let shownAt = began
  const onTerminal = process.stderr.isTTY
  return {
    show({ lines, accepted, rejected }: ImportPosition): void {
      const now = performance.now()
      if (!onTerminal || now - shownAt < SHOWN_EACH_MS) return
      shownAt = now
      const rate = Math.round((lines / (now - began)) * 1000)
      process.stderr.write(`\r${lines} lines, ${accepted} accepted, ${rejected} refused, ${rate}/s `)
    },
    end: () => void (onTerminal && process.stderr.write('\n')),
  }
}

/** Standard input is read here and handed over in batches; text never touches a file on the way. */
async function importStream(
  call: Call,
  input: AsyncIterable<Uint8Array>,
  { source, unit, format = 'ndjson', rejects }: Options,
  { dataDir }: Config,
): Promise<unknown> {
  const began = performance.now()
  const read = format === 'csv' ? readCsv : readNdjson
  const name = SourceName.safeParse(source).success ? source : 'import'
  const refusals = path.resolve(rejects ?? path.join(dataDir, 'imports', `${name}.rejects.tsv`))
  await mkdir(path.dirname(refusals), { recursive: true, mode: 0o700 })
  await rm(refusals, { force: true })
  const counter = createCounter(began)
  const { lines, accepted, duplicates, pending, rejected } = await runImport({
    items: read(input),
    from: IMPORT_START,
    signal: new AbortController().signal,
    submit: (events) => call('import.batch', { events, source, unit }) as Promise<IngestResult>,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    async onRejects(refused) {
      await writeFile(refusals, REJECTS_HEADER, { flag: 'wx', mode: 0o600 }).catch(() => undefined)
      await writeFile(refusals, rejectLines(refused), { flag: 'a' })
    },
    onPosition: async (position) => counter.show(position),
  }).finally(counter.end)
  await call('import.settle', {})
  const seconds = (performance.now() - began) / 1000
  return {
    ...{ lines, accepted, duplicates, pending, rejected },
    ...{ seconds, eventsPerSecond: Math.round(lines / seconds), resumed: false },
    ...(rejected > 0 ? { rejectsFile: refusals } : {}),
  }
}
