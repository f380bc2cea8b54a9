import { addDays } from '@guanlan/analytics/days'
import type { EditionPage } from '@guanlan/contract/report-work'
import { expect } from 'vitest'
import { accountWith } from './http-client.ts'
import type { Operation } from './matrix.ts'
import type { TestServer } from './server.ts'

/** In the name of everything that belongs to the north: in no answer to somebody of the south. */
export const MARK = 'NORTHMARK'
/** The local day of the servers under test. */
export const TODAY = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)
/** Ids of things of the north, by the path that takes them. */
export const north: Record<string, string> = {}

/** Puts something marked of every kind into the unit north. */
export async function fillNorth(server: TestServer): Promise<void> {
  const { call: admin } = await accountWith(server, 'sysadmin', 'city')
  const { call: lead } = await accountWith(server, 'unit-lead', 'north')
  const renamed = {
    ...GROUP,
    name: `${MARK} group`,
    unitId: 'north',
    kind: 'service',
    administratorPosts: [`${MARK} post`],
  }
  expect((await lead('PUT', '/api/v1/groups/g-north', renamed)).status).toBe(200)
  const made = async (path: string, body: object) => (await admin('POST', path, body)).body
  north['keys'] = String((await made('/api/v1/keys', { source: `${MARK}-gate`, unitId: 'north' }))['id'])
  north['display-tokens'] = String(
    (await made('/api/v1/display-tokens', { name: `${MARK} wall`, scope: 'unit:north' }))['id'],
  )
  north['accounts'] = (await accountWith(server, 'group-admin', 'north', `${MARK} person`)).id
  const raised = await lead('POST', '/api/v1/alerts', { ...ALERT, unitId: 'north', note: `${MARK} note` })
  expect(raised.status, raised.text).toBeLessThan(300)
  north['alerts'] = String((raised.body['alert'] as { id?: string } | undefined)?.id ?? raised.body['id'])
  await fillAlerting(server)
  await fillReports(server)
  const { call: office } = await accountWith(server, 'communications', 'city')
  const word = await office('POST', '/api/v1/vocabulary', { kind: 'approved', spelling: '江湾码头' })
  north['vocabulary'] = String(word.body['id'])
  const { call: auditor } = await accountWith(server, 'auditor', 'city')
  const asked = await auditor('POST', '/api/v1/audit/exports', { filter: {}, reason: '年度检查' })
  north['exports'] = String(asked.body['id'])
  north['groups'] = 'g-north'
  north['units'] = 'north'
}

/** A rule, a policy and a silence of the north. Rosters are named to all who read rosters (docs/roles.md), so theirs bear no mark. */
async function fillAlerting(server: TestServer): Promise<void> {
  const { call: office } = await accountWith(server, 'communications', 'north')
  const { call: leader } = await accountWith(server, 'leader', 'north')
  north['rules'] = RULE.id
  const proposed = await office('PUT', `/api/v1/alerting/rules/${RULE.id}`, {
    rule: { ...RULE, name: `${MARK} rule`, where: { ...RULE.where, units: ['north'] } },
  })
  expect(proposed.status, proposed.text).toBe(200)
  const { version } = (proposed.body as unknown as { rule: { version: number } }).rule
  const decision = { approve: true, version }
  expect((await leader('POST', `/api/v1/alerting/rules/${RULE.id}/decision`, decision)).status).toBe(204)
  const match = { unitId: 'north', groupId: null, category: null, ruleId: null }
  const silence = { reason: `${MARK} works`, until: Date.now() + 3_600_000, match }
  const silenced = await office('POST', '/api/v1/alerting/silences', silence)
  expect(silenced.status, silenced.text).toBe(201)
  north['silences'] = String((silenced.body['silence'] as { id?: string } | undefined)?.id)
  north['rosters'] = 'desk'
  north['policies'] = 'standard'
}

/** An issued report of the north with a comment and an instruction. */
async function fillReports(server: TestServer): Promise<void> {
  const { call: office } = await accountWith(server, 'communications', 'north')
  const { call: leader } = await accountWith(server, 'leader', 'north')
  const drafted = await office('POST', '/api/v1/reports', {
    ...{ kind: 'day', scope: 'unit:north', period: addDays(TODAY, -1) },
  })
  expect(drafted.status, drafted.text).toBe(201)
  const { id, contentHash } = (drafted.body as unknown as EditionPage).edition
  north['reports'] = id
  const at = `/api/v1/reports/${id}`
  expect((await leader('POST', `${at}/approval`, { content: contentHash })).status).toBe(200)
  expect((await office('POST', `${at}/issue`)).status).toBe(200)
  expect((await office('POST', `${at}/comments`, { text: `${MARK} comment` })).status).toBe(200)
  const raised = await leader('POST', '/api/v1/report-actions', INSTRUCTION)
  expect(raised.status, raised.text).toBeLessThan(300)
  north['report-actions'] = String(raised.body['id'])
}

