import { expect, it } from 'vitest'
import { createPeopleDay } from './people-day.ts'
import { createSchedule } from './people-schedule.ts'
import type { OpenDay } from './people-tally.ts'

const START = Date.UTC(2026, 10, 21, 4)
const none = new Map<string, number>()

function open(computedMs = 0) {
  let now = START
  const did: string[] = []
  const day: OpenDay = {
    ...{ day: '2026-11-21', start: START, people: createPeopleDay(), before: none, previousDay: none },
    ...{ allocation: undefined, written: new Map(), hours: 0, changed: true, lastSeenAt: now },
  }
  const note = (what: string) => async () => void did.push(what)
  const schedule = createSchedule({
    days: new Map([[day.day, day]]),
    keeper: {
      ...{ write: note('write'), totals: () => none, shown: () => none, forget: () => undefined },
      async decide() {
        did.push('decide')
        return computedMs
      },
    },
    nextDay: () => '2026-11-22',
    forget: () => did.push('forget'),
  })
  return {
    day,
    async after(ms: number, today: string) {
      now += ms
      did.length = 0
      await schedule.tick(day, now, today)
      return [...did]
    },
  }
}

it('decides and writes on when the clock was set back', async () => {
  const { day, after } = open()
  expect(await after(0, day.day)).toEqual(['decide'])
  day.changed = true
  expect(await after(1_000, day.day)).toEqual([])
  expect(await after(-3_600_000, day.day)).toEqual(['decide', 'write'])
  day.changed = true
  expect(await after(1_000, day.day)).toEqual([])
  expect(await after(60_000, day.day)).toEqual(['decide', 'write'])
})

it('closes and forgets a day that is over in time, and not early, when the clock was set back', async () => {
  const { after } = open()
  const next = '2026-11-22'
  expect(await after(-3_600_000, next)).toEqual([])
  expect(await after(3_000, next)).toEqual(['decide', 'write'])
  expect(await after(590_000, next)).toEqual([])
  expect(await after(10_000, next)).toEqual(['forget'])
})

it('rests by what deciding computed, not by how long the store took to answer', async () => {
  const quick = open(1)
  expect(await quick.after(0, quick.day.day)).toEqual(['decide'])
  quick.day.changed = true
  expect(await quick.after(2_000, quick.day.day)).toEqual(['decide'])
  const large = open(100)
  expect(await large.after(0, large.day.day)).toEqual(['decide'])
  large.day.changed = true
  expect(await large.after(4_000, large.day.day)).toEqual([])
  expect(await large.after(1_000, large.day.day)).toEqual(['decide'])
})
