/** Different people per word over the last half hour and two hours, at a tick. */
import type { RecentLog } from './recent-log.ts'
import { createDayPeople } from './topic-tally.ts'

export interface TermCount {
  term: number
  /** different people in 30 minutes and in 2 hours, per local day, the larger day */
  half: number
  full: number
}

export interface WindowMessages {
  /** messages in 30 minutes and in 2 hours */
  halfMessages: number
  fullMessages: number
}

export interface WindowCounts extends WindowMessages {
  /** words said by at least two people, in no particular order */
  terms: TermCount[]
}

/** Counts messages of the log, which has expired two hours, and those from `halfFrom` on, which never goes back. */
export function countTerms(log: RecentLog, halfFrom: number): WindowCounts {
  log.halve(halfFrom)
  const terms: TermCount[] = []
  log.eachWord((term, full, half) => terms.push({ term, half, full }))
  return { terms, halfMessages: log.next() - log.half(), fullMessages: log.next() - log.first() }
}

/** The same messages, of those groups alone that `admits` names. */
export function countMessages(log: RecentLog, admits: (group: number) => boolean): WindowMessages {
  let [halfMessages, fullMessages] = [0, 0]
  for (let group = 0; group < log.groups(); group++) {
    if (!admits(group)) continue
    const { half, full } = log.messagesOf(group)
    halfMessages += half
    fullMessages += full
  }
  return { halfMessages, fullMessages }
}

export interface ExactCount extends TermCount {
  /** groups over 2 hours, counted up to two */
  groups: number
}

/** One word counted message by message, of those groups alone that `admits` names. */
export function countTerm(log: RecentLog, term: number, admits: (group: number) => boolean): ExactCount {
  const [half, full] = [createDayPeople(), createDayPeople()]
  const groups = new Set<number>()
  for (const s of log.postings(term)) {
    const group = log.group(s)
    if (!admits(group)) continue
    if (groups.size < 2) groups.add(group)
    full.add(log.day(s), log.person(s))
    if (s >= log.half()) half.add(log.day(s), log.person(s))
  }
  return { term, half: half.size(), full: full.size(), groups: groups.size }
}
