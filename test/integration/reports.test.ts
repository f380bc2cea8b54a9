import { Edition } from '@guanlan/contract/report'
import type { EditionPage, Recomputation, ReportAction } from '@guanlan/contract/report-work'
import { renderSentence } from '@guanlan/contract/report-sentences'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { correction } from '../helpers/events.ts'
import { subjectOf } from '../helpers/mail.ts'
import { expectTruth, startReportOffice, value, type ReportOffice } from '../helpers/report-office.ts'
import { generate, localDay, recount, type Sent } from '../helpers/report-week.ts'
import { createMovingClock, until } from '../helpers/story.ts'

/** Tuesday of the second week of 2027; 2026 had 53 weeks. */
const NOW = Date.parse('2027-01-12T09:00:00+08:00')
const W53 = { from: '2026-12-28', to: '2027-01-03' }
const W01 = { from: '2027-01-04', to: '2027-01-10' }
const MOVED_ON = '2027-01-06'
const data = generate({
  ...{ from: '2026-12-14', days: 28, seed: 11 },
  outage: ['2027-01-08T10', '2027-01-08T11'],
  edges: ['2027-01-03T23:59:59.400+08:00', '2027-01-04T00:00:00.000+08:00', '2027-01-10T23:59:59.999+08:00'],
})
const clock = createMovingClock(NOW)
let office: ReportOffice
const api: ReportOffice['api'] = (...request) => office.api(...request)
const draftOf: ReportOffice['draftOf'] = (...request) => office.draftOf(...request)

beforeAll(async () => {
  const span = { from: '2026-12-14', to: W01.to }
  office = await startReportOffice({ clock, data, span, movedOn: MOVED_ON })
})
afterAll(() => office.stop())

describe('a report of a period', () => {
  it('says of week 53 and of week 1 exactly what the raw decisions say, borders included', async () => {
    for (const [period, span] of [
      ['2026-W53', W53],
      ['2027-W01', W01],
    ] as const) {
      const edition = await draftOf('org', period)
      expect(() => Edition.parse(edition)).not.toThrow()
      expect(edition.period).toMatchObject({ key: period, from: span.from, to: span.to })
      expectTruth(
        edition,
        recount(data.all, span, () => true),
      )
    }
    const first = await draftOf('org', '2027-W01')
    expect(value(first, 'violations.before')).toBe(recount(data.all, W53, () => true).violations)
  })

  it('counts a group that moved within the week where it was on each day', async () => {
    const inNorth = ({ group, at }: Sent) =>
      group === 'g-1' || group === 'g-2' || (group === 'g-4' && localDay(at) >= MOVED_ON)
    expectTruth(await draftOf('unit:north', '2027-W01'), recount(data.all, W01, inNorth))
    expectTruth(
      await draftOf('unit:south', '2027-W01'),
      recount(data.all, W01, (sent) => !inNorth(sent)),
    )
  })

  it('names the hours of an outage, hatches them and claims no fall', async () => {
    const edition = await draftOf('org', '2027-W01')
    expect(edition.dataQuality.gaps).toEqual([{ day: '2027-01-08', hours: 2 }])
    expect(edition.dataQuality.silentSources).toMatchObject([{ source: 'gate', minutes: 120 }])
    const trend = edition.sections.flatMap(({ charts }) => charts).find(({ kind }) => kind === 'trend')
    expect(trend?.kind === 'trend' && trend.data.gaps).toEqual([4])
    const verdicts = edition.sections
      .filter(({ key: section }) => section === 'violations')
      .flatMap(({ sentences }) => sentences.map(({ params }) => params.verdict))
    expect(verdicts).not.toContain('fell')
    expect(verdicts).not.toContain('steady')
    const earlier = await draftOf('org', '2026-W53')
    expect(earlier.dataQuality.gaps).toEqual([])
  })

  it('says of a week without data that there is none, and judges nothing', async () => {
    const edition = await draftOf('org', '2026-W40')
    const text = edition.sections
      .flatMap(({ sentences, notes }) => [...sentences, ...notes])
      .flatMap((sentence) => [
        renderSentence(sentence, edition, 'zh-CN'),
        renderSentence(sentence, edition, 'en'),
      ])
      .join('\n')
    expect(edition.sections[0]?.sentences[0]?.key).toBe('headline.empty')
    expect(text).not.toMatch(/上升|下降|rose|fell|NaN|undefined|%.*本周/)
    expect(edition.dataQuality.hiddenDays).toHaveLength(7)
  })

  it('takes months and days too, and nothing that is not over', async () => {
    const month = await draftOf('org', '2026-12', 'month')
    expectTruth(
      month,
      recount(data.all, { from: '2026-12-01', to: '2026-12-31' }, () => true),
    )
    const day = await draftOf('org', '2027-01-03', 'day')
    expectTruth(
      day,
      recount(data.all, { from: '2027-01-03', to: '2027-01-03' }, () => true),
    )
    for (const [kind, period, status] of [
      ['week', '2027-W02', 422],
      ['week', '2027-W54', 400],
      ['month', '2026-W53', 400],
    ]) {
      const answer = await api('writer', 'POST', '/api/v1/reports', { kind, scope: 'org', period })
      expect(answer.status, String(period)).toBe(status)
    }
  })
})

