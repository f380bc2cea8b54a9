/** Runs the shipped word windows over a stream and scores what they release against a truth. */
import { createHash } from 'node:crypto'
import { median, quantile } from 'd3-array'
import { occasionWords } from '@guanlan/analytics/topics/occasions'
import type { ReleasedCell } from '@guanlan/analytics/privacy/released-cell'
import { fold53 } from '@guanlan/analytics/privacy/sketch-hash'
import type { Analyser } from '@guanlan/analytics/text/analyser'
import { isCandidate } from '@guanlan/analytics/text/candidates'
import { createDetector } from '@guanlan/analytics/topics/detector'
import { messagesWith } from '@guanlan/analytics/topics/postings'
import { createRecentLog } from '@guanlan/analytics/topics/recent-log'
import { createWordWindows, type WordObservation } from '@guanlan/analytics/topics/windows'
import type { StreamEvent, Truth } from './topics-world.ts'

/** One showing of a topic: its words at the end of a cell. */
export interface Showing {
  id: string
  at: number
  terms: string[]
}

export interface TopicFigures {
  messagesPerDay: number
  recall: number
  falsePerDay: number
  delayMin: number | null
  delayP90Min: number | null
  pairF1: number | null
  idSwitchRate: number
  topics: number
  falseByKind: Record<string, number>
}

const minute = 60_000
const zone = 8 * 60 * minute
const unitCount = 8

/** How a term is written here: candidates have no spelling, an operator's approval is simulated by showing their id. */
const write = (analyser: Analyser, term: number): string =>
  isCandidate(term) ? `#${term}` : analyser.vocabulary.word(term)

/** Terms of a text as the analyser counts them. */
export function termsOf(analyser: Analyser, text: string): string[] {
  const { terms, count } = analyser.analyse(text)
  return Array.from(terms.subarray(0, count), (term) => write(analyser, term))
}

/** Sentences for a term: on its own one may read as a name, which is not counted. None adds a word of its own. */
const sentences = ['', '，'].flatMap((end) => [
  (term: string) => `${term}${end}`,
  (term: string) => `的${term}了${end}`,
])

/** Adds to each term of the truth what the analyser makes of it: a term it takes apart is found by its parts. */
export function withParts(truth: Truth, analyser: Analyser): Truth {
  const parts = (term: string): string[] => sentences.flatMap((say) => termsOf(analyser, say(term)))
  const widen = <T extends { terms: string[] }>(item: T): T => ({
    ...item,
    terms: [...new Set(item.terms.flatMap((term) => [term, ...parts(term)]))],
  })
  return { topics: truth.topics.map(widen), controls: truth.controls.map(widen) }
}

const secret = createHash('sha256').update('bench').digest()

/**
 * What the shipped detector finds before the release: each five minutes, with a floor of five people in two groups and neither
 * blocks nor jitter. So the table of published detectors in the design notes counts; nothing of it leaves the product.
 */
function createAlarms(analyser: Analyser, startedAt: number, isOccasion: (term: number) => boolean) {
  const step = 5 * minute
  const log = createRecentLog()
  const detector = createDetector({ secret, startedAt, isOccasion })
  const alarms: Showing[] = []
  let next = Math.floor(startedAt / step) * step + step
  function look(at: number): void {
    const { hot } = detector.tick(log, at)
    // The first half hour is the warm-up of the product.
    for (const { track, core } of at - startedAt < 30 * minute ? [] : hot) {
      const said = messagesWith(log, core)
      const people = new Set(said.map((serial) => log.person(serial)))
      const groups = new Set(said.map((serial) => log.group(serial)))
      if (people.size < 5 || groups.size < 2) continue
      alarms.push({ id: track.id, at, terms: core.map((term) => write(analyser, term)) })
    }
  }
  return {
    alarms,
    hear({ terms, count, pseudonym, ...message }: WordObservation): void {
      for (; message.at >= next; next += step) look(next)
      const logged = { ...message, person: fold53(pseudonym) }
      detector.admit(logged)
      log.push(logged, terms, count)
    },
  }
}

