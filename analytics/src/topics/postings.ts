import type { RecentLog } from './recent-log.ts'

/** Where in the log words were said: serials of messages, rising, each once. */
export interface Postings {
  /** of messages with any of the words */
  readonly any: readonly number[]
  /** of messages with at least one of these words; words that were not asked for at the start are nowhere */
  withAny(words: Iterable<number>): readonly number[]
}

const buffer = new Int32Array(64)

/** Reads the log once, so that everything a tick asks about single words costs their messages and not the whole log. */
export function postingsOf(log: RecentLog, words: Iterable<number>): Postings {
  const lists = new Map<number, number[]>()
  for (const word of words) lists.set(word, [])
  const any: number[] = []
  if (lists.size > 0)
    for (let s = log.first(); s < log.next(); s++) {
      const count = log.terms(s, buffer)
      let found = false
      for (let i = 0; i < count; i++) {
        const list = lists.get(buffer[i]!)
        if (list === undefined) continue
        found = true
        if (list[list.length - 1] !== s) list.push(s)
      }
      if (found) any.push(s)
    }
  return {
    any,
    withAny(asked) {
      const found = [...asked].map((word) => lists.get(word) ?? [])
      if (found.length === 1) return found[0]!
      return [...new Set(found.flat())].sort((a, b) => a - b)
    },
  }
}
