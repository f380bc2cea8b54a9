import { createAnalyser, type Analyser } from '@guanlan/analytics/text/analyser'
import { loadAnalyserResources, type AnalyserResources } from '@guanlan/analytics/text/resources'
import type { Config } from '../config.ts'
import type { Audit } from '../identity/audit.ts'
import { createInsight } from '../insight/insight.ts'
import type { Insight } from '../insight/parts.ts'
import type { Clock } from '../lib/clock.ts'
import type { Lifecycle } from '../lib/lifecycle.ts'
import type { LocalTime } from '../lib/local-day.ts'
import { describeError } from '../lib/logger.ts'
import type { Logger } from '../lib/logger.ts'
import type { Random } from '../lib/random.ts'
import { repeat } from '../lib/repeat.ts'
import type { ClickHouse } from '../ports/clickhouse.ts'
import type { Postgres } from '../ports/postgres.ts'
import type { Directory } from '../register/directory.ts'
import { createCalibrationKeeper, type CalibrationKeeper } from '../words/calibration-keeper.ts'
import { createCandidates, type Candidates } from '../words/candidates.ts'
import { createCellStore } from '../words/cell-store.ts'
import { createRosterKeeper, type RosterKeeper } from '../words/roster-keeper.ts'
import { createVocabulary, type Vocabulary } from '../words/vocabulary.ts'
import { createWords } from '../words/words.ts'
import type { WordsService } from '../words/words.ts'
import type { EventPath } from './event-path.ts'

export interface WordPathDeps {
  readonly config: Config
  readonly clickhouse: ClickHouse
  readonly postgres: Postgres
  readonly hashKey: Uint8Array
  readonly rosterKey: Uint8Array
  readonly directory: Directory
  readonly audit: Audit
  readonly time: LocalTime
  readonly clock: Clock
  readonly logger: Logger
  readonly random: Random
  readonly lifecycle: Lifecycle
  /** Left out: prepared when it is opened. */
  readonly prepared?: PreparedAnalyser | undefined
  readonly rehearsal?: Rehearsal | undefined
}

/**
 * A past that words and insight live through before anything is served. The demo alone has one: in every other start words
 * come from live messages only.
 */
export interface Rehearsal {
  /** In the past until `play` is over, then the system's. */
  readonly clock: Clock
  play(stage: Pick<WordPath, 'words' | 'insight'> & Pick<WordPathDeps, 'directory' | 'time'>): Promise<void>
}

/** What people say, and what it means: opened with the start only, since it reads dictionary and weights. */
export interface WordPath {
  readonly words: WordsService
  readonly vocabulary: Vocabulary
  readonly roster: RosterKeeper
  readonly calibration: CalibrationKeeper
  readonly candidates: Candidates
  readonly insight: Insight
}

const TICK_MS = 5_000
const RELOAD_MS = 10_000
/** Time within which a violation should be decided, and a topic be answered. */
export const DECIDE_WITHIN_MS = 10 * 60_000
const ANSWER_WITHIN_MS = 2 * 3_600_000

/** The analyser as it is shipped. */
export interface PreparedAnalyser {
  readonly shipped: AnalyserResources
  readonly analyser: Analyser
}

/** Reads dictionary and weights: most of a second of computing that needs no store, so it can be done while one opens. */
export function prepareAnalyser(random: Random): PreparedAnalyser {
  const shipped = loadAnalyserResources()
  // Places of unknown words in the detector; a key of this process alone, since what it maps to is never kept.
  const analyser = createAnalyser(shipped, { candidateSecret: random(32) })
  return { shipped, analyser }
}

/** The analyser with everything that the organisation adds to it at run time. */
async function openAnalyser(deps: WordPathDeps) {
  const { shipped, analyser } = deps.prepared ?? prepareAnalyser(deps.random)
  const calibration = createCalibrationKeeper({
    ...deps,
    shipped: shipped.sentiment,
    calledElsewhere: shipped.calledElsewhere,
    analyser: () => analyser,
  })
  const vocabulary = createVocabulary({ ...deps, analyser })
  const roster = createRosterKeeper({ ...deps, analyser })
  const candidates = createCandidates({
    secret: deps.random(32),
    clock: deps.clock,
    dayOf: deps.time.dayOf,
    traditional: shipped.traditional,
    surnames: shipped.names.surnames,
    isKnown: vocabulary.isKnown,
    roster: roster.current,
    floor: deps.config.floors.words,
  })
  const reload = () => Promise.all([vocabulary.reload(), roster.reload(), calibration.reload()])
  await reload()
  // Another node of this installation may have changed them.
  repeat('vocabulary', RELOAD_MS, reload, deps)
  return { analyser, vocabulary, roster, calibration, candidates }
}

/** The word windows of this process, joined to the way in, and the topics, mood and risk that follow from them. */
export async function openWords(
  { rehearsal, ...given }: WordPathDeps,
  { people, setWords }: EventPath,
): Promise<WordPath> {
  const deps = rehearsal === undefined ? given : { ...given, clock: rehearsal.clock }
  const { clickhouse, directory, time, clock, random, logger, config } = deps
  const qualifyingGroups = (unitId: string) => people.qualifyingGroups(unitId, clock.now())
  const categories = directory.taxonomy.all.map((category) => category.code)
  const onError = (error: unknown) =>
    logger.warn({ error: describeError(error) }, 'released cells or scores could not be written')
  const cells = createCellStore(clickhouse, categories)
  const path = await openAnalyser(given)
  let rehearsing = rehearsal !== undefined
  const insight = createInsight({
    ...deps,
    cells,
    categories,
    onError,
    people: {
      active: (unitId) => people.today(clock.now()).people('unit', unitId),
      qualifyingGroups,
    },
    calibration: path.calibration.current,
    warmUp: () => words.warmUp(),
    categoryFloor: config.floors.categoryEvents,
    decideWithinMs: DECIDE_WITHIN_MS,
    answerWithinMs: ANSWER_WITHIN_MS,
    run: random(8).toString('hex'),
  })
  const words: WordsService = await createWords({
    analyser: path.analyser,
    store: cells,
    secret: random(32),
    run: random(8).toString('hex'),
    tree: () => directory.tree,
    dayOf: time.dayOf,
    dayNumber: time.dayNumber,
    pseudonym: people.pseudonym,
    qualifyingGroups,
    floors: config.floors,
    mayShow: path.vocabulary.mayShow,
    // New words are looked for in what is really live: an hour in seconds would cost them most of its time.
    discover: (...said) => void (rehearsing || path.candidates.observe(...said)),
    onRelease: insight.onRelease,
    onError,
    categories,
    clock,
  })
  await insight.restore()
  await rehearsal?.play({ words, insight, directory, time })
  rehearsing = false
  setWords(words.observe)
  repeat('words', TICK_MS, words.tick, deps)
  repeat('insight', TICK_MS, insight.tick, deps)
  return { words, insight, ...path }
}
