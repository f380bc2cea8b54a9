/**
 * Is a group of surging words people talking about something, or one text going round? A story is told in different
 * words at irregular times; a quoted phrase, a chain letter, a greeting, a sign-in list or a bot behind rotating
 * senders is not. All tests look at messages of the group's words as numbers only, at one moment.
 */
import type { RecentLog } from './recent-log.ts'

export interface Echo {
  /** share of people whose message has the commonest selection of all words (at least three words), 0..1 */
  sameText: number
  /** share of people whose message has the commonest selection of the group's words (at least three), 0..1 */
  samePhrase: number
  /** coefficient of variation of the gaps between messages; about 1 for independent people, 0 for a clock */
  gapVariation: number
  messages: number
  people: number
  /** people who said it outside the group in which most did */
  elsewhere: number
}

export interface EchoLimits {
  sameText: number
  samePhrase: number
  gapVariation: number
  /** most messages a person while fewer than twelve people take part */
  perPerson: number
  /** least people outside the main group, and as a share of all */
  elsewhere: number
  elsewhereShare: number
}

export const shippedEchoLimits: EchoLimits = {
  sameText: 0.45,
  samePhrase: 0.7,
  gapVariation: 0.3,
  perPerson: 4,
  elsewhere: 2,
  elsewhereShare: 0.2,
}

/** `words` carry the topic, `all` are its words with those that merely come along. */
export function measureEcho(
  log: RecentLog,
  words: ReadonlySet<number>,
  all: ReadonlySet<number> = words,
): Echo {
  const texts = new Map<string, Set<number>>()
  const phrases = new Map<string, Set<number>>()
  const people = new Set<number>()
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
    people.add(log.person(s))
    byGroup.set(log.group(s), (byGroup.get(log.group(s)) ?? new Set<number>()).add(log.person(s)))
    if (last >= 0) gaps.push(log.at(s) - last)
    last = log.at(s)
    note(texts, text, log.person(s))
    note(
      phrases,
      text.filter((term) => all.has(term)),
      log.person(s),
    )
  }
  const share = (map: Map<string, Set<number>>): number =>
    Math.max(0, ...[...map.values()].map((set) => set.size)) / Math.max(1, people.size)
  return {
    sameText: share(texts),
    samePhrase: share(phrases),
    gapVariation: variation(gaps),
    messages,
    people: people.size,
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
    echo.samePhrase >= limits.samePhrase ||
    echo.gapVariation < limits.gapVariation ||
    echo.elsewhere < Math.max(limits.elsewhere, limits.elsewhereShare * echo.people) ||
    (echo.people < 12 && echo.messages > limits.perPerson * echo.people)
  )
}
