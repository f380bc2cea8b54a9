/**
 * Is a group of surging words people talking about something, or one text going round? A story is told in different
 * words at irregular times; a quoted phrase, a chain letter, a greeting, a sign-in list or a bot behind rotating
 * senders is not. All tests look at messages of the group's words as numbers only, at one moment.
 */
import type { RecentLog } from './recent-log.ts'

export interface Echo {
  /** of people who said its strongest word, the share with the commonest selection of all words (at least three) */
  sameText: number
  /** of people who said its strongest word, the share with the commonest selection of its words (at least three), 0..1 */
  samePhrase: number
  /** coefficient of variation of the gaps between messages; about 1 for independent people, 0 for a clock */
  gapVariation: number
  messages: number
  people: number
  /** share of the messages that the four most talkative people sent, 0..1 */
  loudest: number
  /** number of words, those that merely come along included */
  words: number
  /** people who said it outside the group in which most did */
  elsewhere: number
}

export interface EchoLimits {
  sameText: number
  samePhrase: number
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
  sameText: 0.45,
  samePhrase: 0.7,
  gapVariation: 0.3,
  loudest: 0.8,
  samePhraseOfThree: 0.88,
  elsewhere: 2,
  elsewhereShare: 0.2,
}

/** `words` carry the topic, strongest first; `all` are its words with those that merely come along. */
export function measureEcho(
  log: RecentLog,
  words: ReadonlySet<number>,
  all: ReadonlySet<number> = words,
): Echo {
  const texts = new Map<string, Set<number>>()
  const phrases = new Map<string, Set<number>>()
  const [anchor] = words
  const anchored = new Set<number>()
  const people = new Map<number, number>()
  const byGroup = new Map<number, Set<number>>()
  const gaps: number[] = []
  let last = -1
  let messages = 0
  for (let s = log.first(); s < log.next(); s++) {
    const text: number[] = []
    let inside = 0
    for (let i = 0; i < log.count(s); i++) {
      text.push(log.term(s, i))
      if (words.has(log.term(s, i))) inside++
    }
    if (inside === 0) continue
    messages++
    people.set(log.person(s), (people.get(log.person(s)) ?? 0) + 1)
    byGroup.set(log.group(s), (byGroup.get(log.group(s)) ?? new Set<number>()).add(log.person(s)))
    if (last >= 0) gaps.push(log.at(s) - last)
    last = log.at(s)
    if (!text.includes(anchor!)) continue
    anchored.add(log.person(s))
    note(texts, text, log.person(s))
    const phrase = text.filter((term) => all.has(term))
    note(phrases, phrase, log.person(s))
  }
  const share = (map: Map<string, Set<number>>): number =>
    Math.max(0, ...[...map.values()].map((set) => set.size)) / Math.max(1, anchored.size)
  return {
    sameText: share(texts),
    samePhrase: share(phrases),
    gapVariation: variation(gaps),
    messages,
    people: people.size,
    loudest:
      [...people.values()]
        .sort((a, b) => b - a)
        .slice(0, 4)
        .reduce((sum, n) => sum + n, 0) / Math.max(1, messages),
    words: all.size,
    elsewhere: people.size - Math.max(0, ...[...byGroup.values()].map((set) => set.size)),
  }
}

function note(map: Map<string, Set<number>>, terms: number[], person: number): void {
  if (terms.length < 3) return
  const key = terms.sort((a, b) => a - b).join(' ')
  const set = map.get(key) ?? new Set<number>()
  map.set(key, set.add(person))
}

function variation(gaps: readonly number[]): number {
  if (gaps.length < 6) return 1
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length
  return mean === 0 ? 0 : Math.sqrt(variance) / mean
}

export function isEcho(echo: Echo, limits: EchoLimits = shippedEchoLimits): boolean {
  return (
    echo.sameText >= limits.sameText ||
    echo.samePhrase >= (echo.words === 3 ? limits.samePhraseOfThree : limits.samePhrase) ||
    echo.gapVariation < limits.gapVariation ||
    echo.elsewhere < Math.max(limits.elsewhere, limits.elsewhereShare * echo.people) ||
    (echo.messages >= 10 && echo.loudest >= limits.loudest)
  )
}
