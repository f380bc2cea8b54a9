import type { Allocation } from '@guanlan/analytics/privacy/visibility'
import type { Clock } from '../lib/clock.ts'
import type { LocalTime } from '../lib/local-day.ts'
import { createPeopleDay } from './people-day.ts'
import type { PeopleStore, ScopeKind } from './people-store.ts'
import { createPeopleKeeper } from './people-keeper.ts'
import { createSchedule } from './people-schedule.ts'
import type { OpenDay, PeopleDirectory } from './people-tally.ts'
import type { SaltWitness } from './pseudonyms.ts'
import { createPseudonyms } from './pseudonyms.ts'

/**
 * Different active people, exact and in memory. What leaves are integers when an hour or a day closes (and a running
 * lower bound of today), and which groups may be shown. A day that is over, or that an import fills, is written when
 * nothing has come for it for a moment, and forgotten, salt and all, ten minutes later.
 */
export interface People {
  observe(seen: { day: string; hourStart: number; groupId: string; unitId: string; sender: string }): void
  /** Pseudonym of a sender on a local day: 52 bits, memory only. */
  pseudonym(sender: string, day: string): number
  /** @param at of another day that is still held, ms; today unless told */
  today(at?: number): {
    day: string
    visibility: Allocation
    /** Different people so far; a lower bound after a restart. */
    people(kind: ScopeKind, id: string): number
    /** Of them those of a unit in groups that count there: what may be told of it. */
    shownPeople(unitId: string): number
  }
  /** Groups below a unit that may be shown alone today, or on the day of `at` if that is still held. */
  qualifyingGroups(unitId: string, at?: number): number
  /** Decides and writes what is due; to be called about every second. */
  tick(): Promise<void>
  /** Writes everything now: at the end of an import and before the process ends. */
  settle(): Promise<void>
  /** Memory of sets and days held now. */
  stats(): { days: number; bytes: number }
}

export interface PeopleOptions {
  store: PeopleStore
  directory: PeopleDirectory
  clock: Clock
  time: LocalTime
  /** Cryptographically random bytes, for the salts. */
  randomBytes(length: number): Uint8Array
  /** Told when the salt of a day begins and ends. */
  salts?: SaltWitness
  /** Least different people to be shown, 10 or more. */
  floor: number
}

const HOUR = 3_600_000

function emptyDay(day: string, start: number, now: number): OpenDay {
  const none = new Map<string, number>()
  return {
    ...{ day, start, people: createPeopleDay(), before: none, previousDay: none, allocation: undefined },
    ...{ written: new Map(), hours: 0, changed: true, lastSeenAt: now },
  }
}

export function createPeople(options: PeopleOptions): People {
  const { store, directory, clock, time, floor } = options
  const pseudonyms = createPseudonyms(options.randomBytes, options.salts)
  const days = new Map<string, OpenDay>()
  const openDay = (day: string) => days.get(day) ?? newDay(day)
  const keeper = createPeopleKeeper({ store, directory, clock, time, floor })
  const forget = (day: string) => {
    days.delete(day)
    pseudonyms.drop(day)
    keeper.forget(time.addDays(day, -1))
  }
  const schedule = createSchedule({ days, keeper, nextDay: (day) => time.addDays(day, 1), forget })
  let busy: Promise<void> = Promise.resolve()

  function newDay(day: string): OpenDay {
    const open = emptyDay(day, time.dayStart(day), clock.now())
    days.set(day, open)
    return open
  }
  /** One after another, also when a tick and a settling meet. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const mine = busy.then(work)
    busy = mine.catch(() => undefined)
    return mine
  }
  return {
    observe({ day, hourStart, groupId, sender }) {
      const open = openDay(day)
      const hour = Math.min(31, Math.max(0, Math.floor((hourStart - open.start) / HOUR)))
      open.people.add(groupId, pseudonyms.person(sender, day), hour)
      open.hours |= 1 << hour
      open.changed = true
      open.lastSeenAt = clock.now()
    },
    pseudonym: (sender, day) => pseudonyms.pseudonym(sender, day),
    today(at = clock.now()) {
      const day = time.dayOf(at)
      const known = keeper.totals(day)
      const shown = keeper.shown(day)
      return {
        day,
        visibility: days.get(day)?.allocation ?? new Map(),
        people: (kind, id) => known?.get(`${kind}:${id}`) ?? 0,
        shownPeople: (unitId) => shown?.get(unitId) ?? 0,
      }
    },
    qualifyingGroups(unitId, at = clock.now()) {
      const day = time.dayOf(at)
      const visibility = days.get(day)?.allocation
      return directory
        .groupsOf(directory.tree.subtreeOn(unitId, day), day)
        .filter((id) => visibility?.get(id)?.own).length
    },
    tick: () =>
      inTurn(async () => {
        const now = clock.now()
        const today = time.dayOf(now)
        openDay(today)
        for (const open of [...days.values()].sort((a, b) => (a.day < b.day ? -1 : 1)))
          await schedule.tick(open, now, today)
      }),
    settle: () =>
      inTurn(async () => {
        for (const open of [...days.values()].sort((a, b) => (a.day < b.day ? -1 : 1)))
          if (open.changed || open.hours !== 0) await schedule.close(open)
      }),
    stats: () => ({
      days: days.size,
      bytes: [...days.values()].reduce((sum, open) => sum + open.people.bytes, 0),
    }),
  }
}
