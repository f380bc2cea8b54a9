/**
 * Published burst detectors on the same input, each with the product's floors (5 people in 2 groups) and with the
 * threshold that serves it best: the lowest at which it raises at most one false alarm a day.
 */
import { median } from 'd3-array'
import { fold53 } from '@guanlan/analytics/privacy/sketch-hash'
import { createRecentLog } from '@guanlan/analytics/topics/recent-log'
import { countTerm, countTerms, type WindowCounts } from '@guanlan/analytics/topics/term-counts'
import type { StreamEvent, Truth } from './topics-world.ts'

const minute = 60_000
const tickMs = 5 * minute
const grace = 60 * minute
const refractory = 360 * minute

interface Alarm {
  term: string
  at: number
  value: number
}

/** Value of each word that passes the floors at a tick; larger is more bursty. */
type Detector = (window: WindowCounts, tick: number) => (term: number, people: number) => number

export interface PeerFigures {
  recall: number
  falsePerDay: number
  delayMin: number | null
  threshold: number
}

/** SigniTrend (Schubert, Weiler, Kriegel 2014): (x - max(mean, β)) / (sd + β) over exponentially weighted statistics. */
function signiTrend(halfLifeDays: number): Detector {
  const alpha = 1 - Math.pow(0.5, 1 / (halfLifeDays * 48))
  const state = new Map<number, { mean: number; variance: number; epoch: number }>()
  const beta = 0.002
  return (window, tick) => {
    const epoch = Math.floor(tick / 6)
    const share = new Map(
      window.terms.map((count) => [count.term, count.half / Math.max(1, window.halfMessages)]),
    )
    const before = new Map<number, { mean: number; variance: number }>()
    const settle = (term: number): { mean: number; variance: number } => {
      const known = state.get(term) ?? { mean: 0, variance: 0, epoch: epoch - 1 }
      for (; known.epoch < epoch - 1 && (known.mean > 1e-7 || known.variance > 1e-12); known.epoch++) {
        const gap = -known.mean
        known.mean += alpha * gap
        known.variance = (1 - alpha) * (known.variance + alpha * gap * gap)
      }
      known.epoch = Math.max(known.epoch, epoch - 1)
      state.set(term, known)
      return known
    }
    for (const term of share.keys()) before.set(term, { ...settle(term) })
    if (tick % 6 === 5) {
      for (const [term, x] of share) {
        const known = state.get(term)!
        const gap = x - known.mean
        known.mean += alpha * gap
        known.variance = (1 - alpha) * (known.variance + alpha * gap * gap)
        known.epoch = epoch
      }
    }
    return (term) => {
      const known = before.get(term)!
      return ((share.get(term) ?? 0) - Math.max(known.mean, beta)) / (Math.sqrt(known.variance) + beta)
    }
  }
}

/** Kleinberg's two-state automaton (2002), online: how much cheaper the burst state is than the quiet one. */
function kleinberg(): Detector {
  const ratio = 3
  const cost = 7
  const total = new Map<number, number>()
  const lag = new Map<number, { lead: number; tick: number }>()
  let messages = 0
  return (window, tick) => {
    const lead = new Map<number, number>()
    const d = Math.max(1, window.halfMessages / 6)
    for (const { term, half } of window.terms) {
      const quiet = Math.min(0.2, ((total.get(term) ?? 0) + 1) / (messages + 2000))
      const burst = Math.min(0.6, quiet * ratio)
      const r = half / 6
      const known = lag.get(term) ?? { lead: cost, tick: tick - 1 }
      const idle = d * Math.log((1 - burst) / (1 - quiet))
      // Ticks in which the word was not counted lean to the quiet state.
      const carried = Math.min(cost, known.lead - idle * Math.min(24, tick - 1 - known.tick))
      const delta = -(r * Math.log(burst / quiet) + (d - r) * Math.log((1 - burst) / (1 - quiet)))
      const next = Math.min(cost, carried) - Math.min(0, carried) + delta
      lag.set(term, { lead: Math.min(cost, carried) + delta, tick })
      lead.set(term, -Math.min(next, Math.min(cost, carried) + delta))
    }
    if (tick % 6 === 5) {
      for (const { term, half } of window.terms) total.set(term, (total.get(term) ?? 0) + half)
      messages += window.halfMessages
    }
    return (term) => lead.get(term) ?? -Infinity
  }
}

