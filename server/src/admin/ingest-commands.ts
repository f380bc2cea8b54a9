import path from 'node:path'
import { z } from 'zod'
import { appError } from '@guanlan/contract/errors'
import { BATCH_LIMIT, SourceName, UnitId } from '@guanlan/contract/event'
import { importFile } from '../ingest/import-file.ts'
import type { Ingest } from '../ingest/ingest.ts'
import { landed } from '../ingest/landed.ts'
import { reconcile } from '../ingest/reconcile.ts'
import type { Writer } from '../ingest/writer.ts'
import type { Clock } from '../lib/clock.ts'
import type { LocalTime } from '../lib/local-day.ts'
import type { ClickHouse } from '../ports/clickhouse.ts'
import { adminCommand } from './command.ts'
import type { AdminCommands } from './command.ts'

export interface IngestCommandDeps {
  readonly ingest: Pick<Ingest, 'submit'>
  readonly writer: Pick<Writer, 'drained' | 'betweenBlocks' | 'stats' | 'backlog'>
  readonly people: { settle(): Promise<void> }
  readonly health: { flush(): Promise<void> }
  readonly directory: { readonly root: string }
  readonly clickhouse: ClickHouse
  readonly config: {
    readonly dataDir: string
    readonly retention: { readonly rawDays: number; readonly minuteDays: number; readonly hourDays: number }
  }
  readonly clock: Clock
  readonly time: LocalTime
  readonly newToken: () => string
}

const From = { source: SourceName, unit: UnitId.optional() }
const FileArgs = z.strictObject({
  ...From,
  file: z.string().min(1),
  format: z.enum(['ndjson', 'csv']).optional(),
  rejects: z.string().optional(),
})
const BatchArgs = z.strictObject({ ...From, events: z.array(z.unknown()).max(BATCH_LIMIT) })
const ReconcileArgs = z.strictObject({ repair: z.boolean().default(true) })

/** Imports and the recount of rollups. An import is history: it never alerts and never enters word windows. */
export function ingestCommands(deps: IngestCommandDeps): AdminCommands {
  const { config, ingest, writer, people, health, directory, clickhouse, clock, time } = deps
  /** A day that retention may have begun to delete no longer adds up. */
  const firstDay = (kept: number) => time.addDays(time.dayOf(clock.now()), 1 - kept)
  const submitAs = (source: string, unit: string | undefined) => (events: unknown[]) =>
    ingest.submit(events, { source, unitId: unit ?? directory.root, history: true })
  /** After it, totals, visibility and source health show what was imported. */
  async function settle(): Promise<void> {
    await landed(writer)
    await people.settle()
    await health.flush()
  }
  return {
    import: adminCommand(FileArgs, async ({ file, format, rejects, source, unit }, { progress, signal }) => {
      const counts = await importFile({
        file,
        format: format ?? (file.toLowerCase().endsWith('.csv') ? 'csv' : 'ndjson'),
        rejectsFile: rejects ?? `${file}.rejects.tsv`,
        stateDir: path.join(config.dataDir, 'imports'),
        submit: submitAs(source, unit),
        progress,
        signal,
      }).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' || error.code === 'EACCES')
          throw appError('bad_request', 'the file cannot be read')
        throw error
      })
      await settle()
      return counts
    }),
    'import.batch': adminCommand(BatchArgs, ({ events, source, unit }) => submitAs(source, unit)(events)),
    'import.settle': adminCommand(z.strictObject({}), settle),
    reconcile: adminCommand(ReconcileArgs, ({ repair }, { progress }) =>
      reconcile({
        ...{ clickhouse, betweenBlocks: writer.betweenBlocks, newToken: deps.newToken, repair, progress },
        firstDay: {
          raw: firstDay(Math.min(config.retention.rawDays, config.retention.hourDays)),
          minute: firstDay(config.retention.minuteDays),
        },
      }),
    ),
  }
}
