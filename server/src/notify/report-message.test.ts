import { expect, it } from 'vitest'
import type { QueueRow } from './channel.ts'
import { renderReport } from './report-message.ts'

const row = (step: string, number: string): QueueRow => ({
  ...{ id: 'd-1', alertId: 'rep-1', kind: 'report', lane: 'in-app:user-1', seq: 1, accountId: 'user-1' },
  ...{ channel: 'in-app', queuedAt: 0, attempts: 0, nextAt: 0 },
  payload: { reportId: 'rep-1', reportKind: 'week', unitId: 'north', periodKey: '2026-W47', number, step },
})
const naming = { locale: 'zh-CN', publicUrl: 'https://example.org', unitName: () => '北区' } as const

it('names the number of an issued report, and no id of an action', () => {
  expect(renderReport([row('issued', '2026-3')], naming).title).toBe('北区 · 周报 2026-W47 2026-3 · 已印发')
  expect(renderReport([row('action', 'act-0123456789abcdef01')], naming)).toMatchObject({
    ...{ title: '北区 · 周报 2026-W47 · 有新交办事项', link: 'https://example.org/reports/rep-1' },
  })
  const both = [row('action', 'act-1'), row('action', 'act-2')]
  expect(JSON.stringify(renderReport(both, { ...naming, locale: 'en' }))).not.toContain('act-')
})
