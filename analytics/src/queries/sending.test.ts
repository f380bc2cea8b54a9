import { expect, it } from 'vitest'
import { readSending } from './sending.ts'
import type { Window } from './window.ts'

const DAY = '2026-11-21'
const at = (time: string) => Date.parse(`${DAY}T${time}:00+08:00`)
const WEEK = 7 * 86_400_000
const MINUTE = 60_000

/** The last hour as it is asked for at a minute, when sources sent in these minutes only. */
async function hourAt(time: string, sent: readonly number[]) {
  const now = { from: at(time) - 59 * MINUTE, to: at(time) + MINUTE }
  const before = { from: now.from - WEEK, to: now.to - WEEK }
  const window: Window = { stepSeconds: 60, steps: 60, now, before, byMinute: true, days: [DAY] }
  const asked: Record<string, unknown>[] = []
  const sending = await readSending(async <T>(_sql: string, params: Record<string, unknown>) => {
    asked.push(params)
    const inside = (ms: number, from: unknown, to: unknown) =>
      ms >= Number(from) * 1000 && ms < Number(to) * 1000
    return sent
      .filter(
        (ms) => inside(ms, params.nowFrom, params.nowTo) || inside(ms, params.beforeFrom, params.beforeTo),
      )
      .map((ms) => ({ quarter: Math.floor(ms / 900_000) })) as T[]
  }, window)
  const clock = (steps: readonly boolean[]) =>
    steps.flatMap((heard, i) =>
      heard ? [new Date(now.from + i * MINUTE + 8 * 3_600_000).toISOString().slice(11, 16)] : [],
    )
  return { now: clock(sending.now), before: clock(sending.before) }
}
const minutes = (from: string, to: string) =>
  Array.from({ length: (at(to) - at(from)) / MINUTE }, (_, i) =>
    new Date(at(from) + i * MINUTE + 8 * 3_600_000).toISOString().slice(11, 16),
  )

it('tells the quarter in which somebody wrote, whichever minute it was', async () => {
  const running = minutes('11:00', '11:11')
  for (const minute of ['10:30', '10:37', '10:44'])
    expect((await hourAt('11:10', [at(minute)])).now).toEqual([...minutes('10:30', '10:45'), ...running])
  expect((await hourAt('11:10', [])).now).toEqual(running)
})

it('tells nothing of the quarter that is running, also not that something came', async () => {
  expect((await hourAt('11:10', [at('11:05')])).now).toEqual((await hourAt('11:10', [])).now)
  expect((await hourAt('11:15', [at('11:05')])).now).toEqual(minutes('11:00', '11:16'))
  expect((await hourAt('11:15', [])).now).toEqual(minutes('11:15', '11:16'))
})

it('keeps what it tells of a quarter while the window moves on over it, now and of last week', async () => {
  expect((await hourAt('11:40', [at('10:32')])).now).toEqual([
    ...minutes('10:41', '10:45'),
    ...minutes('11:30', '11:41'),
  ])
  expect((await hourAt('11:10', [at('11:14') - WEEK])).before).toEqual(minutes('11:00', '11:11'))
  expect((await hourAt('11:40', [at('10:32') - WEEK])).before).toEqual(minutes('10:41', '10:45'))
})
