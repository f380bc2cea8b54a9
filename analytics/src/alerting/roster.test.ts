import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Roster } from '@guanlan/contract/escalation'
import { instantOf, isWorkingDay, isWorkingTime, localTime } from './calendar.ts'
import { icalendar } from './ical.ts'
import type { Turn } from './roster.ts'
import { onDuty, outlook, swap, turnsBetween } from './roster.ts'
import { calendar, MINUTE, roster } from './testing.ts'

const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const at = (day: string, hour: number): number => instantOf(calendar, day, hour * 60)
const working = (t: number): boolean => isWorkingTime(calendar, t)

describe('calendar', () => {
  it('puts holidays and adjusted working days before the weekday', () => {
    // 2026-10-01 is a Thursday and a holiday, 2026-10-10 a Saturday that is worked
    expect(isWorkingDay(calendar, '2026-10-01')).toBe(false)
    expect(isWorkingDay(calendar, '2026-10-10')).toBe(true)
    expect(isWorkingDay(calendar, '2026-10-11')).toBe(false)
    expect(isWorkingTime(calendar, at('2026-10-10', 10))).toBe(true)
    expect(isWorkingTime(calendar, at('2026-10-10', 18))).toBe(false)
    expect(isWorkingTime(calendar, at('2026-10-01', 10))).toBe(false)
  })

  it('reads and writes local time without loss', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 60_000_000 }),
        fc.integer({ min: -720, max: 840 }),
        (minutes, utcOffsetMinutes) => {
          const zone = { ...calendar, utcOffsetMinutes }
          const { day, minute } = localTime(zone, minutes * MINUTE)
          expect(instantOf(zone, day, minute)).toBe(minutes * MINUTE)
        },
      ),
    )
  })
})

