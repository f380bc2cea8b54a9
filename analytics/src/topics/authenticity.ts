/**
 * Is a group of surging words people talking about something, or one text going round? A story is told in different
 * words at irregular times; a quoted phrase, a chain letter, a greeting, a sign-in list or a bot behind rotating
 * senders is not. All tests look at messages of the group's words as numbers only, at one moment.
 */
import { isCandidate, wordsAmong } from '../text/candidates.ts'
import type { Postings } from './postings.ts'
import type { RecentLog } from './recent-log.ts'

const halfHour = 30 * 60_000
const peakMs = 15 * 60_000
const briefMs = 5 * 60_000

export interface Echo {
  /** of people who said its strongest word, the share with the commonest selection of all words (at least three), shrunk */
  sameText: number
  /** of people who said its strongest word, the share with the commonest selection of its words (at least three), 0..1 */
  samePhrase: number
  /**
   * coefficient of variation of the gaps between messages with its strongest word, or between those of its commonest text
   * where that is smaller (everyday uses of the word hide a clock); about 1 for independent people, 0 for a clock
   */
  gapVariation: number
  messages: number
  people: number
  /** share of the messages that the four most talkative people sent, 0..1 */
  loudest: number
  /** number of words, those that merely come along included */
  words: number
  /** people who said it outside the group in which most did */
  elsewhere: number
  /** ms over which the middle 80 % of its messages lie (a stray early one says nothing), and people of the last half hour */
  lasted: number
  lately: number
  /** people who said its strongest word outside the quarter of an hour in which most messages did */
  outsidePeak: number
  /** people who said any of its words outside the five minutes in which most messages did */
  outsideBrief: number
  /** groups in which its strongest word was said */
  groups: number
  /** people who said two of its words in one message */
  together: number
  /** of its commonest text: ms over which the middle 80 % of its messages lie, and its messages in the last half hour */
  textLasted: number
  textLately: number
  /** share of the messages whose words are to a half or more those of occasions, 0..1 */
  greetings: number
}

export interface EchoLimits {
  sameText: number
  samePhrase: number
  /** a phrase in varied texts is told, not quoted: below this share of equal texts samePhrase does not count */
  leastSameText: number
  /** a text that goes round for this time (ms, `lasted`), said by that many people lately, occupies people: a topic */
  staying: number
  stayingPeople: number
  /** in fewer groups a list that everybody sends on (接龙) stays for an hour too */
  stayingGroups: number
  /** so long (ms, `textLasted`) and so often lately the text itself must go round, not only talk about it */
  stayingText: number
  stayingTexts: number
  gapVariation: number
  /** most of the share of the four loudest, from ten messages on */
  loudest: number
  /** instead of samePhrase for groups of three words, where a told story often holds all three */
  samePhraseOfThree: number
  /** least people outside the main group, and as a share of all */
  elsewhere: number
  elsewhereShare: number
}

export const shippedEchoLimits: EchoLimits = {
  sameText: 0.35,
  samePhrase: 0.7,
  leastSameText: 0.25,
  staying: 60 * 60_000,
  stayingPeople: 5,
  stayingGroups: 5,
  stayingText: 45 * 60_000,
  stayingTexts: 2,
  gapVariation: 0.3,
  loudest: 0.8,
  samePhraseOfThree: 0.88,
  elsewhere: 2,
  elsewhereShare: 0.2,
}

export interface EchoSubject {
  /** carry the topic, strongest first */
  words: ReadonlySet<number>
  /** with those that merely come along */
  all: ReadonlySet<number>
  isOccasion(term: number): boolean
  /** of at least `words` */
  postings: Postings
}

