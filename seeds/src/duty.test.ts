import type { AlertSummary } from '@guanlan/contract/alert'
import { expect, it } from 'vitest'
import { dutyDeeds } from './duty.ts'

const MINUTE = 60_000
const alert = (over: Partial<AlertSummary>): AlertSummary => ({
  ...{ id: 'a-1', level: 'orange', status: 'open', origin: 'rule', ruleId: 'r', ruleName: 'r' },
  subject: { unitId: 'u', groupId: null, category: 'fraud', topicId: null, source: null },
  ...{ unitName: 'u', groupName: null, openedAt: 0, clearedAt: null, dueAt: null, step: 0, steps: 3 },
  ...{ takenBy: null, assignee: null, hold: null, firstConfirmedBy: null, resolvedAt: null, outcome: null },
  ...{ quiet: false, episode: 0 },
  ...over,
})
const paths = (over: Partial<AlertSummary>, now: number) =>
  dutyDeeds([alert(over)], now).map(({ role, path }) => `${role} ${path}`)

it('takes alerts, some late enough to escalate, works on them and ends them when they are over', () => {
  const waits = Array.from({ length: 40 }, (_, i) => {
    let minute = 0
    while (paths({ id: `a-${i}` }, minute * MINUTE).length === 0) minute++
    return minute
  })
  expect(Math.min(...waits)).toBe(1)
  expect(waits.filter((wait) => wait > 10).length).toBeGreaterThan(3)
  expect(paths({ status: 'acknowledged' }, MINUTE)).toEqual(['duty notes', 'duty progress'])
  expect(paths({ status: 'in-progress' }, 5 * MINUTE)).toEqual([])
  expect(paths({ status: 'in-progress', clearedAt: 4 * MINUTE }, 5 * MINUTE)).toEqual(['duty resolution'])
  expect(paths({ status: 'in-progress' }, 60 * MINUTE)).toEqual(['duty resolution'])
})

it('leaves what another alert stands for, and has red ended by a second account', () => {
  expect(paths({ hold: { kind: 'grouped', by: 'a-0' } }, 60 * MINUTE)).toEqual([])
  const red = { level: 'red', status: 'in-progress', clearedAt: 1 } as const
  expect(paths(red, MINUTE)).toEqual(['duty resolution'])
  expect(paths({ ...red, firstConfirmedBy: 'x' }, MINUTE)).toEqual(['communications resolution'])
})