/** Approves what stands in the edition now, or what is said to have been read. */
async function approve(who: Parameters<typeof api>[0], id: string, read?: string): Promise<number> {
  const { body } = await api<EditionPage>('leader', 'GET', `/api/v1/reports/${id}`)
  const content = read ?? body.edition.contentHash
  return (await api(who, 'POST', `/api/v1/reports/${id}/approval`, { content })).status
}

describe('from draft to issue, and after', () => {
  let issued: Edition

  it('goes to whoever subscribed and proved where they can be reached', async () => {
    const channel = '/api/v1/me/channels/email'
    const address = { address: 'leader@city.example', external: true }
    expect((await api('leader', 'PUT', channel, address)).status).toBeLessThan(300)
    const code = await until(async () => /\b(\d{6})\b/.exec(subjectOf(office.mail.taken.at(-1)) ?? '')?.[1])
    expect((await api('leader', 'POST', `${channel}/verification`, { code })).status).toBeLessThan(300)
    const subscriptions = [{ kind: 'week', scope: 'org' }]
    const path = '/api/v1/me/report-subscriptions'
    expect((await api('leader', 'PUT', path, { subscriptions })).body).toEqual({ subscriptions })
    expect((await api('lead', 'PUT', path, { subscriptions })).status).toBe(403)
    office.mail.refuse(451)
  })

  it('is approved by the named role and never by its author, numbered, and frozen then', async () => {
    const draft = await draftOf('org', '2027-W01')
    const at = `/api/v1/reports/${draft.id}`
    expect((await api('lead', 'GET', at)).status).toBe(404)
    expect(await approve('writer', draft.id)).toBe(403)
    expect((await api('writer', 'POST', `${at}/issue`)).status).toBe(403)
    // What was read is what is approved: another content, as after a new draft, is a conflict.
    expect(await approve('leader', draft.id, '0'.repeat(64))).toBe(409)
    expect((await api('leader', 'POST', `${at}/approval`)).status).toBe(400)
    expect(await approve('leader', draft.id)).toBe(200)
    const answer = await api<EditionPage>('writer', 'POST', `${at}/issue`)
    issued = answer.body.edition
    expect(issued).toMatchObject({ state: 'issued', number: { year: 2027, sequence: 1 } })
    expect(await approve('writer', draft.id)).toBe(403)
    for (const path of ['refresh', 'issue'])
      expect((await api('writer', 'POST', `${at}/${path}`)).status, path).toBe(403)
    expect((await api('writer', 'DELETE', at)).status).toBe(403)
    const again = await api<EditionPage>('leader', 'GET', at)
    expect(again.body.edition).toEqual(issued)
  })

  it('is sent again until it is taken, with a link and nothing of its content', async () => {
    const before = office.mail.taken.length
    office.mail.refuse(null)
    clock.advance(10 * 60_000)
    const text = await until(async () =>
      office.mail.taken.slice(before).find((each) => each.includes(issued.id)),
    )
    expect(subjectOf(text)).toBe('city · 周报 2027-W01 2027-1 · 已印发')
    expect(text).toContain(`/reports/${issued.id}`)
    expect(text).not.toMatch(/违规|violation/)
    const page = await api<EditionPage>('leader', 'GET', `/api/v1/reports/${issued.id}`)
    expect(page.body.circulation).toMatchObject([{ readAt: null }])
  })

  it('is recomputed equal, and after a late correction names it', async () => {
    const path = `/api/v1/reports/${issued.id}/recomputation`
    const equal = await api<Recomputation>('leader', 'POST', path)
    expect(equal.body).toMatchObject({ result: 'equal', hashesHold: true, differences: [], causes: [] })
    expect(equal.body.compared).toBeGreaterThan(40)
    const late = data.all.find(
      (sent) =>
        localDay(sent.at) === '2027-01-05' &&
        sent.group === 'g-1' &&
        sent.category === 'fraud' &&
        sent.corrections === 0,
    )!
    await office.send([
      correction(late.event.id, {
        decision: 'allowed',
        decidedAt: new Date(clock.now() - 1000).toISOString(),
      }),
    ])
    const changed = await until(async () => {
      const { body } = await api<Recomputation>('leader', 'POST', path)
      return body.differences.some(({ figureId }) => figureId === 'violations.now') ? body : undefined
    })
    expect(changed.hashesHold).toBe(true)
    expect(changed.causes).toMatchObject([{ day: '2027-01-05', kind: 'late-corrections', count: 1 }])
    const total = changed.differences.find(({ figureId }) => figureId === 'violations.now')
    expect(total).toEqual({
      figureId: 'violations.now',
      before: value(issued, 'violations.now'),
      after: Number(value(issued, 'violations.now')) - 1,
    })
  })

  it('is corrected by a new edition that supersedes it', async () => {
    const answer = await api<EditionPage>('writer', 'POST', `/api/v1/reports/${issued.id}/correction`, {
      note: '迟到的更正，电话 13800138000',
    })
    const { id } = answer.body.edition
    expect(await approve('leader', id)).toBe(200)
    const done = await api<EditionPage>('writer', 'POST', `/api/v1/reports/${id}/issue`)
    expect(done.body.edition).toMatchObject({ supersedes: issued.id, number: { year: 2027, sequence: 2 } })
    expect(done.body.edition.correctionNote).not.toContain('13800138000')
    expect(value(done.body.edition, 'violations.now')).toBe(Number(value(issued, 'violations.now')) - 1)
    const old = await api<EditionPage>('leader', 'GET', `/api/v1/reports/${issued.id}`)
    expect(old.body.edition).toMatchObject({ state: 'superseded', supersededBy: id })
    expect(old.body.edition.contentHash).toBe(issued.contentHash)
    issued = done.body.edition
  })

  it('is read, commented and circulated, and its actions count in the next report', async () => {
    const at = `/api/v1/reports/${issued.id}`
    const commented = await api<EditionPage>('leader', 'POST', `${at}/comments`, { text: '请南片核实' })
    expect(commented.body.comments).toMatchObject([{ text: '请南片核实' }])
    const read = await api<EditionPage>('leader', 'POST', `${at}/read`)
    expect(read.body.circulation).toHaveLength(1)
    expect(read.body.circulation[0]?.readAt).not.toBeNull()
    const action = {
      reportId: issued.id,
      unitId: 'south',
      role: 'unit-lead',
      text: '一周内整改',
      dueOn: '2027-01-20',
    }
    const raised = await api<ReportAction>('leader', 'POST', '/api/v1/report-actions', action)
    expect(raised.status).toBe(201)
    const mine = await api<{ actions: ReportAction[] }>('lead', 'GET', '/api/v1/report-actions?mine=true')
    expect(mine.body.actions).toMatchObject([{ id: raised.body.id, state: 'open', unitName: 'south' }])
    const closing = { state: 'closed', outcome: '已整改' }
    const path = `/api/v1/report-actions/${raised.body.id}/closing`
    expect((await api('duty', 'POST', path, closing)).status).toBe(404)
    expect((await api('lead', 'POST', path, closing)).status).toBe(200)
    expect((await api('lead', 'POST', path, closing)).status).toBe(409)
    clock.advance(6 * 86_400_000)
    await office.signInAll()
    const next = await draftOf('org', '2027-W02')
    expect(value(next, 'actions.raised')).toBe(1)
    expect(value(next, 'actions.closed')).toBe(1)
    expect(value(next, 'actions.open')).toBe(0)
  })

  it('drafts by plan when the statutory calendar says so, for somebody else to approve', async () => {
    const plan = {
      kind: 'week',
      scope: 'org',
      enabled: true,
      at: '08:00',
      workdays: true,
      approver: 'leader',
    }
    const set = await api<{ plans: { nextAt: string }[] }>('writer', 'PUT', '/api/v1/report-plans', plan)
    expect(set.body.plans).toMatchObject([{ nextAt: '2027-01-25T00:00:00.000Z' }])
    clock.advance(7 * 86_400_000)
    await office.signInAll()
    const drafted = await until(async () => {
      const { body } = await api<{ reports: { createdBy: string; id: string; period: { key: string } }[] }>(
        ...(['leader', 'GET', '/api/v1/reports?kind=week&state=draft'] as const),
      )
      return body.reports.find(({ createdBy }) => createdBy === 'plan')
    })
    expect(drafted.period.key).toBe('2027-W03')
    expect(await approve('leader', drafted.id)).toBe(200)
  })
})

