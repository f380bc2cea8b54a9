/** Reads `topics --stream FILE.ndjson --truth FILE.json`; whatever is wrong with a file is said with its line or entry. */
import { readFileSync } from 'node:fs'
import { quantileSorted } from 'd3-array'
import type { StreamEvent, Truth } from './topics-world.ts'

const day = 86_400_000
/** a stream that lasts longer than this has its times in another unit than was thought */
const longestStream = 730 * day

/**
 * Milliseconds of an ISO string, or of a number (also as a string) of seconds, milliseconds or microseconds since 1970.
 * Throws Error naming the value.
 */
export function instant(value: unknown): number {
  const number =
    typeof value === 'number' || (typeof value === 'string' && value !== '') ? Number(value) : NaN
  if (Number.isFinite(number)) {
    if (Math.abs(number) < 1e11) return number * 1000
    return Math.abs(number) > 1e14 ? number / 1000 : number
  }
  const at = typeof value === 'string' ? Date.parse(value) : NaN
  if (!Number.isFinite(at))
    throw new Error(`${JSON.stringify(value)} is no time (ISO 8601, seconds or milliseconds)`)
  return at
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error(`${where}: not JSON: ${text.slice(0, 60)}`)
  }
}

function eventOf(line: string, where: string): StreamEvent {
  const raw = parse(line, where)
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    throw new Error(`${where}: not an object`)
  const { t, sender, group, text } = raw as Record<string, unknown>
  for (const [name, value] of Object.entries({ t, sender, group, text })) {
    if (typeof value !== 'string' && typeof value !== 'number')
      throw new Error(`${where}: "${name}" is missing or neither text nor number`)
  }
  try {
    return { t: instant(t), sender: String(sender), group: String(group), text: String(text) }
  } catch (error) {
    throw new Error(`${where}: "t": ${(error as Error).message}`, { cause: error })
  }
}

export interface Stream {
  events: StreamEvent[]
  /** milliseconds since the stream's own beginning were taken for seconds at first: times of the truth are divided by this too */
  divisor: number
  /** lines that were earlier than the line before them; the stream is put in order of time */
  outOfOrder: number
}

/** Line by line over the bytes, so that a file may be longer than the longest string. */
export function readStream(path: string): Stream {
  const bytes = readFileSync(path)
  const events: StreamEvent[] = []
  let outOfOrder = 0
  for (let from = 0, number = 1; from < bytes.length; number++) {
    const found = bytes.indexOf(10, from)
    const to = found < 0 ? bytes.length : found
    const line = bytes
      .toString('utf8', from, to)
      .replace(/^\uFEFF/, '')
      .trim()
    from = to + 1
    if (line === '') continue
    const event = eventOf(line, `${path}, line ${number}`)
    if (events.length > 0 && event.t < events.at(-1)!.t) outOfOrder++
    events.push(event)
  }
  if (events.length === 0) throw new Error(`${path} holds no message`)
  if (outOfOrder > 0) events.sort((a, b) => a.t - b.t)
  if (events.at(-1)!.t === events[0]!.t) throw new Error(`${path}: all messages bear the same time`)
  // By most of the messages: a single wrong time says nothing about the unit.
  const [early, late] = [0.05, 0.95].map((share) => quantileSorted(events, share, ({ t }) => t)!)
  const divisor = late! - early! > longestStream ? 1000 : 1
  for (const event of events) event.t /= divisor
  if (events.at(-1)!.t - events[0]!.t > longestStream)
    throw new Error(`${path}: from the first message to the last pass more than two years`)
  return { events, outOfOrder, divisor }
}

interface Spell {
  start: number
  end: number
  terms: string[]
}

function spellOf(raw: unknown, where: string, divisor: number): Spell & { name: unknown } {
  const { start, end, terms, id, kind } = (raw ?? {}) as Record<string, unknown>
  if (!Array.isArray(terms) || terms.some((term) => typeof term !== 'string'))
    throw new Error(`${where}: "terms" must be a list of words`)
  const time = (name: string, value: unknown): number => {
    try {
      return instant(value) / divisor
    } catch (error) {
      throw new Error(`${where}: "${name}": ${(error as Error).message}`, { cause: error })
    }
  }
  const spell = { start: time('start', start), end: time('end', end), terms: terms as string[] }
  if (spell.end < spell.start) throw new Error(`${where}: ends before it starts`)
  return { ...spell, name: id ?? kind }
}

/** Topics and controls in order of their start, with times in the unit of the stream (its `divisor`). */
export function readTruth(path: string, divisor = 1): Truth {
  const raw = parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''), path)
  const { topics, controls = [] } = (raw ?? {}) as Record<string, unknown>
  if (!Array.isArray(topics)) throw new Error(`${path}: "topics" must be a list`)
  if (!Array.isArray(controls)) throw new Error(`${path}: "controls" must be a list`)
  const byStart = (a: Spell, b: Spell): number => a.start - b.start
  const found = topics.map((item, i) => {
    const { name, ...spell } = spellOf(item, `${path}, topics[${i}]`, divisor)
    if (spell.terms.every((term) => term.trim() === ''))
      throw new Error(`${path}, topics[${i}]: "terms" is empty`)
    return { id: String(name ?? i), ...spell }
  })
  const quiet = controls.map((item, i) => {
    const { name, ...spell } = spellOf(item, `${path}, controls[${i}]`, divisor)
    return { kind: String(name ?? 'control'), ...spell }
  })
  return { topics: found.sort(byStart), controls: quiet.sort(byStart) }
}

/** Leaves out topics that lie wholly outside the stream: nobody could find them. */
export function within(truth: Truth, first: number, last: number): { truth: Truth; outside: number } {
  const topics = truth.topics.filter((topic) => topic.end >= first && topic.start <= last)
  return { truth: { ...truth, topics }, outside: truth.topics.length - topics.length }
}

/**
 * When figures begin to count: with the first topic of the truth, at the latest after a week, so that a detector that has
 * seen nothing yet is not judged by what it learns from; without topics after half the stream or a week.
 */
export function countsFrom(truth: Truth, first: number, last: number): number {
  const latest = first + Math.min(7 * day, truth.topics.length > 0 ? Infinity : (last - first) / 2)
  return Math.max(first, Math.min(latest, ...truth.topics.map((topic) => topic.start)))
}
