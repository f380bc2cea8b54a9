import { renderSentence } from '@guanlan/contract/report-sentences'
import type { Edition } from '@guanlan/contract/report'
import type { EditionPage, ReportAction } from '@guanlan/contract/report-work'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { message } from '../helpers/events.ts'
import { startReportOffice, value, type ReportOffice } from '../helpers/report-office.ts'
import { generate } from '../helpers/report-week.ts'
import { createMovingClock, until } from '../helpers/story.ts'

/** What people did with last week's report, which units are slow, what the register lacks: as the next report says it. */

const DAY = 86_400_000
const clock = createMovingClock(Date.parse('2027-01-04T09:00:00+08:00'))
const span = { from: '2026-12-28', to: '2027-01-03' }
const data = generate({ from: span.from, days: 7, seed: 5, outage: [], edges: [] })
/** Tuesday of the week that the next report is about. */
const AT = Date.parse('2027-01-19T08:00:00+08:00')
const SOUTH = 60
const NORTH = 80
let office: ReportOffice
let next: Edition
let ids: string[] = []
const api: ReportOffice['api'] = (...request) => office.api(...request)

/** Violations of one group, each decided so many ms after it was sent. */
const violations = (group: string, count: number, delayMs: number) =>
  Array.from({ length: count }, (_, i) => {
    const at = AT + i * 10_000
    const decidedAt = new Date(at + delayMs).toISOString()
    const moderation = { decision: 'removed', category: 'ads', by: 'human', decidedAt }
    return message({
      ...{ group, sender: `u-${group}-${i % 12}`, time: new Date(at).toISOString(), moderation },
      content: { kind: 'text' },
    })
  })
const talk = (group: string) =>
  Array.from({ length: 24 }, (_, i) => {
    const at = new Date(AT + i * 60_000).toISOString()
    const moderation = { decision: 'allowed', by: 'automated', decidedAt: at }
    return message({
      ...{ group, sender: `u-${group}-${i % 12}`, time: at, moderation },
      content: { kind: 'text' },
    })
  })

async function issueWeek(period: string): Promise<string> {
  const { id, contentHash } = await office.draftOf('org', period)
  const at = `/api/v1/reports/${id}`
  expect((await api('leader', 'POST', `${at}/approval`, { content: contentHash })).status).toBe(200)
  expect((await api<EditionPage>('writer', 'POST', `${at}/issue`)).status).toBe(200)
  return id
}

/** A review that is overdue since December: found now, to be mended within fourteen days. */
async function letReviewLapse(groupId: string): Promise<void> {
  const before = await api<{ group: Record<string, unknown> }>('writer', 'GET', `/api/v1/groups/${groupId}`)
  const { name, kind, platform, purpose, informedOn, informedHow, expiresOn, size, unitId } =
    before.body.group
  const { realNamesConfirmedOn } = before.body.group
  const edit = { name, kind, platform, purpose, informedOn, informedHow, expiresOn, size, unitId }
  const more = { realNamesConfirmedOn, nextReviewOn: '2026-12-20', administratorPosts: ['duty desk'] }
  const answer = await api('writer', 'PUT', `/api/v1/groups/${groupId}`, {
    ...{ ...edit, ...more, movedOn: '2027-01-04' },
  })
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  await until(async () => {
    const { body } = await api<{ findings: { groupId: string; code: string }[] }>(
      ...(['writer', 'GET', '/api/v1/findings'] as const),
    )
    return body.findings.find((each) => each.groupId === groupId && each.code === 'review_overdue')
  })
}

async function giveInstructions(reportId: string): Promise<string[]> {
  const given: string[] = []
  for (const [unitId, text, dueOn] of [
    ['south', '三日内答复居民', '2027-01-20'],
    ['south', '核对夜间排班', '2027-01-22'],
    ['city', '与上一项重复', '2027-01-22'],
    ['south', '月底前整改台账', '2027-01-27'],
  ]) {
    const role = unitId === 'south' ? 'unit-lead' : 'communications'
    const body = { reportId, unitId, role, text, dueOn }
    const answer = await api<ReportAction>('leader', 'POST', '/api/v1/report-actions', body)
    expect(answer.status, JSON.stringify(answer.body)).toBe(201)
    expect(answer.body).toMatchObject({ assigned: false, raised: true })
    given.push(answer.body.id)
  }
  return given
}
const closing = (who: string, id: string | undefined, state: string, outcome: string) =>
  api(who, 'POST', `/api/v1/report-actions/${id}/closing`, { state, outcome })
const mineOf = async (who: string) => {
  const { body } = await api<{ actions: ReportAction[] }>(who, 'GET', '/api/v1/report-actions?mine=true')
  return body.actions
}

