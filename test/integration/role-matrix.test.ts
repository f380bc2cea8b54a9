import { io } from 'socket.io-client'
import type { Socket } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Role } from '@guanlan/contract/account'
import type { SubscribeAnswer } from '@guanlan/contract/live'
import { PANEL_NAMES } from '@guanlan/contract/panels'
import { LOOKS } from '@guanlan/server/http/looks'
import { rolesWith } from '@guanlan/server/identity/access'
import { registerGroups } from '../helpers/events.ts'
import { accountWith, createCaller } from '../helpers/http-client.ts'
import type { Call } from '../helpers/http-client.ts'
import type { Operation, Rule } from '../helpers/matrix.ts'
import { readMatrix, readOperations, readPanels } from '../helpers/matrix.ts'
import { addressOf, fillNorth, INTRUSIONS, MARK, north, TODAY } from '../helpers/north.ts'
import type { TestServer } from '../helpers/server.ts'
import { startServer } from '../helpers/server.ts'

let server: TestServer
let operations: Operation[]
let rules: Map<string, Rule>

beforeAll(async () => {
  server = await startServer({
    env: { GUANLAN_API_PER_MINUTE: '1000000', GUANLAN_SIGN_IN_PER_MINUTE: '10000' },
  })
  await registerGroups(server, [
    { id: 'g-north', unit: 'north' },
    { id: 'g-south', unit: 'south' },
  ])
  operations = await readOperations(server.url)
  rules = readMatrix()
  await fillNorth(server)
})
afterAll(() => server.stop())

const isPublic = (id: string) => rules.get(id)?.other === 'everybody'
/** The edge refuses a role without saying more; what a handler refuses says why. */
const refusedByRole = ({ status, body }: { status: number; body: Record<string, unknown> }) =>
  status === 403 && body['detail'] === undefined
/** Ends the session that asks, or the ones after it. */
const LAST = ['endOtherSessions', 'signOut']
const inOrder = () => [...operations].sort((a, b) => LAST.indexOf(a.id) - LAST.indexOf(b.id))

describe('every operation of the running server', () => {
  it('is in the matrix of docs/roles.md, and no other is', () => {
    expect(operations.map(({ id }) => id).sort()).toEqual([...rules.keys()].sort())
  })

  it.each(Role.options)('lets %s in exactly where the matrix says', async (role) => {
    const { call } = await accountWith(server, role, 'city')
    for (const operation of inOrder()) {
      const { id, method, hasBody } = operation
      if (isPublic(id)) continue
      const address = operation.path.replace(/\{[a-z]+\}/gi, 'x-none')
      const answer = await call(method, address, hasBody ? {} : undefined)
      const name = `${role} ${id}: ${answer.status} ${answer.text.slice(0, 80)}`
      expect(answer.status, name).toBeLessThan(500)
      // An ingest key is something else than an account: without one, nobody is asked for a role.
      if (rules.get(id)?.other === 'ingest key') expect([401, 403], name).toContain(answer.status)
      else expect(refusedByRole(answer), name).toBe(!rules.get(id)?.roles.includes(role))
    }
  })

  it('lets nobody in without a session, with a made-up one, or with a key for something else', async () => {
    const key = await server.createKey({ source: 'gate', unit: 'city', read: false })
    const reading = await server.createKey({ source: 'reader', unit: 'city', read: true })
    const strangers = [
      {},
      { cookie: 'guanlan.session_token=x.y' },
      { bearer: 'gld_wrong' },
      { bearer: key },
      { bearer: reading },
    ]
    for (const who of strangers) {
      const call = createCaller(server.url, who)
      for (const { id, method, path, hasBody } of operations) {
        const other = rules.get(id)?.other
        if (other === 'everybody') continue
        const isKeyHere = 'bearer' in who && who.bearer.startsWith('glk_')
        if (isKeyHere && (other === 'ingest key' || (other === 'read key' && who.bearer === reading)))
          continue
        const { status } = await call(
          method,
          path.replace(/\{[a-z]+\}/gi, 'x-none'),
          hasBody ? {} : undefined,
        )
        expect([401, 403], `${id} ${JSON.stringify(who).slice(0, 20)}`).toContain(status)
      }
    }
  })

  it('lets a wall read only who it is, and nothing once it was revoked', async () => {
    const { id, secret } = await server.admin<{ id: string; secret: string }>('token.create', {
      name: 'x',
      scope: 'org',
    })
    const call = createCaller(server.url, { bearer: secret })
    for (const { id: operation, method, path, hasBody } of operations) {
      if (isPublic(operation)) continue
      const rule = rules.get(operation)
      const answer = await call(method, path.replace(/\{[a-z]+\}/gi, 'x-none'), hasBody ? {} : undefined)
      const allowed = rule?.other === 'any wall' || rule?.roles.includes('display') === true
      if (!allowed) expect([401, 403], operation).toContain(answer.status)
    }
    await server.admin('token.revoke', { id })
    expect((await call('GET', '/api/v1/me')).status).toBe(401)
  })
})

