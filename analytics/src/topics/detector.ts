/**
 * Hot topics of the organisation, below the floor and in memory: which words surge, which of them belong together, and
 * which topic they continue. Nothing here is shown; topic-cells.ts decides what is released.
 */
import { createKeyedHash } from '../privacy/sketch-hash.ts'
import { isEcho, measureEcho } from './authenticity.ts'
import { clusterWords } from './clusters.ts'
import { createTopicIdentity, type TopicLink, type TopicTrack } from './identity.ts'
import type { LoggedMessage, RecentLog } from './recent-log.ts'
import { createWordMemory, type WordSurge } from './surge.ts'
import { countTerms, type WindowCounts } from './term-counts.ts'

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
const soloBonus = 0.5
const leastPeople = 5
const settleMs = 24 * 60 * minute
const groupAgeMs = 3 * settleMs
const edgeNpmi = 0.25

/** -log10 p from which a word is hot: more words are tested on busier days. */
export function alertScore(messagesPerDay: number): number {
  const steps = Math.log(Math.max(messagesPerDay, 1) / 5000) / Math.log(4)
  return 3.5 + 0.5 * Math.min(1.5, Math.max(0, steps))
}

export function createDetector(options: DetectorOptions): Detector {
  let serial = 1
  const memory = createWordMemory(options.secret)
  const identity = createTopicIdentity(() => `${options.startedAt.toString(36)}-${serial++}`)
  const firstSeen = new Map<number, number>()
  const hash = createKeyedHash(options.secret, 0x6c6f7576)
  let hotBefore = new Set<number>()

  /** Groups that joined after the first day count from their fourth day: their vocabulary is new, not news. */
  function settled(group: number, at: number): boolean {
    const first = firstSeen.get(group) ?? at
    return first - options.startedAt < settleMs || at - first >= groupAgeMs
  }

  function tick(log: RecentLog, at: number): { hot: HotTopic[]; links: TopicLink[] } {
    log.expire(at - windowMs)
    const window = countTerms(log, at - halfMs, (s) => settled(log.group(s), at))
    // Before the first half hour is learned every word would look new.
    const words = memory.messagesPerDay() > 0 ? candidates(window, at) : new Map<number, WordSurge>()
    memory.learn(window, at)
    let draw = 0
    const random = (): number => hash(draw++, Math.floor(at / minute), 0) / 4294967296
    const groups = clusterWords(log, [...words.keys()], { npmi: edgeNpmi, random })
    const found = groups
      .map((group) => group.map((term) => words.get(term)!))
      .filter((group) => isTopic(log, group))
    const step = identity.step(
      found.map((group) => new Map(group.map((word) => [word.term, word.full]))),
      at,
    )
    hotBefore = new Set(found.flat().map((word) => word.term))
    const hot = found.map((group, i) => ({ track: step.tracks[i]!, core: coreOf(group) }))
    return { hot, links: step.links }
  }

  function candidates(window: WindowCounts, at: number): Map<number, WordSurge> {
    const words = new Map<number, WordSurge>()
    for (const count of window.terms) {
      if (count.full < 3) continue
      const word = memory.judge(count, window, at)
      if (word.score >= joinScore || (hotBefore.has(word.term) && word.score >= stayScore))
        words.set(word.term, word)
    }
    return words
  }

  function isTopic(log: RecentLog, group: readonly WordSurge[]): boolean {
    const needed = alertScore(memory.messagesPerDay()) + (group.length === 1 ? soloBonus : 0)
    const hot = group.filter(
      (word) =>
        word.full >= leastPeople &&
        word.groups >= 2 &&
        (word.score >= needed || hotBefore.has(word.term)) &&
        !options.isOccasion(word.term),
    )
    if (hot.length === 0) return false
    return !isEcho(measureEcho(log, new Set(coreOf(group))))
  }

  return {
    admit(message) {
      if (!firstSeen.has(message.group)) firstSeen.set(message.group, message.at)
    },
    tick,
    recall: memory.recall,
    restore: identity.restore,
    bytes: () => memory.bytes() + firstSeen.size * 40,
  }
}

/** Words of the group that are mostly there because of it: expected people are less than half of those seen. */
function coreOf(group: readonly WordSurge[]): number[] {
  const sorted = [...group].sort((a, b) => b.score - a.score || a.term - b.term)
  const core = sorted.filter((word) => word.expected * 2 < word.full)
  return (core.length > 0 ? core : sorted.slice(0, 1)).map((word) => word.term)
}