export function measureEcho(
  log: RecentLog,
  at: number,
  { words, all, isOccasion, postings }: EchoSubject,
): Echo {
  const texts = new Map<string, Saying>()
  const phrases = new Map<string, Saying>()
  const [anchor] = words
  const anchored = new Set<number>()
  const people = new Map<number, number>()
  const byGroup = new Map<number, Set<number>>()
  const said: Said[] = []
  const spoken: Said[] = []
  const lately = new Set<number>()
  const together = new Set<number>()
  const anchorGroups = new Set<number>()
  let messages = 0
  let greetings = 0
  const buffer = new Int32Array(64)
  for (const s of postings.withAny(words)) {
    const count = log.terms(s, buffer)
    const text = Array.from(buffer.subarray(0, count))
    messages++
    if (isGreeting(text, isOccasion)) greetings++
    spoken.push({ at: log.at(s), person: log.person(s) })
    people.set(log.person(s), (people.get(log.person(s)) ?? 0) + 1)
    byGroup.set(log.group(s), (byGroup.get(log.group(s)) ?? new Set<number>()).add(log.person(s)))
    if (at - log.at(s) <= halfHour) lately.add(log.person(s))
    if (wordsAmong(text.filter((term) => words.has(term))) >= 2) together.add(log.person(s))
    if (!text.includes(anchor!)) continue
    const one = { at: log.at(s), person: log.person(s) }
    said.push(one)
    anchored.add(one.person)
    anchorGroups.add(log.group(s))
    note(texts, text, one)
    const phrase = text.filter((term) => all.has(term) && !isCandidate(term))
    note(phrases, phrase, one)
  }
  const most = (map: Map<string, Saying>): number =>
    Math.max(0, ...[...map.values()].map(({ people }) => people.size))
  const times = commonestTimes(texts)
  return {
    // Laplace's rule: of five people two with the same words say more than one.
    sameText: (most(texts) + 1) / (anchored.size + 2),
    samePhrase: most(phrases) / Math.max(1, anchored.size),
    gapVariation: Math.min(variation(said.map((one) => one.at)), variation(times)),
    messages,
    people: people.size,
    loudest:
      [...people.values()]
        .sort((a, b) => b - a)
        .slice(0, 4)
        .reduce((sum, n) => sum + n, 0) / Math.max(1, messages),
    words: wordsAmong([...all]),
    elsewhere: people.size - Math.max(0, ...[...byGroup.values()].map((set) => set.size)),
    lasted: middleSpan(said.map((one) => one.at)),
    lately: lately.size,
    outsidePeak: outsidePeak(said, peakMs),
    outsideBrief: outsidePeak(spoken, briefMs),
    groups: anchorGroups.size,
    together: together.size,
    textLasted: middleSpan(times),
    textLately: times.filter((time) => at - time <= halfHour).length,
    greetings: greetings / Math.max(1, messages),
  }
}

/** Does a message hold little but words of occasions? Words that no dictionary holds don't count. */
function isGreeting(text: readonly number[], isOccasion: (term: number) => boolean): boolean {
  const words = text.filter((term) => !isCandidate(term))
  const occasions = words.filter((term) => isOccasion(term)).length
  return occasions > 0 && occasions * 2 >= words.length
}

interface Said {
  at: number
  person: number
}

function middleSpan(times: readonly number[]): number {
  const skip = Math.ceil(times.length / 10)
  return Math.max(0, (times[times.length - 1 - skip] ?? 0) - (times[skip] ?? Infinity))
}

/** `said` in time order. */
function outsidePeak(said: readonly Said[], peakMs: number): number {
  let [from, best] = [0, 0]
  for (let i = 0, end = 0; i < said.length; i++) {
    while (end < said.length && said[end]!.at - said[i]!.at < peakMs) end++
    if (end - i > best) [from, best] = [i, end - i]
  }
  return new Set(said.filter((_, i) => i < from || i >= from + best).map(({ person }) => person)).size
}

/** Who used one selection of words, and when. */
interface Saying {
  people: Set<number>
  times: number[]
}

function note(map: Map<string, Saying>, terms: number[], { at, person }: Said): void {
  if (wordsAmong(terms) < 3) return
  const key = terms.sort((a, b) => a - b).join(' ')
  const saying = map.get(key) ?? { people: new Set<number>(), times: [] }
  saying.people.add(person)
  saying.times.push(at)
  map.set(key, saying)
}

const commonestTimes = (texts: Map<string, Saying>): number[] =>
  [...texts.values()].reduce<number[]>((best, { times }) => (times.length > best.length ? times : best), [])

function variation(times: readonly number[]): number {
  const gaps = times.slice(1).map((at, i) => at - times[i]!)
  if (gaps.length < 6) return 1
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length
  return mean === 0 ? 0 : Math.sqrt(variance) / mean
}

/** Do people still say it after longer than a quotation is in fashion? */
export function outlasts(echo: Echo, limits: EchoLimits = shippedEchoLimits): boolean {
  const human = echo.gapVariation >= 2 * limits.gapVariation
  return (
    human &&
    echo.groups >= limits.stayingGroups &&
    echo.lasted >= limits.staying &&
    echo.lately >= limits.stayingPeople
  )
}

function isQuoted(echo: Echo, limits: EchoLimits): boolean {
  const stays = echo.textLasted >= limits.stayingText && echo.textLately >= limits.stayingTexts
  if (stays && outlasts(echo, limits)) return false
  if (echo.sameText >= limits.sameText) return true
  const phrase = echo.words === 3 ? limits.samePhraseOfThree : limits.samePhrase
  return echo.samePhrase >= phrase && echo.sameText >= limits.leastSameText
}

export function isEcho(echo: Echo, limits: EchoLimits = shippedEchoLimits): boolean {
  return (
    isQuoted(echo, limits) ||
    echo.gapVariation < limits.gapVariation ||
    echo.elsewhere < Math.max(limits.elsewhere, limits.elsewhereShare * echo.people) ||
    (echo.messages >= 10 && echo.loudest >= limits.loudest)
  )
}
