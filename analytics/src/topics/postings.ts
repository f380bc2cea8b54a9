import type { RecentLog } from './recent-log.ts'

/** Where in the log words were said: serials of messages, rising, each once. */
export interface Postings {
  /** of messages with any of the words */
  readonly any: readonly number[]
  /** of messages with at least one of these words; words that were not asked for at the start are nowhere */
  withAny(words: Iterable<number>): readonly number[]
}

/** Everything a tick asks about single words costs their messages and not the whole log. */
export function postingsOf(log: RecentLog, words: Iterable<number>): Postings {
  const lists = new Map<number, number[]>()
  for (const word of words) lists.set(word, log.postings(word))
  return {
    any: union([...lists.values()]),
    withAny: (asked) => union([...asked].map((word) => lists.get(word) ?? [])),
  }
}

/** Serials of messages with any of the words, rising. */
export const messagesWith = (log: RecentLog, words: Iterable<number>): readonly number[] =>
  union([...words].map((word) => log.postings(word)))

/** Numbers of rising lists, rising, each once. */
function union(lists: readonly number[][]): readonly number[] {
  if (lists.length === 1) return lists[0]!
  const all = Float64Array.from(lists.flat()).sort()
  const found: number[] = []
  for (const one of all) if (found[found.length - 1] !== one) found.push(one)
  return found
}
