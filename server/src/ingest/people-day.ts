/**
 * Exact sets of active people of one local day, in typed arrays: for each group the people (dense numbers of this day)
 * with the hours they were active in as bits. Counts of units and pools are unions over their groups. Memory only.
 */
export interface PeopleDay {
  /** `person`: dense number from 0; `hour`: whole hours since the local day began, 0..31. */
  add(groupId: string, person: number, hour: number): void
  groups(): Iterable<string>
  /** Different people of some groups together; may stop counting at `enough`. */
  distinct(groupIds: Iterable<string>, enough?: number): number
  /** The same for one hour of the day. */
  distinctInHour(groupIds: Iterable<string>, hour: number): number
  readonly bytes: number
}

interface GroupSet {
  /** Person + 1, 0 is free. */
  people: Uint32Array
  hours: Uint32Array
  size: number
}

const FIRST = 16
const mixed = (person: number) => Math.imul(person, 0x9e3779b1) >>> 8

function put(set: GroupSet, person: number, bits: number): boolean {
  const mask = set.people.length - 1
  let slot = mixed(person) & mask
  while (set.people[slot] !== 0) {
    if (set.people[slot] === person) {
      set.hours[slot] = (set.hours[slot] as number) | bits
      return false
    }
    slot = (slot + 1) & mask
  }
  set.people[slot] = person
  set.hours[slot] = bits
  return true
}

function grow(set: GroupSet): void {
  const { people, hours } = set
  set.people = new Uint32Array(people.length * 2)
  set.hours = new Uint32Array(people.length * 2)
  for (let slot = 0; slot < people.length; slot++) {
    if (people[slot] !== 0) put(set, people[slot] as number, hours[slot] as number)
  }
}

export function createPeopleDay(): PeopleDay {
  const sets = new Map<string, GroupSet>()
  let stamps = new Uint32Array(1024)
  let stamp = 0
  let bytes = 0

  function add(groupId: string, person: number, hour: number): void {
    let set = sets.get(groupId)
    if (set === undefined) {
      set = { people: new Uint32Array(FIRST), hours: new Uint32Array(FIRST), size: 0 }
      sets.set(groupId, set)
      bytes += FIRST * 8
    }
    if (!put(set, person + 1, 1 << hour)) return
    if (++set.size * 2 > set.people.length) {
      bytes += set.people.length * 8
      grow(set)
    }
    if (person + 1 >= stamps.length) {
      const wider = new Uint32Array(2 ** Math.ceil(Math.log2(person + 2)))
      wider.set(stamps)
      stamps = wider
    }
  }
  /** Counts each person once by marking it with the number of this count. */
  function union(groupIds: Iterable<string>, bits: number, enough: number): number {
    stamp++
    let count = 0
    for (const id of groupIds) {
      const set = sets.get(id)
      if (set === undefined) continue
      for (let slot = 0; slot < set.people.length; slot++) {
        const person = set.people[slot] as number
        if (person === 0 || ((set.hours[slot] as number) & bits) === 0 || stamps[person] === stamp) continue
        stamps[person] = stamp
        if (++count >= enough) return count
      }
    }
    return count
  }
  return {
    add,
    groups: () => sets.keys(),
    distinct: (groupIds, enough = Infinity) => union(groupIds, -1, enough),
    distinctInHour: (groupIds, hour) => union(groupIds, 1 << hour, Infinity),
    get bytes() {
      return bytes + stamps.byteLength
    },
  }
}