describe('roster', () => {
  it('turns daily at the hand-over', () => {
    expect(onDuty(roster, calendar, at('2026-11-02', 8))).toEqual(['duty-1'])
    expect(onDuty(roster, calendar, at('2026-11-03', 7.5))).toEqual(['duty-1'])
    expect(onDuty(roster, calendar, at('2026-11-03', 8))).toEqual(['duty-2'])
  })

  it('turns weekly on its weekday, whatever day it started on', () => {
    const weekly: Roster = {
      ...roster,
      rotation: { kind: 'weekly', handoverMinute: 540, weekday: 5 },
      people: ['a', 'b', 'c'],
      startDay: '2026-11-04',
    }
    const names = ['2026-11-04', '2026-11-06', '2026-11-12', '2026-11-13', '2026-11-20'].map(
      (day) => onDuty(weekly, calendar, at(day, 12))[0],
    )
    expect(names).toEqual(['a', 'b', 'b', 'c', 'a'])
  })

  it('runs shifts over midnight', () => {
    const shifts: Roster = {
      ...roster,
      rotation: {
        kind: 'shifts',
        shifts: [
          { from: 480, to: 1200 },
          { from: 1200, to: 480 },
        ],
      },
      people: ['a', 'b', 'c'],
    }
    expect([8, 20, 23].map((h) => onDuty(shifts, calendar, at('2026-11-02', h))[0])).toEqual(['a', 'b', 'b'])
    expect([2, 9, 21].map((h) => onDuty(shifts, calendar, at('2026-11-03', h))[0])).toEqual(['b', 'c', 'a'])
  })

  it("hands nobody's turn to a holiday: on working days only, the order goes on after it", () => {
    const office: Roster = {
      ...roster,
      on: 'working-days',
      people: ['a', 'b', 'c'],
      startDay: '2026-09-29',
      rotation: { kind: 'daily', handoverMinute: 0 },
    }
    const on = (day: string) => onDuty(office, calendar, at(day, 12))[0] ?? null
    // Tue a, Wed b, Thu holiday, Fri c; Sat 10-10 is worked
    expect(['2026-09-29', '2026-09-30', '2026-10-01', '2026-10-02'].map(on)).toEqual(['a', 'b', null, 'c'])
    expect(on('2026-10-10')).not.toBeNull()
    expect(on('2026-10-11')).toBeNull()
  })

  it('lets overrides win, the later over the earlier, and swaps two turns', () => {
    const from = at('2026-11-05', 10)
    const covered: Roster = {
      ...roster,
      overrides: [
        { id: 'o-1', from, until: from + 4 * HOUR, accountId: 'x' },
        { id: 'o-2', from: from + HOUR, until: from + 2 * HOUR, accountId: 'y' },
      ],
    }
    expect([0, 1, 2, 4].map((h) => onDuty(covered, calendar, from + h * HOUR)[0])).toEqual([
      'x',
      'y',
      'x',
      'duty-2',
    ])
    const [first, second] = turnsBetween(roster, calendar, at('2026-11-09', 8), at('2026-11-11', 8)) as [
      Turn,
      Turn,
    ]
    const swapped = swap(roster, first, second, ['w-1', 'w-2'])
    expect(onDuty(swapped, calendar, first.from)).toEqual([second.accountId])
    expect(onDuty(swapped, calendar, second.from)).toEqual([first.accountId])
    expect(onDuty(swapped, calendar, second.until)).toEqual(onDuty(roster, calendar, second.until))
    expect(() => swap(roster, { ...first, accountId: null }, second, ['a', 'b'])).toThrow(RangeError)
  })

  it('names gaps and imbalance of the next four weeks', () => {
    const now = at('2026-11-02', 8)
    expect(outlook(roster, calendar, now, working)).toMatchObject({ gaps: [], uneven: false, spreadHours: 0 })
    const weekdays = outlook({ ...roster, on: 'working-days' }, calendar, now, working)
    expect(weekdays.gaps).toHaveLength(4)
    expect((weekdays.gaps[0]?.until ?? 0) - (weekdays.gaps[0]?.from ?? 0)).toBe(2 * DAY)
    const away = { id: 'o-1', from: now, until: now + 10 * DAY, accountId: 'duty-2' }
    const lopsided = outlook({ ...roster, overrides: [away] }, calendar, now, working)
    expect(lopsided.uneven).toBe(true)
    expect(lopsided.load.find((l) => l.accountId === 'duty-2')?.hours).toBe((10 + 9) * 24)
    expect(outlook({ ...roster, people: [] }, calendar, now, working).gaps).toEqual([
      { from: now, until: now + 28 * DAY },
    ])
  })

  it('covers every span without holes or overlaps, and agrees with who is on duty at any instant', () => {
    const rotation = fc.oneof(
      fc.record({ kind: fc.constant('daily' as const), handoverMinute: fc.integer({ min: 0, max: 1439 }) }),
      fc.record({
        kind: fc.constant('weekly' as const),
        handoverMinute: fc.integer({ min: 0, max: 1439 }),
        weekday: fc.integer({ min: 1, max: 7 }),
      }),
      fc.constant<Roster['rotation']>({
        kind: 'shifts',
        shifts: [
          { from: 0, to: 480 },
          { from: 480, to: 960 },
          { from: 1080, to: 1440 },
        ],
      }),
    )
    const override = fc.record({
      id: fc.constant('o'),
      from: fc.integer({ min: 0, max: 700 }),
      until: fc.integer({ min: 1, max: 200 }),
      accountId: fc.constantFrom('x', 'y'),
    })
    const base = at('2026-09-28', 0)
    fc.assert(
      fc.property(
        rotation,
        fc.constantFrom('every-day', 'working-days', 'days-off'),
        fc.array(override, { maxLength: 4 }),
        fc.nat(4),
        fc.nat(600),
        (r, on, overrides, people, offset) => {
          const any: Roster = {
            ...roster,
            rotation: r,
            on,
            people: ['a', 'b', 'c', 'd'].slice(0, people),
            startDay: '2026-10-03',
            overrides: overrides.map((o) => ({
              ...o,
              from: base + o.from * HOUR,
              until: base + (o.from + o.until) * HOUR,
            })),
          }
          const from = base + offset * HOUR
          const until = from + 9 * DAY
          const turns = turnsBetween(any, calendar, from, until)
          let covered = from
          for (const turn of turns) {
            expect(turn.from).toBe(covered)
            expect(turn.until).toBeGreaterThan(turn.from)
            expect(turn.by === 'gap').toBe(turn.accountId === null)
            covered = turn.until
          }
          expect(covered).toBe(until)
          for (let t = from; t < until; t += 7 * HOUR) {
            const turn = turns.find((x) => x.from <= t && t < x.until) as Turn
            expect(onDuty(any, calendar, t)).toEqual(turn.accountId === null ? [] : [turn.accountId])
          }
        },
      ),
      { numRuns: 150 },
    )
  })
})

describe('iCalendar feed', () => {
  const options = {
    rosterId: 'desk',
    rosterName: '值班台; 一, 二',
    nameOf: (id: string) => `${id} ${'名'.repeat(40)}`,
    now: at('2026-11-02', 8),
    gapTitle: 'nobody',
  }

  it('is well formed: CRLF, at most 75 octets a line, escaped, one event a turn with a stable UID', () => {
    const turns = turnsBetween(roster, calendar, options.now, options.now + 3 * DAY)
    const feed = icalendar(turns, options)
    const lines = feed.split('\r\n')
    expect(lines.at(-1)).toBe('')
    expect(feed.replace(/\r\n/g, '')).not.toMatch(/[\r\n]/)
    for (const line of lines) expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75)
    const unfolded = feed.replace(/\r\n /g, '').split('\r\n')
    expect(unfolded.filter((l) => l === 'BEGIN:VEVENT')).toHaveLength(turns.length)
    expect(unfolded).toContain('DTSTART:20261102T000000Z')
    expect(unfolded).toContain('X-WR-CALNAME:值班台\\; 一\\, 二')
    expect(unfolded.some((l) => l.startsWith(`SUMMARY:duty-1 ${'名'.repeat(40)} ·`))).toBe(true)
    expect(icalendar(turns, options)).toBe(feed)
  })
})
