import { expect, it } from 'vitest'
import { viewsByDay } from './views.ts'

it('gathers views by day, the newest first', () => {
  const view = (at: string) => ({ at, roles: ['duty'], unitId: 'u', way: 'screen' as const })
  const days = viewsByDay(
    [view('2026-11-19T01:00:00Z'), view('2026-11-20T02:00:00Z'), view('2026-11-20T05:00:00Z')],
    (at) => at.slice(0, 10),
  )
  expect(days.map(({ day, views }) => [day, views.map(({ at }) => at.slice(11, 13))])).toEqual([
    ['2026-11-20', ['05', '02']],
    ['2026-11-19', ['01']],
  ])
})
