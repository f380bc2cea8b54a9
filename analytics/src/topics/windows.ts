/**
 * Word windows of one process. Observations go in, released cells come out; nothing else leaves.
 *
 *   const windows = createWordWindows({ secret, startedAt, units, word, qualifyingGroups })
 *   windows.observe(observation)        // for every accepted message, in order of acceptance
 *   const tick = windows.tick(now)      // at least once a minute; cheap when no window boundary was crossed
 *
 * Windows are aligned to the minute and last five at least. A scope (unit with its subtree) closes its window at the first boundary at which
 * scope.md's release rule holds; its cells are decided then, once. The clock enters through `at` and `now` only; when it
 * goes back, open windows simply last until it has caught up.
 */
import { createReleaseRule, type ReleaseFloors } from '../privacy/release.ts'
import type { ReleasedCell } from '../privacy/released-cell.ts'
import { fold53 } from '../privacy/sketch-hash.ts'
import { isCandidate } from '../text/candidates.ts'
import { createDetector, type Detector, type HotTopic } from './detector.ts'
import type { TopicLink, TopicTrack } from './identity.ts'
import { createPeoplePool } from './people-pool.ts'
import { createRecentLog, type RecentLog } from './recent-log.ts'
import { createTopicRelease } from './release-topics.ts'
import { dueScopes, forgetShown, releaseWords } from './release-words.ts'
import { createScopeBatch } from './scope-batch.ts'
import { createScopeTree, type WordUnit } from './scopes.ts'

export interface WordObservation {
  /** acceptedAt, ms */
  at: number
  /** local day number of `at`, the day whose salt made the pseudonym */
  day: number
  /** dense ints interned by the caller: the group's unit (its place in `units`) and the group, both from 0 */
  unit: number
  group: number
  /** 32 to 53 bits, of one local day */
  pseudonym: number
  /** distinct term ids, the first `count` valid, candidates last; copied, so the caller may reuse the buffer */
  terms: Int32Array
  count: number
  polarity: -1 | 0 | 1
  /** index of the harm category that moderation gave, or -1 */
  category: number
}

export interface WordWindowsOptions {
  /** at least 16 random bytes that live in memory only */
  secret: Uint8Array
  /** ms: when this process began to listen */
  startedAt: number
  units: readonly WordUnit[]
  /** how a term is shown, or null when it may not be (unknown word not approved) */
  word(term: number): string | null
  /** groups of the unit that qualify by their active people (scope.md, harm counts) */
  qualifyingGroups(unit: number): number
  /** words of greetings and holidays, see occasions.ts; none unless told */
  isOccasion?(term: number): boolean
  /** id of a word, to take up released history again after a restart; undefined for a word no longer known */
  idOf?(word: string): number | undefined
  /** an operator's higher floors */
  floors?: Partial<ReleaseFloors>
  /** most words of one scope and window, 200 unless told */
  maxCells?: number
}

export interface WarmUp {
  /** minutes since start, at most `of` */
  minutes: number
  of: number
}

export interface WordTick {
  /** newly released cells, in order of their window ends; to be appended to the table of cells and never changed */
  cells: ReleasedCell[]
  /** topics that parted or flowed together; to be shown only through topic-view.ts */
  links: TopicLink[]
  /** unknown words that passed the floor in a topic and wait for an operator's approval */
  awaiting: number[]
  warmUp: WarmUp
}

export interface WordWindows {
  observe(o: WordObservation): void
  tick(now: number): WordTick
  /** the register changed; indexes of known units stay */
  setUnits(units: readonly WordUnit[]): void
  /** released cells of earlier runs: no window reaches back into them */
  restore(cells: readonly ReleasedCell[]): void
  bytes(): number
}

const warmMinutes = 30
/** messages of two hours beyond which looking for topics costs more than a tenth of a second */
const busyMessages = 100_000
/** most different words of one open window: of the organisation, of a unit; beyond it the rarest are forgotten */
const maxWords = { root: 65_536, unit: 8_192 }

