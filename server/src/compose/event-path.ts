import type { Config } from '../config.ts'
import type { Metrics } from '../http/metrics.ts'
import type { Identity } from '../identity/identity.ts'
import { createSourceHealth } from '../ingest/health.ts'
import { openIdIndex, type IdIndex } from '../ingest/id-index.ts'
import { createIngest, type Ingest } from '../ingest/ingest.ts'
import type { Observation, Said } from '../ingest/judge.ts'
import { createPeople } from '../ingest/people.ts'
import { createPeopleStore } from '../ingest/people-store.ts'
import type { SaltWitness } from '../ingest/pseudonyms.ts'
import { createPulse } from '../ingest/pulse.ts'
import { createWriter, type Writer } from '../ingest/writer.ts'
import type { Clock } from '../lib/clock.ts'
import { coarse, observeCoarsely } from '../lib/coarse.ts'
import type { Lifecycle } from '../lib/lifecycle.ts'
import type { LocalTime } from '../lib/local-day.ts'
import { describeError } from '../lib/logger.ts'
import type { Logger } from '../lib/logger.ts'
import type { Random } from '../lib/random.ts'
import { repeat } from '../lib/repeat.ts'
import type { ClickHouse } from '../ports/clickhouse.ts'
import type { Postgres } from '../ports/postgres.ts'
import type { Spool } from '../ports/spool.ts'
import type { Directory } from '../register/directory.ts'

export interface EventPathDeps {
  readonly config: Config
  readonly stores: {
    readonly clickhouse: ClickHouse
    readonly postgres: Postgres
    readonly spool: Spool
    readonly hashKey: Uint8Array
    readonly dataDir: { readonly ids: string }
  }
  readonly directory: Directory
  readonly identity: Pick<Identity, 'authenticateKey'>
  readonly time: LocalTime
  readonly metrics: Metrics
  readonly clock: Clock
  readonly logger: Logger
  readonly random: Random
  readonly salts: SaltWitness
  readonly lifecycle: Lifecycle
}

export type EventPath = Awaited<ReturnType<typeof openEventPath>>

/** From a request to a row: ids, people, spool writer, ingest. Words join with `observeWords` when the server starts. */
export async function openEventPath(deps: EventPathDeps) {
  const { config, stores, directory, time, clock, logger, random, lifecycle } = deps
  const { clickhouse, postgres, spool, hashKey } = stores
  const failed = (what: string) => (error: unknown) => logger.error({ error: describeError(error) }, what)
  const ids = await openIdIndex({
    directory: stores.dataDir.ids,
    clock,
    time,
    onError: failed('the index of known ids failed'),
  })
  lifecycle.onStop('known ids', ids.close)
  const store = createPeopleStore(clickhouse, () => random(16).toString('hex'))
  const people = createPeople({
    store,
    directory,
    clock,
    time,
    randomBytes: random,
    salts: deps.salts,
    floor: config.floors.people,
  })
  lifecycle.onStop('people', people.settle)
  repeat('people', 1_000, people.tick, deps)
  const health = createSourceHealth({ postgres, clock, time })
  lifecycle.onStop('source health', health.flush)
  repeat('source health', 5_000, health.flush, deps)
  const pulse = createPulse(clock)
  const writer = createWriter({
    ...{ spool, clickhouse, ids, clock, logger },
    newToken: () => random(16).toString('hex'),
    onUnknown: (corrections) => {
      for (const { source } of corrections) health.correctionsUnknown(source, 1)
    },
  })
  await writer.start()
  lifecycle.onStop('spool writer', async () => {
    // Whatever was accepted lands before the engines close; with a store that takes nothing it waits in the spool.
    if (writer.stats().failing === null) await writer.drained()
    await writer.stop()
  })
  const observers: { words?: (said: Said) => void; alerts?: (seen: Observation) => void } = {}
  const answerSeconds = deps.metrics.histogram(
    'guanlan_ingest_seconds',
    'Time from the last byte of a batch to its answer',
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    ['status'],
  )
  const answered = observeCoarsely(100, clock, ([seconds, status]: [number, number]) =>
    answerSeconds.observe({ status }, seconds),
  )
  const ingest = createIngest({
    ...{ config, spool, directory, ids, hashKey, clock, time, people, pulse, health, writer, logger },
    authenticateKey: deps.identity.authenticateKey,
    alerts: (seen) => observers.alerts?.(seen),
    observe: (said) => observers.words?.(said),
    onAnswer: (seconds, status) => answered([seconds, status]),
  })
  showGauges(deps.metrics, clock, { ids, spool, writer, ingest })
  return {
    ...{ ids, people, health, pulse, writer, ingest },
    setWords: (observe: (said: Said) => void) => void (observers.words = observe),
    setAlerts: (observe: (seen: Observation) => void) => void (observers.alerts = observe),
  }
}

const MIB = 1_048_576

interface Shown {
  readonly ids: IdIndex
  readonly spool: Spool
  readonly writer: Writer
  readonly ingest: Ingest
}

function showGauges(metrics: Metrics, clock: Clock, { ids, spool, writer, ingest }: Shown): void {
  const thousands = (read: () => number) => coarse(1_000, clock, read)
  metrics.gauges([
    {
      name: 'guanlan_accepted_total',
      help: 'Messages and corrections accepted since the start, in whole thousands',
      read: thousands(ingest.acceptedTotal),
    },
    {
      name: 'guanlan_spool_entries',
      help: 'Batches waiting in the spool, in whole hundreds',
      read: coarse(100, clock, () => spool.depth),
    },
    {
      name: 'guanlan_spool_bytes',
      help: 'Bytes in use in the spool, in whole MiB',
      read: coarse(MIB, clock, () => spool.bytes),
    },
    {
      name: 'guanlan_writer_backlog',
      help: 'Accepted and not yet in the event store, in whole thousands',
      read: thousands(writer.backlog),
    },
    {
      name: 'guanlan_writer_rows_total',
      help: 'Rows written since the start, in whole thousands',
      read: thousands(() => writer.stats().rows),
    },
    {
      name: 'guanlan_words_waiting',
      help: 'Accepted messages whose words wait to be analysed, in whole thousands',
      read: thousands(ingest.words.waiting),
    },
    {
      name: 'guanlan_words_dropped_total',
      help: 'Messages whose words were passed over because too many waited, in whole thousands; their decisions count',
      read: thousands(ingest.words.dropped),
    },
    {
      name: 'guanlan_known_id_bytes',
      help: 'Memory of the index by which repeats are found',
      read: coarse(MIB, clock, () => ids.stats().bytes),
    },
    {
      name: 'guanlan_known_ids',
      help: 'Ids by which repeats are found, in whole thousands',
      read: thousands(() => ids.stats().ids),
    },
    {
      name: 'guanlan_parked_corrections',
      help: 'Corrections whose message has not come',
      read: () => writer.stats().parked,
    },
  ])
}