/** Changes nothing but the caller's own account or a request of theirs. */
const OWN = [
  ...[
    'changeMe',
    'changePassword',
    'setUpSecondFactor',
    'confirmSecondFactor',
    'removeSecondFactor',
    'signOut',
  ],
  ...['endOtherSessions', 'endOwnSession', 'requestAuditExport', 'markPagesSeen', 'setOwnChannel'],
  ...['verifyOwnChannel', 'removeOwnChannel'],
]

/**
 * Changes of what belongs to no unit: rosters and policies are shared, and who may change which is asked in
 * test/integration/alerts-rights.test.ts.
 */
const SHARED = [
  ...['savePolicy', 'preflightPolicy', 'saveRoster', 'overrideRoster', 'swapTurns', 'saveWorkCalendar'],
  ...['leaveHandoverNote', 'readHandoverNote'],
]

describe('somebody of another unit', () => {
  it('learns nothing of the north by any operation that reads', async () => {
    for (const role of Role.options.filter((each) => each !== 'auditor')) {
      const { call } = await accountWith(server, role, 'south')
      for (const operation of operations.filter(({ method }) => method === 'GET')) {
        const answer = await call('GET', addressOf(operation))
        const name = `${role} ${operation.id}: ${answer.status}`
        expect(answer.status, name).toBeLessThan(500)
        const { text, bytes } = answer
        expect(text.includes(MARK) || Buffer.from(bytes).includes(MARK), name).toBe(false)
      }
    }
  })

  it('finds the mark where it may be found, so that its absence says something', async () => {
    const { call } = await accountWith(server, 'sysadmin', 'north')
    for (const path of [
      '/api/v1/groups/g-north',
      '/api/v1/keys',
      '/api/v1/display-tokens',
      '/api/v1/accounts',
    ])
      expect((await call('GET', path)).text, path).toContain(MARK)
    const { call: duty } = await accountWith(server, 'duty', 'north')
    expect((await duty('GET', '/api/v1/alerts')).text).toContain(north['alerts'])
    const { call: office } = await accountWith(server, 'communications', 'north')
    for (const path of [
      ...['/api/v1/alerting/silences', '/api/v1/alerting/rules', '/api/v1/report-actions?mine=false'],
      ...[`/api/v1/reports/${north['reports']}`, `/api/v1/alerts/${north['alerts']}`],
    ])
      expect((await office('GET', path)).text, path).toContain(MARK)
  })

  it('changes nothing of the north, and every operation that changes something is tried', async () => {
    const known = (operation: Operation) =>
      Object.hasOwn(INTRUSIONS, operation.id) || OWN.includes(operation.id) || SHARED.includes(operation.id)
    const changing = operations.filter(
      ({ id, method }) => method !== 'GET' && !isPublic(id) && id !== 'postEvents',
    )
    expect(changing.filter((operation) => !known(operation)).map(({ id }) => id)).toEqual([])
    const callers = new Map<Role, Call>()
    const taken: string[] = []
    for (const role of Role.options) callers.set(role, (await accountWith(server, role, 'south')).call)
    for (const operation of changing.filter(({ id }) => Object.hasOwn(INTRUSIONS, id))) {
      for (const role of rules.get(operation.id)?.roles ?? []) {
        const call = callers.get(role)
        const answer = await call?.(operation.method, addressOf(operation), INTRUSIONS[operation.id])
        const name = `${role} ${operation.id}: ${answer?.status} ${answer?.text.slice(0, 120)}`
        // An auditor reads the audit of the whole organisation, whatever unit the role is held over.
        if (role === 'auditor') continue
        if (answer?.status !== 403 && answer?.status !== 404) taken.push(name)
      }
    }
    expect(taken).toEqual([])
  })
})