const RULE = {
  ...{ id: 'north-rule', version: 1, name: 'x', origin: 'operator', enabled: true, per: 'unit' },
  condition: { kind: 'register-finding', finding: 'expired', levels: [{ level: 'blue', from: 0 }] },
  where: { units: [] as string[], groupKinds: [], categories: [] },
  ...{ belowFloor: false, pendingSeconds: 0, keepFiringSeconds: 600 },
  ...{ onNoData: 'keep', onError: 'keep', policyId: 'standard' },
}
const INSTRUCTION = {
  ...{
    unitId: 'north',
    role: 'unit-lead',
    accountId: null,
    text: `${MARK} instruction`,
    dueOn: addDays(TODAY, 7),
  },
  get reportId() {
    return north['reports']
  },
}
const GROUP = {
  ...{ name: 'south 一群', kind: 'service', unitId: 'south', platform: '微信', purpose: '通知' },
  ...{ informedOn: '2010-01-01', informedHow: '公告', realNamesConfirmedOn: null, expiresOn: null },
  ...{ nextReviewOn: null, size: 20, administratorPosts: ['站长'] },
}
const ALERT = { unitId: 'north', groupId: null, category: null, level: 'yellow', note: 'x' }

/** The address of an operation for something of the north. */
export function addressOf({ path }: Operation): string {
  const noun = /\/([a-z-]+)\/\{id\}/.exec(path)?.[1] ?? ''
  const filled = path
    .replace('{id}', encodeURIComponent(north[noun] ?? 'x-none'))
    .replace('{code}', 'silent')
    .replace('{kind}', 'staff')
    .replace('{format}', 'json')
    .replace('{version}', 'unit-1')
    .replace(/\{[a-z]+\}/gi, 'x-none')
  const asks: Record<string, string> = {
    '/api/v1/totals': `?from=${TODAY}&to=${TODAY}&unit=north`,
    '/api/v1/groups': '?unit=north',
    '/api/v1/findings': '?unit=north',
    '/api/v1/register/burden': '?unit=north',
    '/api/v1/topic-timeline': '?scope=unit:north',
    '/api/v1/risk/history': '?scope=unit:north',
    '/api/v1/risk/explanation': '?scope=unit:north',
    '/api/v1/reports': '?scope=unit:north',
  }
  const span = path.startsWith('/api/v1/register/returns') ? `?from=2000-01-01&to=${TODAY}` : ''
  return filled + (asks[path] ?? span)
}

/** What somebody of the south sends to change something of the north. */
export const INTRUSIONS: Record<string, unknown> = {
  ...{ changeAccount: { disabled: true }, resetAccount: undefined, revokeKey: undefined, rotateKey: {} },
  createAccount: { email: 'spy@city.example', name: 'N', grants: [{ role: 'duty', unitId: 'north' }] },
  createKey: { source: 'spy', unitId: 'north' },
  createDisplayToken: { name: 'spy', scope: 'unit:north' },
  revokeDisplayToken: undefined,
  saveGroup: GROUP,
  stepGroup: { step: 'dissolve' },
  followFinding: { state: 'in-progress', note: 'x' },
  saveUnit: { name: 'x', parentId: 'south' },
  setGroupPolicy: {
    ...{
      filing: 'exempt',
      dissolution: 'exempt',
      officeId: null,
      copyToId: null,
      sizeCap: null,
      reviewMonths: null,
    },
  },
  importRegister: { units: '', groups: '' },
  importRegisterWorkbook: { workbook: 'AAAA' },
  deleteGroupHistory: { preview: false, confirm: 'g-north', reason: 'x' },
  decideAuditExport: { approve: true },
  raiseAlert: ALERT,
  ...{ acknowledgeAlert: undefined, startAlert: undefined, reopenAlert: undefined },
  resolveAlert: { outcome: 'handled' },
  assignAlert: { to: 'x' },
  noteAlert: { text: 'x' },
  answerTopic: { scope: 'unit:north' },
  markRisk: { subject: 'unit:north', scope: 'unit:north', neededResponse: true },
  ...alertingIntrusions(),
  ...reportIntrusions(),
  replayRisk: { version: 'unit-1' },
  ...{ proposeRiskFormula: undefined, decideRiskFormula: { decision: 'approve' } },
  ...{
    calibrateSentiment: { samples: [{ sample: '很好', label: 'positive' }] },
    dropSentimentCalibration: undefined,
    replaceRoster: { names: [] },
  },
  decideVocabularyEntry: { decision: 'approve' },
  proposeVocabularyEntry: { kind: 'approved', spelling: '某地' },
  removeVocabularyEntry: undefined,
}

function alertingIntrusions(): Record<string, unknown> {
  const rule = { ...RULE, where: { ...RULE.where, units: ['north'] } }
  const match = { unitId: 'north', groupId: null, category: null, ruleId: null }
  return {
    ...{ proposeAlertRule: { rule }, backtestAlertRule: { rule } },
    decideAlertRule: { approve: true, version: 1 },
    createSilence: { reason: 'quiet', until: Date.now() + 60_000, match },
    ...{ previewSilence: { match }, endSilence: undefined },
    startDrill: { policyId: 'standard', unitId: 'north' },
  }
}
function reportIntrusions(): Record<string, unknown> {
  return {
    createReport: { kind: 'day', scope: 'unit:north', period: addDays(TODAY, -1) },
    approveReport: { content: '0'.repeat(64) },
    ...{ refreshReport: undefined, issueReport: undefined, discardReport: undefined },
    ...{ correctReport: { note: 'x' }, commentReport: { text: 'x' }, circulateReport: { accounts: ['x'] } },
    ...{ markReportRead: undefined, acknowledgeReportReceipt: undefined, recomputeReport: undefined },
    ...{ createReportAction: INSTRUCTION, closeReportAction: { state: 'closed', outcome: 'x' } },
    setReportSubscriptions: { subscriptions: [{ kind: 'week', scope: 'unit:north' }] },
    setReportPlan: {
      ...{ kind: 'week', scope: 'unit:north', enabled: true, at: '08:00', workdays: true },
      approver: 'leader',
    },
  }
}
