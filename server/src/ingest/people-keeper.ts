import type { Clock } from '../lib/clock.ts'
import type { LocalTime } from '../lib/local-day.ts'
import type { PeopleStore } from './people-store.ts'
import {
  countsToWrite,
  dayTotals,
  decideVisibility,
  markWritten,
  shownTotals,
  type OpenDay,
  type PeopleDirectory,
} from './people-tally.ts'

/** Carries an open day between memory and the store. */
export interface PeopleKeeper {
  /** Counts the day, decides who may be shown, and writes what changed of it. Resolves with the ms it computed, waiting left out. */
  decide(open: OpenDay): Promise<number>
  /** Writes the counts that grew. */
  write(open: OpenDay): Promise<void>
  /** Counts of a day as last decided, by `group:<id>` and `unit:<id>`. */
  totals(day: string): ReadonlyMap<string, number> | undefined
  /** Different people of a day by unit, in the groups that count there. */
  shown(day: string): ReadonlyMap<string, number> | undefined
  forget(day: string): void
}

export function createPeopleKeeper(options: {
  store: PeopleStore
  directory: PeopleDirectory
  clock: Clock
  time: LocalTime
  floor: number
}): PeopleKeeper {
  const { store, directory, clock, time, floor } = options
  const totals = new Map<string, Map<string, number>>()
  const shownPeople = new Map<string, Map<string, number>>()
  let version = 0

  /** Reads what an earlier process left of the day and of the day before it. */
  async function load(open: OpenDay): Promise<void> {
    const before = time.addDays(open.day, -1)
    if (open.allocation === undefined) {
      open.before = await store.dayCounts(open.day)
      open.allocation = await store.visibility(open.day)
      for (const [scope, people] of open.before) open.written.set(`${scope} ${open.start} day`, people)
    }
    open.previousDay =
      totals.get(before) ?? (open.previousDay.size > 0 ? open.previousDay : await store.dayCounts(before))
  }
  async function decide(open: OpenDay): Promise<number> {
    await load(open)
    const began = performance.now()
    const known = dayTotals(open, directory)
    totals.set(open.day, known)
    const next = decideVisibility(open, directory, known, floor)
    const changed = [...next].filter(([id, shown]) => {
      const was = open.allocation?.get(id)
      // Also that a group was there and counts nowhere: after a kill it must not pass for a silent one.
      return was === undefined
        ? shown.own || shown.shownAt !== '' || shown.active
        : was.own !== shown.own || was.shownAt !== shown.shownAt || was.active !== shown.active
    })
    const decided = performance.now()
    version = Math.max(version + 1, clock.now())
    await store.writeVisibility(
      open.day,
      changed.map(([groupId, shown]) => ({
        groupId,
        unitId: directory.unitOf(groupId, open.day) ?? '',
        shown,
      })),
      version,
    )
    open.allocation = next
    const written = performance.now()
    shownPeople.set(open.day, shownTotals(open, directory, known))
    return decided - began + (performance.now() - written)
  }
  async function write(open: OpenDay): Promise<void> {
    const { hours } = open
    const counts = countsToWrite(open, directory, totals.get(open.day) ?? new Map())
    open.hours = 0
    try {
      await store.writeCounts(open.day, counts)
    } catch (error) {
      open.hours |= hours
      throw error
    }
    markWritten(open, counts)
  }
  return {
    ...{ decide, write },
    totals: (day) => totals.get(day),
    shown: (day) => shownPeople.get(day),
    forget(day) {
      totals.delete(day)
      shownPeople.delete(day)
    },
  }
}