export function runPeers(
  events: readonly StreamEvent[],
  truth: Truth,
  from: number,
  end: number,
  segment: (text: string) => string[],
): Record<string, PeerFigures> {
  const names = ['signiTrend7Days', 'signiTrend12Hours', 'kleinbergOnline'] as const
  const detectors = [signiTrend(7), signiTrend(0.5), kleinberg()]
  const alarms: Alarm[][] = detectors.map(() => [])
  const words: string[] = []
  const ids = new Map<string, number>()
  const log = createRecentLog()
  const people = new Map<string, number>()
  const groups = new Map<string, number>()
  const number = (map: Map<string, number>, key: string): number => {
    if (!map.has(key)) map.set(key, map.size + 1)
    return map.get(key)!
  }
  let next = Math.ceil(events[0]!.t / tickMs) * tickMs
  const tick = (at: number): void => {
    log.expire(at - 120 * minute)
    const window = countTerms(log, at - 30 * minute)
    detectors.forEach((detector, i) => {
      const value = detector(window, Math.round(at / tickMs))
      if (at < from) return
      for (const { term, full } of window.terms) {
        if (full < 5 || countTerm(log, term, () => true).groups < 2) continue
        alarms[i]!.push({ term: words[term]!, at, value: value(term, full) })
      }
    })
  }
  for (const event of events) {
    for (; event.t >= next; next += tickMs) tick(next)
    const terms = segment(event.text).map((word) => {
      if (!ids.has(word)) words[ids.size] = word
      return number(ids, word) - 1
    })
    const person = fold53(number(people, event.sender))
    const group = number(groups, event.group)
    const message = { at: event.t, day: 0, person, group, unit: 0, polarity: 0, category: -1 }
    log.push(message, Int32Array.from(new Set(terms)), new Set(terms).size)
  }
  const figures = alarms.map((list) => tune(list, truth, (end - from) / 86_400_000))
  return Object.fromEntries(names.map((name, i) => [name, figures[i]!]))
}

function tune(alarms: readonly Alarm[], truth: Truth, days: number): PeerFigures {
  const values = alarms.map((alarm) => alarm.value).filter((v) => v > 0)
  values.sort((a, b) => a - b)
  let low = 0
  let high = values.length - 1
  // The number of false alarms falls as the threshold rises; find the lowest threshold with at most one a day.
  while (low < high) {
    const middle = (low + high) >> 1
    if (judge(alarms, truth, days, values[middle]!).falsePerDay <= 1) high = middle
    else low = middle + 1
  }
  return judge(alarms, truth, days, values[high] ?? 0)
}

function judge(alarms: readonly Alarm[], truth: Truth, days: number, threshold: number): PeerFigures {
  const last = new Map<string, number>()
  const found = new Map<number, number>()
  const falseAt = new Set<number>()
  for (const { term, at, value } of alarms) {
    if (value < threshold) continue
    const quiet = at - (last.get(term) ?? -Infinity) < refractory
    const topic = truth.topics.findIndex(
      (t) => at >= t.start && at <= t.end + grace && t.terms.includes(term),
    )
    if (topic >= 0 && !found.has(topic)) found.set(topic, (at - truth.topics[topic]!.start) / minute)
    const late = truth.topics.some((t) => at >= t.start && at <= t.end + 2 * grace && t.terms.includes(term))
    if (topic < 0 && !late && !quiet) falseAt.add(at)
    if (!quiet) last.set(term, at)
  }
  const delay = median(found.values())
  const round = (value: number): number => Math.round(value * 1000) / 1000
  return {
    recall: round(found.size / Math.max(1, truth.topics.length)),
    falsePerDay: round(falseAt.size / days),
    delayMin: delay === undefined ? null : round(delay),
    threshold: round(threshold),
  }
}
