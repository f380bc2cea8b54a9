import { KIND_BIT, kindOf, type KnownAs } from './id-table.ts'

/** Ids of one request whose events are on their way to the disk; another request that repeats one waits for the outcome. */
export interface InFlightIds {
  /** Four words an id. */
  readonly ids: Uint32Array
  count: number
  /** True when they became durable. */
  readonly done: Promise<boolean>
}

export interface InFlight {
  find(words: Uint32Array): { as: KnownAs; by: InFlightIds } | undefined
  add(by: InFlightIds, words: Uint32Array): void
  /** The request has been answered for. */
  release(by: InFlightIds): void
}

const SLOTS = 2 ** 18

/** Counts by a part of the hash say for nearly every id that it is not there; else the requests under way are looked through. */
export function createInFlight(): InFlight {
  const counts = new Uint16Array(SLOTS)
  const requests = new Set<InFlightIds>()
  const slotOf = (words: Uint32Array, at: number) => (words[at + 3] as number) & (SLOTS - 1)

  function positionIn({ ids, count }: InFlightIds, words: Uint32Array): number {
    for (let at = 0; at < count * 4; at += 4) {
      if (
        ids[at + 3] === words[3] &&
        ids[at + 2] === words[2] &&
        ids[at + 1] === words[1] &&
        (((ids[at] as number) ^ (words[0] as number)) & ~KIND_BIT) === 0
      )
        return at
    }
    return -1
  }
  return {
    find(words) {
      if (counts[slotOf(words, 0)] === 0) return undefined
      for (const by of requests) {
        const at = positionIn(by, words)
        if (at >= 0) return { as: kindOf(by.ids[at] as number), by }
      }
      return undefined
    },
    add(by, words) {
      if (by.count === 0) requests.add(by)
      by.ids.set(words, by.count * 4)
      by.count++
      const slot = slotOf(words, 0)
      counts[slot] = (counts[slot] as number) + 1
    },
    release(by) {
      requests.delete(by)
      for (let at = 0; at < by.count * 4; at += 4) {
        const slot = slotOf(by.ids, at)
        counts[slot] = (counts[slot] as number) - 1
      }
    },
  }
}
