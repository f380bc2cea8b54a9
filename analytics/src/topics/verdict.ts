/** Is a group of surging words a topic? Evidence grows with its words; echoes, flares and greetings are none. */
import { wordsAmong } from '../text/candidates.ts'
import { type Echo, isEcho, measureEcho, outlasts } from './authenticity.ts'
import type { Postings } from './postings.ts'
import type { RecentLog } from './recent-log.ts'
import { tailScore, type WordSurge } from './surge.ts'

export interface Moment {
  at: number
  /** -log10 p that a word needs, before what the group's size adds */
  needed: number
  /** words of the topics of the tick before: they need no new proof */
  hotBefore: ReadonlySet<number>
  /** of all surging words */
  postings: Postings
  /** messages a day, decayed mean */
  perDay: number
}

export interface Verdict {
  isTopic(log: RecentLog, group: readonly WordSurge[], moment: Moment): boolean
}

/** added to the score that a word needs on its own; less once the middle 80 % of its messages span an hour */
const aloneBonus = 6
const lastingBonus = 5
const lastingMs = 60 * 60_000
/** added to the score that a group's strongest word needs, by the number of words that carry it */
const groupBonus = [0, lastingBonus, 2, 0, -1]
/** a group of which so many messages hold little but words of occasions is not carried by these */
const greetingShare = 0.25
/** what begins a topic must be said by that many people in the last half hour, and by that many outside its busiest five minutes */
const leastLately = 3
const leastOutside = 2
/** one word alone must be hot to this degree without its busiest quarter of an hour: scenes and jokes are not */
const steadyScore = 3
/** two or three words that few people say together are one word and its company: of those who say any, so many say two */
const togetherShare = 0.35
/** two words that so many say together are one phrase */
const phraseShare = 0.8
/** from three words on that so many say together no second burst is waited for */
const closeShare = 0.6
/**
 * what begins as one or two words must occupy this share of an ordinary half hour's messages (of the last one where it was
 * fuller): where thousands write, five people say anything at any time
 */
const shareOfTalk = [0, 0.0125, 0.008]
const halfHoursADay = 48
/** an echo of this many people mutes its words as seeds for a while, so that its fading tail makes no topic */
const mutePeople = 12
const muteMs = 6 * 3_600_000
const leastPeople = 5
const halfHour = 30 * 60_000

/** `isOccasion`: words of greetings and holidays join a topic but do not make one. */
export function createVerdict(isOccasion: (term: number) => boolean): Verdict {
  const mutedAt = new Map<number, number>()

  function isTopic(log: RecentLog, group: readonly WordSurge[], { at, ...now }: Moment): boolean {
    for (const [term, muted] of mutedAt) if (at - muted >= muteMs) mutedAt.delete(term)
    const core = coreOf(group)
    const words = wordsAmong(core)
    const strong = group.filter(
      (word) =>
        word.full >= leastPeople &&
        word.groups >= 2 &&
        (word.score >= now.needed + groupBonus[Math.min(words, groupBonus.length - 1)]! ||
          now.hotBefore.has(word.term)),
    )
    if (strong.length === 0) return false
    const all = new Set(group.map((word) => word.term))
    const echo = measureEcho(log, at, { words: new Set(core), all, isOccasion, postings: now.postings })
    const greets = echo.greetings >= greetingShare
    if (greets && core.filter((term) => isOccasion(term)).length * 2 >= core.length) return false
    const seeds = greets ? strong.filter((word) => !isOccasion(word.term)) : strong
    if (seeds.length === 0) return false
    const carried = seeds.some((word) => now.hotBefore.has(word.term))
    if (!carried && Math.max(...seeds.map((word) => word.half)) < leastLately) return false
    if (isEcho(echo)) {
      if (echo.people >= mutePeople) for (const term of core) mutedAt.set(term, at)
      return false
    }
    const anchor = group.find((word) => word.term === core[0])!
    const steady = tailScore(echo.outsidePeak, anchor.expected) >= steadyScore
    if (words < 2 && !steady) return false
    if (!carried && !begins(log, echo, { at, ...now }, words)) return false
    if (!carried && (words < 2 || isOneWord(echo, words))) {
      const strongest = Math.max(...seeds.map((word) => word.score))
      const needed = now.needed + (echo.lasted >= lastingMs ? lastingBonus : aloneBonus)
      if (!steady || strongest < needed) return false
    }
    // What was muted comes back only by staying in people's mouths, not by the tail of the echo.
    const muted = seeds.every((word) => at - (mutedAt.get(word.term) ?? -Infinity) < muteMs)
    return !muted || outlasts(echo)
  }

  return { isTopic }
}

/** Is it said by enough people, and for longer than a moment, to be new? */
function begins(log: RecentLog, echo: Echo, { at, perDay }: Moment, words: number): boolean {
  const close = words >= 3 && echo.together >= closeShare * echo.people
  if (!close && echo.outsideBrief < leastOutside) return false
  const talk = Math.max(perDay / halfHoursADay, messagesSince(log, at - halfHour))
  return echo.lately >= (shareOfTalk[words] ?? 0) * talk
}

/**
 * Two or three words of which few people say two at once (two are added, so that chance in small groups does not decide): a
 * word and its company. Or two that nobody says apart: a phrase.
 */
function isOneWord(echo: Echo, words: number): boolean {
  if (words < 2 || words > 3) return false
  const phrase = words === 2 && echo.together >= phraseShare * echo.people
  return phrase || echo.together < togetherShare * (echo.people + 2)
}

function messagesSince(log: RecentLog, at: number): number {
  let [low, high] = [log.first(), log.next()]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (log.at(middle) < at) low = middle + 1
    else high = middle
  }
  return log.next() - low
}

/** Words of the group that are mostly there because of it: expected people are less than half of those seen. */
export function coreOf(group: readonly WordSurge[]): number[] {
  const sorted = [...group].sort((a, b) => b.score - a.score || a.term - b.term)
  const core = sorted.filter((word) => word.expected * 2 < word.full)
  return (core.length > 0 ? core : sorted.slice(0, 1)).map((word) => word.term)
}