describe('who may', () => {
  it('reads reports of their own units only; auditors, system administrators and duty officers none', async () => {
    for (const who of ['auditor', 'sysadmin', 'duty', 'nobody'])
      expect([401, 403], who).toContain((await api(who, 'GET', '/api/v1/reports')).status)
    const { body } = await api<{ reports: { scope: string; state: string }[] }>(
      'lead',
      'GET',
      '/api/v1/reports',
    )
    expect(body.reports.length).toBeGreaterThan(0)
    expect(new Set(body.reports.map(({ scope }) => scope))).toEqual(new Set(['unit:south']))
    for (const [scope, status] of [
      ['org', 403],
      ['group:g-3', 400],
    ]) {
      const answer = await api('lead', 'POST', '/api/v1/reports', { kind: 'week', scope, period: '2027-W01' })
      expect(answer.status, String(scope)).toBe(status)
    }
  })

  it('a flash brief of an alert goes up, is acknowledged, and names no alert of other units', async () => {
    const manual = {
      unitId: 'south',
      groupId: null,
      category: 'fraud',
      level: 'orange',
      note: '多名住户受骗',
    }
    const alert = await api<{ id: string }>('writer', 'POST', '/api/v1/alerts', manual)
    expect(alert.status).toBe(201)
    const subject = { kind: 'alert', id: alert.body.id }
    const foreign = await api('writer', 'POST', '/api/v1/reports', {
      ...{ kind: 'flash', scope: 'unit:north', subject },
    })
    expect(foreign.status).toBe(404)
    const drafted = await api<EditionPage>('lead', 'POST', '/api/v1/reports', {
      ...{ kind: 'flash', scope: 'unit:south', subject },
    })
    expect(drafted.status).toBe(201)
    const { edition } = drafted.body
    const text = edition.sections[0]!.sentences.map((each) => renderSentence(each, edition, 'zh-CN')).join('')
    expect(text).toMatch(/“south”发出橙色预警，目前待接手。触发规则：人工上报。涉及类别：诈骗传销。/)
    expect(JSON.stringify(edition)).not.toContain('受骗')
    const at = `/api/v1/reports/${edition.id}`
    expect((await api('leader', 'POST', `${at}/receipt`)).status).toBe(403)
    expect(await approve('leader', edition.id)).toBe(200)
    expect((await api('lead', 'POST', `${at}/issue`)).status).toBe(200)
    const receipt = await api<EditionPage>('leader', 'POST', `${at}/receipt`)
    expect(receipt.body.circulation[0]?.receiptAt).not.toBeNull()
    expect(receipt.body.may.receipt).toBe(false)
    // That it was taken and what came of it is said; how soon would be the time of whoever was on duty.
    const deed = `/api/v1/alerts/${alert.body.id}`
    expect((await api('lead', 'POST', `${deed}/acknowledgement`)).status).toBe(200)
    expect((await api('lead', 'POST', `${deed}/resolution`, { outcome: 'handled' })).status).toBe(200)
    const over = await api<EditionPage>('lead', 'POST', '/api/v1/reports', {
      ...{ kind: 'flash', scope: 'unit:south', subject },
    })
    const said = over.body.edition.sections[0]!.sentences.map((each) =>
      renderSentence(each, over.body.edition, 'zh-CN'),
    ).join('')
    expect(said).toMatch(/已有人接手。已办结，结果：/)
    expect(said).not.toContain('分钟')
    expect(Object.keys(over.body.edition.figures)).toEqual([])
  })

  it('exports leave an entry in the audit', async () => {
    const { body } = await api<{ reports: { id: string }[] }>(
      'leader',
      'GET',
      '/api/v1/reports?kind=week&state=issued',
    )
    const id = body.reports[0]!.id
    await office.signInAll()
    const answer = await fetch(`${office.server.url}/api/v1/reports/${id}/export/json?locale=en`, {
      headers: { cookie: office.cookies.get('leader') ?? '' },
    })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="guanlan-week-2027-W01-/)
    expect(await answer.text()).toContain(id)
    const audit = await api<{ entries: { target: string; detail: object }[] }>(
      ...(['auditor', 'GET', '/api/v1/audit?action=report.export'] as const),
    )
    expect(audit.status, JSON.stringify(audit.body).slice(0, 300)).toBe(200)
    expect(audit.body.entries).toMatchObject([{ target: id, detail: { format: 'json', locale: 'en' } }])
  })
})