/** Topics of the organisation as the product would show them, with every word approved, and as its detector alone finds them. */
export function showTopics(
  events: Iterable<StreamEvent>,
  analyser: Analyser,
  start: number,
): { shown: Showing[]; alarms: Showing[] } {
  const { vocabulary } = analyser
  const occasions = new Set(occasionWords.map((word) => vocabulary.idOf(word)))
  const isOccasion = (term: number): boolean => occasions.has(term)
  const { alarms, hear } = createAlarms(analyser, start, isOccasion)
  const units = [{ id: 'org', parent: -1 }]
  for (let i = 0; i < unitCount; i++) units.push({ id: `unit${i}`, parent: 0 })
  const windows = createWordWindows({
    secret,
    startedAt: start,
    units,
    word: (term) => write(analyser, term),
    isOccasion,
    qualifyingGroups: () => 2,
  })
  const groups = new Map<string, number>()
  const senders = new Map<string, number>()
  const shown: Showing[] = []
  const take = (cells: readonly ReleasedCell[]): void => {
    for (const cell of cells) {
      if (cell.kind === 'topic' && cell.scope === 'org')
        shown.push({ id: cell.key, at: cell.to, terms: cell.terms })
    }
  }
  for (const event of events) {
    const day = Math.floor((event.t + zone) / 86_400_000)
    const group = idOf(groups, event.group)
    const { terms, count, polarity } = analyser.analyse(event.text)
    const pseudonym = idOf(senders, event.sender) * 4096 + (day % 4096) + 4_294_967_296
    const said = { at: event.t, day, unit: 1 + (group % unitCount), group, pseudonym, terms, count, polarity }
    windows.observe({ ...said, category: -1 })
    hear({ ...said, category: -1 })
    take(windows.tick(event.t).cells)
  }
  return { shown, alarms }
}

function idOf(map: Map<string, number>, key: string): number {
  const known = map.get(key)
  if (known !== undefined) return known
  map.set(key, map.size)
  return map.size - 1
}

function trace(line: string): void {
  if (process.env.GUANLAN_BENCH_TRACE) process.stderr.write(`${line}\n`)
}

const same = (a: string, b: string): boolean =>
  a === b || (a.length >= 2 && b.length >= 2 && (a.includes(b) || b.includes(a)))

const hits = (shown: readonly string[], terms: readonly string[]): number =>
  shown.filter((word) => terms.some((term) => same(word, term))).length

const grace = 60 * minute

/** Index of the truth topic that a showing is about: most words in common, at least a third of those shown; or -1. */
function topicOf(showing: Showing, truth: Truth): number {
  let best = -1
  let most = 0
  truth.topics.forEach((topic, i) => {
    if (showing.at < topic.start || showing.at > topic.end + 2 * grace) return
    const found = hits(showing.terms, topic.terms)
    if (found > most && found * 3 >= showing.terms.length) {
      most = found
      best = i
    }
  })
  return best
}

function kindOf(showing: Showing, truth: Truth): string {
  const about = truth.controls.filter((c) => showing.at >= c.start && showing.at <= c.end + 2 * grace)
  return about.find((c) => hits(showing.terms, c.terms) > 0)?.kind ?? 'background'
}

/** Delay, recall and false alarms of the detector alone, counted as those of what is shown. */
export function alarmFigures(...of: Parameters<typeof score>) {
  const { delayMin, recall, falsePerDay } = score(...of)
  return { alarm: { delayMin, recall, falsePerDay } }
}

