import type { Read } from '@guanlan/analytics/queries/read'
import { createAlertFigures } from '../figures.ts'
import { expect, it } from 'vitest'
import { depsOf, ruleOf } from '../testing.ts'

const NOW = Date.parse('2026-11-21T10:30:00+08:00')
const HOUR_START = Date.parse('2026-11-21T10:00:00+08:00') / 1000

it('gives no time that is one of a few messages', async () => {
  const value = async (events: number) => {
    const row = {
      on_day: '2026-11-21',
      at: HOUR_START,
      group_id: 'g1',
      tier: 'illegal',
      delay_bucket: 30,
      events,
    }
    const read: Read = async <T>(sql: string) => (sql.includes('delay_bucket') ? [row] : []) as T[]
    const rule = ruleOf({
      ...{ kind: 'time-to-decision', tier: 'all', statistic: 'median', windowMinutes: 60, leastCount: 5 },
      levels: [{ level: 'yellow', from: 1 }],
    })
    const round = await createAlertFigures(depsOf(read)).begin(NOW)
    return (await round.observe(rule, new Set()))?.map((each) => [each.value, each.basis])
  }
  expect(await value(1)).toEqual([[0, 1]])
  expect(await value(4)).toEqual([[0, 4]])
  expect((await value(5))?.[0]?.[0]).toBeGreaterThan(0)
})