beforeAll(async () => {
  office = await startReportOffice({ clock, data, span, movedOn: '2026-12-30' })
  const reportId = await issueWeek('2026-W53')
  await letReviewLapse('g-5')
  clock.advance(15 * DAY)
  await office.signInAll()
  await office.send(['g-1', 'g-2', 'g-3', 'g-4', 'g-5'].flatMap(talk))
  await office.send([...violations('g-3', SOUTH, 40 * 60_000), ...violations('g-1', NORTH, 5_000)])
  ids = await giveInstructions(reportId)
})
afterAll(() => office.stop())

it('lists what one is to do and what one asked for, told apart, and nothing of others', async () => {
  const leader = await mineOf('leader')
  expect(leader.map(({ id }) => id).sort()).toEqual([...ids].sort())
  expect(leader.every(({ assigned, raised }) => raised && !assigned)).toBe(true)
  const lead = await mineOf('lead')
  expect(lead).toHaveLength(3)
  expect(lead.every(({ assigned, raised }) => assigned && !raised)).toBe(true)
  expect((await mineOf('writer')).map(({ text }) => text)).toEqual(['与上一项重复'])
  expect(await mineOf('duty')).toEqual([])
  expect((await closing('writer', ids[0], 'closed', '不是我的')).status).toBe(403)
  expect((await closing('lead', ids[1], 'dropped', '不做了')).status).toBe(403)
})

it('follows up the actions of the last report: closed, dropped, open and overdue', async () => {
  expect((await closing('lead', ids[1], 'closed', '已排两人，电话 13800138000')).status).toBe(200)
  expect((await closing('leader', ids[2], 'dropped', '并入上一项')).status).toBe(200)
  clock.advance(6 * DAY)
  await office.signInAll()
  next = await until(async () => {
    const edition = await office.draftOf('org', '2027-W03')
    return value(edition, 'violations.now') === SOUTH + NORTH ? edition : undefined
  })
  const counts = ['raised', 'closed', 'dropped', 'open', 'overdue'].map((name) =>
    value(next, `actions.${name}`),
  )
  expect(counts).toEqual([4, 1, 1, 2, 1])
  const section = next.sections.find(({ key }) => key === 'actions')!
  const said = section.sentences.map((each) => renderSentence(each, next, 'zh-CN'))
  expect(said).toEqual([
    '本周新交办 4 项，办结 1 项，撤回 1 项，期末在办 2 项。',
    '批示与任务有 1 项逾期未办结。',
  ])
  const column = (key: string) => section.tables[0]!.columns.findIndex((each) => each.key === key)
  const rows = section.tables[0]!.rows.map(({ cells }) => [cells[column('action')], cells[column('state')]])
  expect(new Map(rows as [string, string][])).toEqual(
    new Map([
      ['三日内答复居民', 'overdue'],
      ['核对夜间排班', 'closed'],
      ['与上一项重复', 'dropped'],
      ['月底前整改台账', 'open'],
    ]),
  )
  expect(JSON.stringify(section)).not.toContain('13800138000')
  expect(next.sections[0]!.sentences.map(({ key }) => key)).toContain('actions.overdue')
})

it('says which unit was slow or has something overdue, and which was in time, by times and register alone', () => {
  const section = next.sections.find(({ key }) => key === 'units')!
  const said = section.sentences.map((each) => renderSentence(each, next, 'zh-CN'))
  expect(said).toEqual([
    `“south”需要帮助：${SOUTH} 条违规中只有 0% 在时限内处置。`,
    '“south”需要帮助：台账有 1 个逾期问题。',
    `“north”值得表扬：${NORTH} 条违规中 100% 在时限内处置，台账没有逾期问题。`,
  ])
  expect(value(next, 'unit.south.within')).toBe(0)
  expect(value(next, 'unit.south.overdue')).toBe(1)
  expect(value(next, 'unit.north.count')).toBe(NORTH)
  expect(value(next, 'register.overdue')).toBe(1)
  const measures = section.tables[0]!.rows.map(({ cells }) => [cells[0], cells.at(-1)])
  expect(measures).toEqual([
    ['north', 'praise'],
    ['south', 'help'],
  ])
})

it('counts the findings of a unit as the register lists them at the end of the week', async () => {
  const { body } = await api<{ findings: { unitId: string; code: string; openedOn: string }[] }>(
    ...(['writer', 'GET', '/api/v1/findings'] as const),
  )
  const held = body.findings.filter(({ openedOn }) => openedOn <= '2027-01-24')
  expect(value(next, 'register.open')).toBe(held.length)
  const table = next.sections.find(({ key }) => key === 'units')!.tables[0]!
  const findings = table.columns.findIndex(({ key }) => key === 'findings')
  const south = table.rows.find(({ cells }) => cells[0] === 'south')!
  expect(south.cells[findings]).toBe(held.filter(({ unitId }) => unitId === 'south').length)
})
