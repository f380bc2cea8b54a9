/**
 * The release rule for words, topics and sentiment (scope.md, "What people say"): when a scope's next cells are due,
 * which keys pass their floor, and how a number is coarsened before it is shown. Pure: time and the secret are passed
 * in. The complement guard lives in release-guard.ts, the counting in topics/.
 */
import { createKeyedHash, type KeyedHash } from './sketch-hash.ts'
import type { SentimentShares, ShareInterval } from './released-cell.ts'

export interface ReleaseFloors {
  /** least time between two releases of a scope, ms */
  interval: number
  /** window boundaries are multiples of this, ms */
  grid: number
  /** least messages and people in a scope since its last release */
  messages: number
  people: number
  /** least people for a key, before the jitter, and in how many groups */
  keyPeople: number
  keyGroups: number
  /** number of values the jitter takes: 4 means keyPeople + 0..3 */
  jitter: number
  /** sentiment: least messages, people, and qualifying groups of a unit */
  sentimentMessages: number
  sentimentPeople: number
  sentimentGroups: number
  /** counts are rounded down to a multiple of this */
  step: number
}

const shippedFloors: Readonly<ReleaseFloors> = {
  interval: 300_000,
  grid: 60_000,
  messages: 30,
  people: 10,
  keyPeople: 5,
  keyGroups: 2,
  jitter: 4,
  sentimentMessages: 20,
  sentimentPeople: 10,
  sentimentGroups: 2,
  step: 5,
}

/** Floors of the product, raised where the operator asks for more; a lower value is an error, never a lower floor. */
export function releaseFloors(raised: Partial<ReleaseFloors> = {}): Readonly<ReleaseFloors> {
  for (const name of Object.keys(raised) as (keyof ReleaseFloors)[]) {
    const value = raised[name] ?? 0
    if (!Number.isFinite(value) || value < shippedFloors[name]) {
      throw new RangeError(`release floor ${name} must be at least ${shippedFloors[name]}`)
    }
  }
  if (raised.grid !== undefined && raised.grid % shippedFloors.grid !== 0) {
    throw new RangeError('release floor grid must be a multiple of 60000')
  }
  if (raised.step !== undefined && raised.step % shippedFloors.step !== 0) {
    throw new RangeError('release floor step must be a multiple of 5')
  }
  return Object.freeze({ ...shippedFloors, ...raised })
}

export interface WindowTotals {
  /** ms: the earliest moment that this window can have seen, never before the process started */
  since: number
  messages: number
  people: number
}

export interface KeyTotals {
  people: number
  groups: number
}

export interface ReleaseRule {
  floors: Readonly<ReleaseFloors>
  /** may the window be closed at `to` (on the grid)? */
  due(totals: WindowTotals, to: number): boolean
  /** the jittered floor of a key in a window: keyPeople .. keyPeople + jitter - 1, secret, fixed for the window */
  floorOf(scope: number, key: number, from: number): number
  passes(totals: KeyTotals, floor: number): boolean
  /** rounded down to a multiple of the step */
  round(count: number): number
  /** shares with Wilson 95 % intervals, ends rounded outwards; null below the sentiment floor */
  sentiment(counts: {
    messages: number
    people: number
    negative: number
    positive: number
  }): SentimentShares | null
}

/** `secret`: at least 16 random bytes that live in memory only. */
export function createReleaseRule(secret: Uint8Array, raised: Partial<ReleaseFloors> = {}): ReleaseRule {
  const floors = releaseFloors(raised)
  const hash: KeyedHash = createKeyedHash(secret, 0x72656c65)
  return {
    floors,
    due: (totals, to) =>
      to - totals.since >= floors.interval &&
      totals.messages >= floors.messages &&
      totals.people >= floors.people,
    floorOf: (scope, key, from) =>
      floors.keyPeople + (hash(scope, key, Math.floor(from / floors.grid)) % floors.jitter),
    passes: (totals, floor) => totals.people >= floor && totals.groups >= floors.keyGroups,
    round: (count) => Math.floor(count / floors.step) * floors.step,
    sentiment: (counts) =>
      counts.messages < floors.sentimentMessages || counts.people < floors.sentimentPeople
        ? null
        : {
            negative: shareInterval(counts.negative, counts.messages),
            positive: shareInterval(counts.positive, counts.messages),
          },
  }
}

const z95 = 1.959964

/** Wilson score interval (Wilson 1927) of hits in n, ends rounded outwards to a twentieth. */
export function shareInterval(hits: number, n: number): ShareInterval {
  const p = hits / n
  const z2 = z95 * z95
  const centre = (p + z2 / (2 * n)) / (1 + z2 / n)
  const half = (z95 * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n))) / (1 + z2 / n)
  const low = Math.floor(Math.max(0, centre - half) * 20 + 1e-9) / 20
  const high = Math.ceil(Math.min(1, centre + half) * 20 - 1e-9) / 20
  return { low, high }
}

const steps = [1, 2, 5]

/** The largest of 1, 2, 5, 10, 20, 50, 100, ... that is not above n; 0 for n < 1. Used for spread. */
export function lowerStep(n: number): number {
  let best = 0
  for (let decade = 1; decade <= n; decade *= 10) {
    for (const s of steps) if (s * decade <= n) best = s * decade
  }
  return best
}
