import { expect, it } from 'vitest'
import { createLocalTime } from '../lib/local-day.ts'
import { createSourceFigures, type SourceFiguresDeps } from './source-figures.ts'

it('reads sources every few seconds, their rates once a minute, and both when the clock was set back', async () => {
  let [now, perMinute] = [Date.UTC(2026, 10, 21, 4), 29]
  const figures = createSourceFigures({
    postgres: { query: async () => [] } as unknown as SourceFiguresDeps['postgres'],
    keys: { list: async () => [{ source: 'gate', unitId: 'city', mayIngest: true, state: 'ok' }] },
    health: {
      sources: () => [{ source: 'gate', lastSeenAt: now, perMinute }],
      flush: async () => undefined,
    },
    clock: { now: () => now },
    time: createLocalTime('Asia/Shanghai'),
  })
  const look = async () => {
    const [gate] = await figures.all()
    return [gate?.lastSeenAt, gate?.perMinute]
  }
  const began = now
  expect(await look()).toEqual([began, 29])
  ;[now, perMinute] = [began + 4_000, 30]
  expect(await look()).toEqual([began, 29])
  now = began + 6_000
  expect(await look()).toEqual([now, 29])
  now = began + 60_000
  expect(await look()).toEqual([now, 30])
  ;[now, perMinute] = [began - 3_600_000, 31]
  expect(await look()).toEqual([now, 31])
})
