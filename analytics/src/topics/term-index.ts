/**
 * Words of the recent log at one moment: where each was said, and how many different people said it in all and since
 * half-time. Made anew from the whole log when it is asked for, once a tick: grouped word by word that takes a fraction of what
 * it cost to keep the counts current with each message. A word's person counts by the newest time it was said. People are
 * numbered anew each local day and counted by day, which a log of two hours can hold two of; the larger day counts. Memory only.
 */
import { createWordGroups, type ReadPairs } from './word-groups.ts'

/** What the index reads of the log. Messages are numbered through the whole history. */
export interface LoggedWords {
  first(): number
  /** oldest message since half-time */
  half(): number
  next(): number
  person(serial: number): number
  day(serial: number): number
  /** pairs of a word and the low 32 bits of its message's number, in order, as word-groups.ts reads them */
  pairs(read: ReadPairs): void
}

export interface TermIndex {
  /** words said by at least two people, in no particular order, with their people in all and since half-time */
  each(visit: (term: number, full: number, half: number) => void): void
  /** numbers of a word's messages, rising */
  messages(term: number): number[]
  bytes(): number
}

/** `placeBits`: the log holds at most 2^placeBits messages. */
export function createTermIndex(log: LoggedWords, placeBits: number): TermIndex {
  const groups = createWordGroups(placeBits)
  const people = createPeopleNumbers()
  let held = { first: 0, next: 0, people: 0 }
  /** the word that last saw a person, by the person's number */
  let seenFor = new Int32Array(0)

  /** The groups stand as long as messages neither came nor went. */
  function refresh(): void {
    const [first, next] = [log.first(), log.next()]
    if (held.first === first && held.next === next) return
    const { who, numbers } = people.number(log)
    groups.group((read) => log.pairs(read), first | 0, who)
    held = { first, next, people: numbers }
  }

  return {
    each(visit) {
      refresh()
      if (seenFor.length < held.people) seenFor = new Int32Array(2 * held.people)
      else seenFor.fill(0)
      const half = log.half() - log.first()
      let mark = 0
      groups.each(2, (term, { places, tags }, start, end) => {
        mark++
        let fullEven = 0
        let fullOdd = 0
        let halfEven = 0
        let halfOdd = 0
        for (let i = end - 1; i >= start; i--) {
          const person = tags[i]!
          if (seenFor[person] === mark) continue
          seenFor[person] = mark
          const lately = places[i]! >= half ? 1 : 0
          if ((person & 1) === 0) {
            fullEven++
            halfEven += lately
          } else {
            fullOdd++
            halfOdd += lately
          }
        }
        const full = Math.max(fullEven, fullOdd)
        if (full >= 2) visit(term, full, Math.max(halfEven, halfOdd))
      })
    },
    messages(term) {
      refresh()
      return groups.of(term).map((place) => held.first + place)
    },
    bytes: () => groups.bytes() + people.bytes() + seenFor.byteLength,
  }
}

/** Numbers people of the log from 0 on without gaps: twice their order of first appearance, plus one on odd days. */
function createPeopleNumbers() {
  let who = new Int32Array(0)
  /** open addressing: a person, and the number plus one (0: empty) */
  let slots = new Int32Array(2 << 10)

  function find(person: number, odd: number): number {
    const mask = slots.length / 2 - 1
    const mixed = Math.imul(person ^ odd, 0x9e3779b1)
    for (let at = (mixed ^ (mixed >>> 15)) & mask; ; at = (at + 1) & mask) {
      const known = slots[2 * at + 1]!
      if (known === 0 || (slots[2 * at] === person && ((known - 1) & 1) === odd)) return 2 * at
    }
  }

  function grow(): void {
    const old = slots
    slots = new Int32Array(old.length * 2)
    for (let at = 0; at < old.length; at += 2) {
      if (old[at + 1] === 0) continue
      const to = find(old[at]!, (old[at + 1]! - 1) & 1)
      slots[to] = old[at]!
      slots[to + 1] = old[at + 1]!
    }
  }

  return {
    /** the person's number by the message's place in the log; all are below `numbers` */
    number(log: LoggedWords): { who: Int32Array; numbers: number } {
      const [first, next] = [log.first(), log.next()]
      if (who.length < next - first) who = new Int32Array(2 * (next - first))
      slots.fill(0)
      let different = 0
      for (let s = first; s < next; s++) {
        const person = log.person(s)
        const odd = log.day(s) & 1
        let at = find(person, odd)
        if (slots[at + 1] === 0) {
          if (different * 4 >= slots.length) {
            grow()
            at = find(person, odd)
          }
          slots[at] = person
          slots[at + 1] = 1 + 2 * different++ + odd
        }
        who[s - first] = slots[at + 1]! - 1
      }
      return { who, numbers: 2 * different }
    },
    bytes: () => who.byteLength + slots.byteLength,
  }
}
