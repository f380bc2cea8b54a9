import { createKeyedHash, type KeyedHash } from '@guanlan/analytics/privacy/keyed-hash'

/**
 * Pseudonyms of one process: a keyed hash of the sender under a random salt of the local day. Salt, pseudonyms and the
 * cache live in memory and go with the day; two days cannot be joined.
 */
export interface Pseudonyms {
  /** 52 bits of the keyed hash. */
  pseudonym(sender: string, day: string): number
  /** Dense number of the person on that day, from 0. */
  person(sender: string, day: string): number
  /** Forgets salt and people of a day. */
  drop(day: string): void
  days(): string[]
}

interface Person {
  pseudonym: number
  person: number
}

interface Day {
  hash: KeyedHash
  /** By sender, so that each is hashed about once a day; emptied when it grows too large. */
  cache: Map<string, Person>
  people: Map<number, number>
}

const CACHE_LIMIT = 200_000

/** Told when a salt begins and ends; never given anything of the salt itself. */
export interface SaltWitness {
  made(day: string): void
  dropped(day: string): void
}

/** @param randomBytes cryptographically random bytes */
export function createPseudonyms(
  randomBytes: (length: number) => Uint8Array,
  witness?: SaltWitness,
): Pseudonyms {
  const days = new Map<string, Day>()
  const words = new Uint32Array(4)

  function dayOf(day: string): Day {
    let state = days.get(day)
    if (state === undefined) {
      state = { hash: createKeyedHash(randomBytes(32)), cache: new Map(), people: new Map() }
      days.set(day, state)
      witness?.made(day)
    }
    return state
  }
  function personOf(state: Day, sender: string): Person {
    const known = state.cache.get(sender)
    if (known !== undefined) return known
    state.hash.hash(sender, words)
    const pseudonym = (words[0] as number) * 2 ** 20 + ((words[1] as number) >>> 12)
    let person = state.people.get(pseudonym)
    if (person === undefined) state.people.set(pseudonym, (person = state.people.size))
    if (state.cache.size >= CACHE_LIMIT) state.cache.clear()
    const found = { pseudonym, person }
    // A copy: a string cut from a request keeps all of it, texts included, as long as it lives.
    state.cache.set(Buffer.from(sender).toString(), found)
    return found
  }
  return {
    pseudonym: (sender, day) => personOf(dayOf(day), sender).pseudonym,
    person: (sender, day) => personOf(dayOf(day), sender).person,
    drop(day) {
      if (days.delete(day)) witness?.dropped(day)
    },
    days: () => [...days.keys()],
  }
}
