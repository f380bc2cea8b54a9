import { expect, it } from 'vitest'
import type { AlertSummary } from '@guanlan/contract/alert'
import { linkPage } from './link-page.ts'

const alert: AlertSummary = {
  ...{ id: 'a-1', level: 'orange', status: 'open', origin: 'rule', ruleId: 'r', ruleName: '<规则>' },
  subject: { unitId: 'north', groupId: null, category: null, topicId: null, source: null },
  ...{ unitName: '北区', groupName: null, openedAt: 0, clearedAt: null, dueAt: null, step: 0, steps: 1 },
  ...{ takenBy: null, assignee: null, hold: null, firstConfirmedBy: null, resolvedAt: null, outcome: null },
  ...{ quiet: false, episode: 0 },
}
const BUTTON = '<button type="submit">'

it('offers one button, says that it was taken, and names the note that comes first', () => {
  expect(linkPage(alert, 'zh-CN', 'offered')).toContain(BUTTON)
  expect(linkPage(alert, 'en', 'taken')).toContain('Acknowledged: it is yours')
  const first = linkPage(alert, 'zh-CN', 'note-first')
  expect(first).toContain('您还没有读交班说明')
  expect(first).toContain('href="/alerts/a-1"')
  for (const page of [first, linkPage(alert, 'en', 'taken')]) expect(page).not.toContain(BUTTON)
})

it('says of an ended alert only that, whatever was asked, and never passes on markup', () => {
  for (const state of ['offered', 'taken', 'note-first'] as const) {
    const page = linkPage({ ...alert, status: 'resolved' }, 'en', state)
    expect(page).toContain('The alert has ended')
    expect(page).not.toContain(BUTTON)
    expect(page).not.toContain('<规则>')
  }
})