/** Operations of areas with figures that show none, or note their own looks (group health). */
const SHOW_NONE = [
  ...['getRiskCalibration', 'listRiskFormulas', 'proposeRiskFormula', 'decideRiskFormula'],
  // Levels, times and names; a figure is on the page of one alert.
  ...['listAlerts', 'raiseAlert', 'acknowledgeAlert', 'startAlert', 'reopenAlert', 'assignAlert'],
  ...['resolveAlert', 'noteAlert', 'listAlertAssignees', 'listOwnPages', 'markPagesSeen', 'listOwnChannels'],
  ...['setOwnChannel', 'verifyOwnChannel', 'removeOwnChannel', 'getAcknowledgementPage', 'acknowledgeByLink'],
  ...['listAlertRules', 'proposeAlertRule', 'decideAlertRule', 'listSilences', 'createSilence', 'endSilence'],
  ...['previewSilence', 'listPolicies', 'preflightPolicy', 'savePolicy', 'listRosters', 'saveRoster'],
  ...['overrideRoster', 'swapTurns', 'leaveHandoverNote', 'readHandoverNote', 'getRosterFeed'],
  ...['getWorkCalendar', 'saveWorkCalendar', 'startDrill', 'getAlertMeasures', 'exportAlertMeasures'],
  ...['discardReport', 'listReportAccounts', 'getReportSchema', 'listReportActions', 'createReportAction'],
  ...['closeReportAction', 'listReportSubscriptions', 'setReportSubscriptions', 'listReportPlans'],
  ...['setReportPlan', 'getGroupHealth', 'listGroups', 'getGroup', 'saveGroup', 'stepGroup', 'listFindings'],
  ...['followFinding', 'listGroupPolicies', 'setGroupPolicy', 'saveUnit', 'importRegister', 'exportRegister'],
  ...['getReturns', 'importRegisterWorkbook', 'exportRegisterWorkbook', 'getRegisterTemplate'],
  ...['getReturnsWorkbook', 'listAdministratorAccounts', 'listMyGroups', 'listGroupViews', 'listUnits'],
  'getUnit',
]
const WITH_FIGURES = /^(figures|topics|risk|alerts|alerting|reports|register)$/

describe('looks at figures', () => {
  it('are declared for every operation: whose they are, or that there are none', () => {
    const ids = operations.filter(({ tag }) => WITH_FIGURES.test(tag)).map(({ id }) => id)
    expect(ids.filter((id) => !LOOKS.has(id)).sort()).toEqual([...SHOW_NONE].sort())
    expect(SHOW_NONE.filter((id) => LOOKS.has(id))).toEqual([])
  })

  it('of a small scope are in the audit, by query, by answer and by report; of a key as well', async () => {
    const { call, id } = await accountWith(server, 'leader', 'north')
    const { call: auditor } = await accountWith(server, 'auditor', 'city')
    const looks = async (actor: string) => {
      const { body } = await auditor('GET', `/api/v1/audit?actor=${actor}&action=figures.view`)
      return (body as unknown as { entries: { target: string }[] }).entries.map(({ target }) => target)
    }
    expect(await looks(id)).toEqual([])
    expect((await call('GET', `/api/v1/totals?from=${TODAY}&to=${TODAY}&unit=north`)).status).toBe(200)
    await expect.poll(() => looks(id)).toEqual(['unit:north'])
    const other = await accountWith(server, 'leader', 'north')
    expect((await other.call('GET', `/api/v1/reports/${north['reports']}/export/json`)).status).toBe(200)
    await expect.poll(() => looks(other.id)).toEqual(['unit:north'])
    const third = await accountWith(server, 'duty', 'north')
    expect((await third.call('GET', `/api/v1/alerts/${north['alerts']}`)).status).toBe(200)
    await expect.poll(() => looks(third.id)).toEqual(['unit:north'])
    const made = await server.admin<{ id: string; secret: string }>('key.create', {
      ...{ source: 'looker', unit: 'north', read: true },
    })
    const key = createCaller(server.url, { bearer: made.secret })
    expect((await key('GET', `/api/v1/totals?from=${TODAY}&to=${TODAY}`)).status).toBe(200)
    await expect.poll(() => looks(made.id)).toEqual(['unit:north'])
  })
})

