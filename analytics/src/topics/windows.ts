/**
 * Word windows of one process. Observations go in, released cells come out; nothing else leaves.
 *
 *   const windows = createWordWindows({ secret, startedAt, units, word, qualifyingGroups })
 *   windows.observe(observation)        // for every accepted message, in order of acceptance
 *   const tick = windows.tick(now)      // at least once a minute; cheap when no window boundary was crossed
 *
 * Windows are aligned to five minutes. A scope (unit with its subtree) closes its window at the first boundary at which
 * scope.md's release rule holds; its cells are decided then, once. The clock enters through `at` and `now` only; when it
 * goes back, open windows simply last until it has caught up.
 */
import { createReleaseRule, type ReleaseFloors } from '../privacy/release.ts'
import type { ReleasedCell } from '../privacy/released-cell.ts'
import { fold53 } from '../privacy/sketch-hash.ts'
import { createPeoplePool } from './people-pool.ts'
import { dueScopes, forgetShown, releaseWords } from './release-words.ts'
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
  /** distinct term ids, the first `count` valid; copied, so the caller may reuse the buffer */
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
const maxWords = 65_536

export function createWordWindows(options: WordWindowsOptions): WordWindows {
  const rule = createReleaseRule(options.secret, options.floors)
  const grid = rule.floors.interval
  const pool = createPeoplePool()
  const tree = createScopeTree(pool, maxWords)
  const release = { rule, maxCells: 200, ...options }
  let boundary = Math.floor(options.startedAt / grid) * grid + grid
  let clock = options.startedAt
  let queued: ReleasedCell[] = []
  tree.setUnits(options.units, boundary - grid, options.startedAt)

  /** Closes what is due at the last boundary not after `now`. */
  function advance(now: number): void {
    const to = Math.floor(now / grid) * grid
    for (const cell of releaseWords(dueScopes(tree.all, rule, to), to, release)) queued.push(cell)
    for (const scope of tree.all) forgetShown(scope)
    boundary = to + grid
  }

  return {
    observe(o) {
      if (o.at > clock) clock = o.at
      if (clock >= boundary) advance(clock)
      const person = fold53(o.pseudonym)
      for (const scope of tree.chainOf(o.unit)) {
        scope.table.add(o.terms, o.count, person, o.day, o.group + 1)
        if (o.polarity < 0) scope.negative++
        else if (o.polarity > 0) scope.positive++
      }
    },
    tick(now) {
      if (now > clock) clock = now
      if (clock >= boundary) advance(clock)
      const cells = queued
      queued = []
      const minutes = Math.floor((clock - options.startedAt) / 60_000)
      return { cells, warmUp: { minutes: Math.min(warmMinutes, minutes), of: warmMinutes } }
    },
    setUnits: (units) => tree.setUnits(units, boundary - grid, clock),
    restore(cells) {
      const ends = new Map<string, number>()
      for (const cell of cells) ends.set(cell.scope, Math.max(ends.get(cell.scope) ?? 0, cell.to))
      for (const scope of tree.all) scope.from = Math.max(scope.from, ends.get(scope.id) ?? 0)
    },
    bytes: () => pool.bytes() + tree.all.reduce((sum, scope) => sum + scope.table.bytes(), 0),
  }
}