export function score(
  shown: readonly Showing[],
  truth: Truth,
  from: number,
  end: number,
  perDay: number,
): TopicFigures {
  const byTopic = truth.topics.map((): Showing[] => [])
  const alarms: Record<string, number> = {}
  const lastFalse = new Map<string, number>()
  const lastTrue = new Map<string, number>()
  for (const showing of shown) {
    if (showing.at < from) continue
    const topic = topicOf(showing, truth)
    if (topic >= 0) {
      byTopic[topic]!.push(showing)
      lastTrue.set(showing.id, showing.at)
      continue
    }
    // A topic that was right and merely outlives the truth is no new alarm; a false one counts anew after six hours.
    const known = Math.max(lastFalse.get(showing.id) ?? -Infinity, lastTrue.get(showing.id) ?? -Infinity)
    lastFalse.set(showing.id, showing.at)
    if (showing.at - known < 360 * minute) continue
    const kind = kindOf(showing, truth)
    alarms[kind] = (alarms[kind] ?? 0) + 1
    trace(`${kind} ${new Date(showing.at).toISOString()} ${showing.terms.join(' ')}`)
  }
  const delays: number[] = []
  byTopic.forEach((list, i) => {
    const topic = truth.topics[i]!
    if (list.length > 0 && list[0]!.at <= topic.end + grace) delays.push((list[0]!.at - topic.start) / minute)
    else trace(`missed ${topic.id} ${topic.terms.join(' ')}`)
  })
  const days = (end - from) / 86_400_000
  return {
    messagesPerDay: Math.round(perDay),
    recall: round(delays.length / Math.max(1, truth.topics.length)),
    falsePerDay: round(Object.values(alarms).reduce((sum, n) => sum + n, 0) / days),
    delayMin: roundMaybe(median(delays)),
    delayP90Min: roundMaybe(quantile(delays, 0.9)),
    pairF1: pairF1(shown, truth, from),
    idSwitchRate: switchRate(byTopic),
    topics: truth.topics.length,
    falseByKind: alarms,
  }
}

const round = (value: number): number => Math.round(value * 1000) / 1000
const roundMaybe = (value: number | undefined): number | null => (value === undefined ? null : round(value))

function switchRate(byTopic: readonly Showing[][]): number {
  let switches = 0
  let steps = 0
  for (const list of byTopic) {
    for (let i = 1; i < list.length; i++) {
      steps++
      if (list[i]!.id !== list[i - 1]!.id) switches++
    }
  }
  return round(switches / Math.max(1, steps))
}

/** Over words of planted topics shown at one moment: are the pairs that share a topic those that share one in truth? */
function pairF1(shown: readonly Showing[], truth: Truth, from: number): number | null {
  let [right, wrong, missed] = [0, 0, 0]
  const moments = new Map<number, Showing[]>()
  for (const showing of shown) {
    if (showing.at < from) continue
    const recent = moments.get(showing.at) ?? []
    recent.push(showing)
    moments.set(showing.at, recent)
  }
  for (const [at, list] of moments) {
    const words = list.flatMap((showing) => showing.terms.map((term) => ({ term, topic: showing.id })))
    const planted = words
      .map(({ term, topic }) => ({ topic, truth: truthOf(term, at, truth) }))
      .filter((w) => w.truth >= 0)
    for (let i = 0; i < planted.length; i++) {
      for (let j = 0; j < i; j++) {
        const together = planted[i]!.topic === planted[j]!.topic
        const belong = planted[i]!.truth === planted[j]!.truth
        if (together && belong) right++
        else if (together) wrong++
        else if (belong) missed++
      }
    }
  }
  return right === 0 ? null : round((2 * right) / (2 * right + wrong + missed))
}

function truthOf(word: string, at: number, truth: Truth): number {
  const active = truth.topics.findIndex(
    (t) => at >= t.start && at <= t.end + 2 * grace && t.terms.includes(word),
  )
  if (active >= 0) return active
  return truth.topics.findIndex(
    (t) => at >= t.start && at <= t.end + 2 * grace && t.terms.some((term) => same(term, word)),
  )
}