describe('every panel of the sockets', () => {
  async function connect(cookie: string): Promise<Socket> {
    const socket = io(`${server.url}/live`, {
      ...{ transports: ['websocket'], reconnection: false, extraHeaders: { cookie } },
    })
    await new Promise((resolve, reject) =>
      socket.once('connect', () => resolve(undefined)).once('connect_error', reject),
    )
    return socket
  }

  it('is on the page, for walls of both classes', () => {
    const panels = readPanels()
    expect([...panels.words].sort()).toEqual([...PANEL_NAMES].sort())
    expect(panels.counts.filter((panel) => ['words', 'topics', 'sentiment', 'risk'].includes(panel))).toEqual(
      [],
    )
  })

  it.each(Role.options)('opens for %s in the own unit and nowhere else', async (role) => {
    const { cookie } = await accountWith(server, role, 'south')
    const sees = rolesWith('figures').includes(role)
    const scopes = { 'unit:south': sees, 'group:g-south': sees && role !== 'display' }
    const foreign = { org: false, 'unit:north': false, 'group:g-north': false, 'unit:city': false }
    for (const [scope, allowed] of Object.entries({ ...scopes, ...foreign })) {
      const socket = await connect(cookie)
      for (const panel of PANEL_NAMES) {
        const answer = await new Promise<SubscribeAnswer>((resolve) =>
          socket.emit('subscribe', { panel, scope, range: 'hour' }, resolve),
        )
        expect(answer.ok, `${role} ${panel} ${scope}`).toBe(allowed)
        if (!answer.ok) expect(answer.code).toBe('forbidden')
      }
      socket.disconnect()
    }
  })
})

/** What leaves as a file, and the audit entry it makes; null: nothing of the organisation is in it. */
const EXPORTS: Record<string, string | null> = {
  exportRegister: 'register.export',
  exportRegisterWorkbook: 'register.export',
  getReturnsWorkbook: 'register.returns',
  getRegisterTemplate: null,
  exportProcessingRecord: 'protection.export',
  takeAuditExport: 'audit.export',
  exportAlertMeasures: 'alerting.export',
  exportReport: 'report.export',
  getReportSchema: null,
  getRosterFeed: null,
  getAcknowledgementPage: null,
  acknowledgeByLink: null,
  ...{ getMetrics: null, getOpenApi: null, getDocs: null, getDocsStyle: null },
}

describe('every export', () => {
  it('is known here, and leaves an entry in the audit', async () => {
    const exporting = operations.filter(
      ({ id, produces }) => (produces !== '' && produces !== 'application/json') || id === 'getOpenApi',
    )
    expect(exporting.map(({ id }) => id).sort()).toEqual(Object.keys(EXPORTS).sort())
    const auditor = await accountWith(server, 'auditor', 'city')
    for (const operation of exporting) {
      const action = EXPORTS[operation.id]
      // Exports of the audit need a second person, those of reports an edition: they have tests of their own.
      if (action === null || action === undefined) continue
      if (['takeAuditExport', 'exportReport'].includes(operation.id)) continue
      const { call, id } = await accountWith(server, 'communications', 'city')
      const answer = await call('GET', addressOf(operation))
      expect(answer.status, operation.id).toBe(200)
      const { entries } = (await auditor.call('GET', `/api/v1/audit?actor=${id}&action=${action}`)).body
      expect((entries as unknown[] | undefined)?.length, operation.id).toBe(1)
    }
  })
})
