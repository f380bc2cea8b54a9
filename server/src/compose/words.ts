import { createAnalyser } from '@guanlan/analytics/text/analyser'
import { loadAnalyserResources } from '@guanlan/analytics/text/resources'
import type { Config } from '../config.ts'
import type { Clock } from '../lib/clock.ts'
import type { Lifecycle } from '../lib/lifecycle.ts'
import type { LocalTime } from '../lib/local-day.ts'
import { describeError } from '../lib/logger.ts'
import type { Logger } from '../lib/logger.ts'
import type { Random } from '../lib/random.ts'
import { repeat } from '../lib/repeat.ts'
import type { ClickHouse } from '../ports/clickhouse.ts'
import type { Directory } from '../register/directory.ts'
import { createCellStore } from '../words/cell-store.ts'
import { createWords } from '../words/words.ts'
import type { WordsService } from '../words/words.ts'
import type { EventPath } from './event-path.ts'

export interface WordPathDeps {
  readonly config: Config
  readonly clickhouse: ClickHouse
  readonly directory: Directory
  readonly time: LocalTime
  readonly clock: Clock
  readonly logger: Logger
  readonly random: Random
  readonly lifecycle: Lifecycle
}

const TICK_MS = 5_000

/** The word windows of this process, joined to the way in. Reads dictionary and weights, so it comes with the start only. */
export async function openWords(deps: WordPathDeps, { people, setWords }: EventPath): Promise<WordsService> {
  const { clickhouse, directory, time, clock, random, logger } = deps
  const categories = directory.taxonomy.all.map((category) => category.code)
  const words = await createWords({
    analyser: createAnalyser(loadAnalyserResources()),
    store: createCellStore(clickhouse, categories),
    secret: random(32),
    run: random(8).toString('hex'),
    tree: () => directory.tree,
    dayOf: time.dayOf,
    dayNumber: time.dayNumber,
    pseudonym: people.pseudonym,
    qualifyingGroups: people.qualifyingGroups,
    floors: deps.config.floors,
    onError: (error) => logger.warn({ error: describeError(error) }, 'released cells could not be written'),
    categories,
    clock,
  })
  setWords(words.observe)
  repeat('words', TICK_MS, words.tick, deps)
  return words
}
