/** Exact counts of one topic in one window and scope, over the log of recent messages. Memory only, dropped at once. */
import type { RecentLog } from './recent-log.ts'

export interface DayPeople {
  add(day: number, person: number): void
  /** larger day, never the sum */
  size(): number
  union(other: DayPeople): DayPeople
  days(): ReadonlyMap<number, ReadonlySet<number>>
}

export function createDayPeople(): DayPeople {
  const days = new Map<number, Set<number>>()
  const people: DayPeople = {
    add(day, person) {
      const set = days.get(day)
      if (set) set.add(person)
      else days.set(day, new Set([person]))
    },
    size: () => Math.max(0, ...[...days.values()].map((set) => set.size)),
    union(other) {
      for (const [day, set] of other.days()) for (const person of set) people.add(day, person)
      return people
    },
    days: () => days,
  }
  return people
}

export interface Part {
  messages: number
  people: DayPeople
  groups: Set<number>
}

export interface TopicTally extends Part {
  negative: number
  positive: number
  /** by harm category, -1 for allowed messages */
  harm: Map<number, Part>
  /** by unit the group belongs to */
  units: Map<number, Part>
  words: Map<number, Part>
}

const openPart = (): Part => ({ messages: 0, people: createDayPeople(), groups: new Set() })

function count(part: Part, log: RecentLog, serial: number): void {
  part.messages++
  part.people.add(log.day(serial), log.person(serial))
  part.groups.add(log.group(serial))
}

function partOf(map: Map<number, Part>, key: number): Part {
  const known = map.get(key)
  if (known) return known
  const part = openPart()
  map.set(key, part)
  return part
}

/** Messages in [from, to) of those with any of the words (`said`), in a unit that `inside` admits. */
export function tallyTopic(
  log: RecentLog,
  said: readonly number[],
  words: ReadonlySet<number>,
  from: number,
  to: number,
  inside: (unit: number) => boolean,
): TopicTally {
  const tally: TopicTally = {
    ...openPart(),
    negative: 0,
    positive: 0,
    harm: new Map(),
    units: new Map(),
    words: new Map(),
  }
  for (const s of said) {
    if (log.at(s) < from || log.at(s) >= to || !inside(log.unit(s))) continue
    for (let i = 0; i < log.count(s); i++)
      if (words.has(log.term(s, i))) count(partOf(tally.words, log.term(s, i)), log, s)
    count(tally, log, s)
    if (log.polarity(s) < 0) tally.negative++
    else if (log.polarity(s) > 0) tally.positive++
    count(partOf(tally.harm, log.category(s)), log, s)
    count(partOf(tally.units, log.unit(s)), log, s)
  }
  return tally
}