export function createWordWindows(options: WordWindowsOptions): WordWindows {
  const rule = createReleaseRule(options.secret, options.floors)
  const { grid, interval } = rule.floors
  const pool = createPeoplePool()
  const tree = createScopeTree(pool, maxWords)
  const batch = createScopeBatch(tree.chainOf)
  const release = { rule, maxCells: 200, ...options }
  let boundary = Math.floor(options.startedAt / grid) * grid + grid
  let clock = options.startedAt
  let queued: ReleasedCell[] = []
  let links: TopicLink[] = []
  const log = createRecentLog()
  const { secret, startedAt, isOccasion = () => false } = options
  const detector = createDetector({ secret, startedAt, isOccasion })
  const search = pacedSearch(detector, log, interval)
  const topics = createTopicRelease({ rule, tree, log, word: options.word })
  tree.setUnits(options.units, boundary - grid, options.startedAt)

  /** Closes what is due at the last boundary not after `now`. */
  function advance(now: number): void {
    const to = Math.floor(now / grid) * grid
    boundary = to + grid
    const due = dueScopes(tree.all, rule, to)
    if (due.size === 0 && !search.isDue(to)) return
    if (due.size > 0) batch.flush()
    const found = search.at(to)
    for (const link of found.links) links.push(link)
    const hot: readonly HotTopic[] = to - startedAt < warmMinutes * 60_000 ? [] : found.hot
    for (const cell of topics.release(due, to, hot)) queued.push(cell)
    for (const cell of releaseWords(due, to, release)) queued.push(cell)
    for (const scope of due) forgetShown(scope)
  }

  return {
    observe(o) {
      if (o.at > clock) clock = o.at
      if (clock >= boundary) advance(clock)
      const person = fold53(o.pseudonym)
      const { day, group, unit, polarity, category } = o
      const message = { at: clock, day, person, group, unit, polarity, category }
      detector.admit(message)
      log.push(message, o.terms, o.count)
      batch.add(message, o.terms, knownTerms(o))
      for (const scope of tree.chainOf(o.unit)) {
        scope.heard = true
        scope.table.hear(person, o.day, o.group + 1)
        if (o.polarity < 0) scope.negative++
        else if (o.polarity > 0) scope.positive++
      }
    },
    tick(now) {
      if (now > clock) clock = now
      if (clock >= boundary) advance(clock)
      const [cells, parted] = [queued, links]
      ;[queued, links] = [[], []]
      const minutes = Math.floor((clock - options.startedAt) / 60_000)
      return {
        cells,
        links: parted,
        awaiting: topics.awaiting(),
        warmUp: { minutes: Math.min(warmMinutes, minutes), of: warmMinutes },
      }
    },
    setUnits(units) {
      batch.flush()
      tree.setUnits(units, boundary - grid, clock)
    },
    restore(cells) {
      const ends = new Map<string, number>()
      for (const cell of cells) ends.set(cell.scope, Math.max(ends.get(cell.scope) ?? 0, cell.to))
      for (const scope of tree.all) scope.from = Math.max(scope.from, ends.get(scope.id) ?? 0)
      topics.restore(cells)
      const root = tree.all.find((scope) => scope.parent === null)
      if (root && options.idOf) restoreDetector(detector, cells, root.id, options.idOf)
    },
    bytes: () =>
      detector.bytes() +
      log.bytes() +
      pool.bytes() +
      batch.bytes() +
      tree.all.reduce((sum, scope) => sum + scope.table.bytes(), 0),
  }
}

/** Candidates have no spelling and so no cells of their own: the detector's log alone counts them. */
function knownTerms({ terms, count }: WordObservation): number {
  let known = count
  while (known > 0 && isCandidate(terms[known - 1]!)) known--
  return known
}

type Found = { readonly hot: readonly HotTopic[]; readonly links: readonly TopicLink[] }

/**
 * Units fall due at their own minutes, and each looks for topics anew; while two hours hold very many messages, what was
 * found last stands until the next interval (ms).
 */
function pacedSearch(detector: Detector, log: RecentLog, interval: number) {
  let searchedAt = 0
  let last: Found = { hot: [], links: [] }
  return {
    isDue: (to: number): boolean => to - searchedAt >= interval,
    at(to: number): Found {
      const busy = log.next() - log.first() > busyMessages
      if (busy && to - searchedAt < interval) return { hot: last.hot, links: [] }
      last = detector.tick(log, to)
      searchedAt = to
      return last
    },
  }
}

/** Words of a topic with the people of two hours, as the detector weighs them: cells of a busy topic are far shorter. */
function weightsOf(
  own: readonly ReleasedCell[],
  newest: ReleasedCell,
  idOf: (word: string) => number | undefined,
): Map<number, number> {
  const words = new Map<number, number>()
  for (const cell of own) {
    if (cell.kind !== 'topic' || cell.key !== newest.key) continue
    if (cell.to > newest.to || cell.to <= newest.to - 2 * 3_600_000) continue
    for (const word of cell.terms) {
      const term = idOf(word)
      if (term !== undefined) words.set(term, (words.get(term) ?? 0) + cell.people)
    }
  }
  return words
}

const onMs = 3 * 3_600_000

/**
 * Words of topics that were on when the last process ended, and since when: what was said of them is the surge itself, and
 * must not be remembered as what is usual, or the topic could not go on.
 */
function topicsThatWereOn(own: readonly ReleasedCell[]): Map<string, number> {
  const ended = own.at(-1)?.to ?? 0
  const since = new Map<string, number>()
  const cells = own.filter((cell) => cell.kind === 'topic')
  const still = new Set(cells.filter((cell) => cell.to > ended - onMs).map((cell) => cell.key))
  for (const cell of cells) {
    if (!still.has(cell.key) || cell.to <= ended - 2 * onMs) continue
    for (const word of cell.terms) since.set(word, Math.min(since.get(word) ?? Infinity, cell.from))
  }
  return since
}

/** Words and topics released for the organisation stand in for the detector's memory, which a restart has lost. */
function restoreDetector(
  detector: Detector,
  cells: readonly ReleasedCell[],
  root: string,
  idOf: (word: string) => number | undefined,
): void {
  const own = cells.filter((cell) => cell.scope === root).sort((a, b) => a.to - b.to)
  const topics = new Map<string, TopicTrack>()
  const on = topicsThatWereOn(own)
  for (const cell of own) {
    if (cell.kind === 'term') {
      const term = idOf(cell.key)
      if (term !== undefined && cell.from < (on.get(cell.key) ?? Infinity))
        detector.recall(term, cell.people, cell.messages, cell.to)
    } else if (cell.kind === 'topic') {
      const words = weightsOf(own, cell, idOf)
      if (words.size > 0) topics.set(cell.key, { id: cell.key, words, seenAt: cell.to })
    }
  }
  detector.restore([...topics.values()])
}
