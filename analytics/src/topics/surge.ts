/**
 * Surge of a word: how unlikely is its number of different people, given its share of messages over the past days and
 * what it did at this hour on earlier days? Negative-binomial tail with a recurrence envelope.
 */
import { createDecaySketch, createSlotSketch, type SlotSketch } from '../privacy/sketch.ts'
import type { ExactCount, TermCount, WindowCounts, WindowMessages } from './term-counts.ts'

export interface Surge {
  /** expected people in 2 hours */
  expected: number
  /** -log10 of the tail probability, the larger of the two windows */
  score: number
}

export type WordSurge = ExactCount & Surge

export interface WordMemory {
  /** surge of one word now; earlier days are not looked up, and the score is an upper bound, where it is below `least` */
  judge(count: TermCount, window: WindowMessages, at: number, least?: number): Surge
  /** takes a tick's counts into memory; call once a tick, after judging */
  learn(window: WindowCounts, at: number): void
  /** a released cell of an earlier run: people seen of a word in a window ending at `at` */
  recall(term: number, people: number, messages: number, at: number): void
  /** messages a day, decayed mean */
  messagesPerDay(): number
  bytes(): number
}

const slotMs = 30 * 60_000
const daySlots = 48
const days = 7
const ringSlots = (days + 1) * daySlots + 8
const halfLifeDays = 3
/** ±90 minutes: a daily habit may move by an hour when clocks do */
const tolerance = 3
const dispersion = 0.5
const priorMessages = 60

export function createWordMemory(secret: Uint8Array): WordMemory {
  const share = createDecaySketch(secret)
  const half = createSlotSketch(secret, ringSlots)
  const full = createSlotSketch(secret, ringSlots)
  const slotMessages = new Float64Array(ringSlots)
  let volume = 0
  let exposure = 0
  /** slots known from released cells only, whose messages nobody kept */
  let recalled = 0
  let slot = -1
  let [heardFrom, newest] = [Infinity, 0]

  function openSlot(at: number, seen: boolean): void {
    const now = Math.floor(at / slotMs)
    if (now <= slot) return
    const steps = slot < 0 ? 1 : Math.min(ringSlots, now - slot)
    for (let s = now - steps + 1; s <= now; s++) {
      half.clear(s)
      full.clear(s)
      slotMessages[s % ringSlots] = 0
    }
    // Time without data does not decay what is known: only observed slots do.
    const factor = Math.pow(0.5, 1 / (halfLifeDays * daySlots))
    share.decay(factor)
    volume *= factor
    exposure = exposure * factor + (seen ? 1 : 0)
    recalled = recalled * factor + (seen ? 0 : 1)
    slot = now
  }

  return {
    judge(count, window, at, least = 0) {
      const now = Math.floor((at - 1) / slotMs)
      // Gamma prior worth one person in 60 messages, so that an unknown word is not infinitely surprising at first.
      const known = exposure > 0 ? volume * (1 + recalled / exposure) : 0
      const people = share.estimate(count.term) + 1
      const rate = people / (known + priorMessages)
      // Earlier days can only raise the expectation, and they cost most to look up.
      const atMost = Math.max(
        tailScore(count.half, rate * window.halfMessages),
        tailScore(count.full, rate * window.fullMessages),
      )
      if (atMost < least) return { expected: rate * window.fullMessages, score: atMost }
      half.select(count.term)
      full.select(count.term)
      const muHalf = Math.max(rate * window.halfMessages, envelope(half, slotMessages, now, slot))
      const muFull = Math.max(rate * window.fullMessages, envelope(full, slotMessages, now, slot))
      // A share known from few people is itself uncertain, which weighs while two hours are long next to what was heard before.
      const unsure = window.fullMessages / (known + window.fullMessages) / people
      const size = 1 / (dispersion + unsure)
      const score = Math.max(tailScore(count.half, muHalf, size), tailScore(count.full, muFull, size))
      return { expected: muFull, score }
    },
    learn(window, at) {
      const now = Math.floor((at - 1) / slotMs)
      openSlot(at - 1, true)
      heardFrom = Math.min(heardFrom, at)
      // Half of the first slot must have been heard: next to the words of a few minutes all others would look new.
      const closes = Math.floor(at / slotMs) > Math.floor(newest / slotMs) && at - heardFrom >= slotMs / 2
      newest = at
      for (const count of window.terms) {
        half.select(count.term)
        full.select(count.term)
        half.put(now, count.half)
        full.put(now, count.full)
        if (closes && count.half > 0) share.add(count.term, count.half)
      }
      slotMessages[now % ringSlots] = Math.max(slotMessages[now % ringSlots]!, window.halfMessages)
      if (!closes) return
      volume += window.halfMessages
    },
    recall(term, people, messages, at) {
      openSlot(at - 1, false)
      half.select(term)
      full.select(term)
      half.put(slot, people)
      full.put(slot, people)
      share.add(term, people)
      slotMessages[slot % ringSlots]! += messages
    },
    messagesPerDay: () => (exposure < 1 ? 0 : (volume / exposure) * daySlots),
    bytes: () => share.bytes() + half.bytes() + full.bytes() + slotMessages.byteLength,
  }
}

/**
 * Largest regular value at this time of day: the second highest of the last seven days (the highest while fewer than
 * four of them were observed, so that one real burst does not hide the next), or that of the same weekday.
 */
function envelope(sketch: SlotSketch, messages: Float64Array, now: number, newest: number): number {
  let first = 0
  let second = 0
  let observed = 0
  let week = 0
  for (let day = 1; day <= days; day++) {
    let best = 0
    let seen = false
    for (let s = now - day * daySlots - tolerance; s <= now - day * daySlots + tolerance; s++) {
      if (s < 0 || newest - s >= ringSlots || messages[s % ringSlots] === 0) continue
      seen = true
      best = Math.max(best, sketch.get(s))
    }
    if (seen) observed++
    if (best > first) {
      second = first
      first = best
    } else if (best > second) second = best
    if (day === days) week = best
  }
  return Math.max(observed < 4 ? first : second, week)
}

/** -log10 P(X >= k) for a negative binomial with mean mu and variance mu + mu² / size; 0.5 mu² unless told. */
export function tailScore(k: number, mu: number, size = 1 / dispersion): number {
  if (k <= mu || k < 1) return 0
  const p = size / (size + mu)
  const q = 1 - p
  // P(X = k) for size 2 is (k + 1) p² q^k; the tail is then closed: q^k (1 + k p).
  if (size === 2) return -(k * Math.log(q) + Math.log(1 + k * p)) / Math.LN10
  let log = size * Math.log(p)
  for (let j = 0; j < k; j++) log += Math.log(((size + j) / (j + 1)) * q)
  // What follows P(X = k), as multiples of it.
  let sum = 1
  for (let term = 1, j = k; term > 1e-4 * sum; j++) sum += term *= ((size + j) / (j + 1)) * q
  return -(log + Math.log(sum)) / Math.LN10
}
