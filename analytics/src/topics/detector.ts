/**
 * Hot topics of the organisation, below the floor and in memory: which words surge, which of them belong together, and
 * which topic they continue. Nothing here is shown; release-topics.ts decides what is released.
 */
import { createKeyedHash } from '../privacy/sketch-hash.ts'
import { createArrivals } from './arrivals.ts'
import { clusterWords } from './clusters.ts'
import { createTopicIdentity, type TopicLink, type TopicTrack } from './identity.ts'
import type { LoggedMessage, RecentLog } from './recent-log.ts'
import { createWordMemory, type WordSurge } from './surge.ts'
import { postingsOf } from './postings.ts'
import { countMessages, countTerm, countTerms, type WindowCounts } from './term-counts.ts'
import { coreOf, createVerdict } from './verdict.ts'

export interface HotTopic {
  track: TopicTrack
  /** words that carry it, strongest surge first; everyday words that merely come along are left out */
  core: number[]
}

export interface DetectorOptions {
  secret: Uint8Array
  startedAt: number
  /** words of greetings and public holidays: they join a topic but do not make one */
  isOccasion(term: number): boolean
}

export interface Detector {
  /** is the message's group old enough to take part? Call for each message before it is logged */
  admit(message: LoggedMessage): void
  tick(log: RecentLog, at: number): { hot: HotTopic[]; links: TopicLink[] }
  recall(term: number, people: number, messages: number, at: number): void
  restore(known: readonly TopicTrack[]): void
  bytes(): number
}

const minute = 60_000
const windowMs = 120 * minute
const halfMs = 30 * minute
const joinScore = 1.5
const stayScore = 1.2
/** a heap of late messages after a gap in the data says little about now: words need far more to be hot meanwhile */
const gapBonus = 4
/**
 * a topic that was on this long before a restart goes on after it, and one that begins this long after a start goes on: its
 * words are not taken for everyday ones meanwhile
 */
const resumeMs = 3 * 60 * minute
const edgeNpmi = 0.25

/** -log10 p from which a word is hot: more words are tested on busier days. */
export function alertScore(messagesPerDay: number): number {
  const steps = Math.log(Math.max(messagesPerDay, 1) / 5000) / Math.log(4)
  return 3.5 + 0.5 * Math.min(1.5, Math.max(0, steps))
}

/**
 * Ids of 64 bits that tell nothing: a running number would show by its gaps how many topics stayed below the floor. The
 * key lives in memory only, so a later run has other ids; shown topics are restored under the ids they had.
 */
export function createTopicIds(secret: Uint8Array): () => string {
  const hash = createKeyedHash(secret, 0x746f7069)
  let serial = 0
  return () => {
    serial++
    return [0, 1].map((half) => (hash(serial, half, 0) >>> 0).toString(36).padStart(7, '0')).join('')
  }
}

export function createDetector(options: DetectorOptions): Detector {
  let perDay = 0
  const memory = createWordMemory(options.secret)
  const identity = createTopicIdentity(createTopicIds(options.secret))
  const arrivals = createArrivals(options.startedAt)
  const hash = createKeyedHash(options.secret, 0x6c6f7576)
  let hotBefore = new Set<number>()
  const verdict = createVerdict(options.isOccasion)
  const resumed = new Set<number>()

  function tick(log: RecentLog, at: number): { hot: HotTopic[]; links: TopicLink[] } {
    log.expire(at - windowMs)
    const all = countTerms(log, at - halfMs)
    // Before the first half hour is learned every word would look new.
    const words = perDay > 0 ? candidates(log, all, at) : new Map<number, WordSurge>()
    const needed = alertScore(perDay) + (arrivals.afterGap(at) ? gapBonus : 0)
    let draw = 0
    const random = (): number => hash(draw++, Math.floor(at / minute), 0) / 4294967296
    const postings = postingsOf(log, words.keys())
    const groups = clusterWords(log, [...words.keys()], { npmi: edgeNpmi, random }, postings)
    const found = groups
      .map((group) => group.map((term) => words.get(term)!))
      .filter((group) => verdict.isTopic(log, group, { at, needed, hotBefore, postings, perDay }))
    const step = identity.step(
      found.map((group) => new Map(group.map((word) => [word.term, word.full]))),
      at,
    )
    hotBefore = new Set(found.flat().map((word) => word.term))
    // While little was heard before, a few minutes of what is hot would make it usual.
    if (at - options.startedAt <= resumeMs) for (const term of hotBefore) resumed.add(term)
    // What new groups say is learned from the first day on, so that it is no news when they begin to count.
    memory.learn(withoutResumed(all, at), at)
    perDay = memory.messagesPerDay()
    const hot = found.map((group, i) => ({ track: step.tracks[i]!, core: coreOf(group) }))
    return { hot, links: step.links }
  }

  function withoutResumed(window: WindowCounts, at: number): WindowCounts {
    if (at - options.startedAt > resumeMs) resumed.clear()
    return resumed.size === 0
      ? window
      : { ...window, terms: window.terms.filter(({ term }) => !resumed.has(term)) }
  }

  /** People of all groups bound those of settled ones from above, so that few words are counted message by message. */
  function candidates(log: RecentLog, all: WindowCounts, at: number): Map<number, WordSurge> {
    const settled = (group: number): boolean => arrivals.settled(group, at)
    const joining = arrivals.joining(at)
    const window = joining ? countMessages(log, settled) : all
    const words = new Map<number, WordSurge>()
    for (const count of all.terms) {
      if (count.full < 3) continue
      const least = hotBefore.has(count.term) ? stayScore : joinScore
      let surge = memory.judge(count, window, at, least)
      if (surge.score < least) continue
      const exact = countTerm(log, count.term, joining ? settled : () => true)
      if (exact.full < 3) continue
      if (exact.full < count.full || exact.half < count.half) surge = memory.judge(exact, window, at, least)
      if (surge.score >= least) words.set(count.term, { ...exact, ...surge })
    }
    return words
  }

  return {
    admit: (message) => arrivals.note(message.group, message.at, perDay),
    tick,
    recall: memory.recall,
    restore(known) {
      identity.restore(known)
      for (const track of known)
        if (options.startedAt - track.seenAt <= resumeMs)
          for (const term of track.words.keys()) resumed.add(term)
    },
    bytes: () => memory.bytes() + arrivals.bytes(),
  }
}
