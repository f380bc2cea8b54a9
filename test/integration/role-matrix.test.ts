import { io } from 'socket.io-client'
import type { Socket } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Role } from '@guanlan/contract/account'
import type { SubscribeAnswer } from '@guanlan/contract/live'
import { PANEL_NAMES } from '@guanlan/contract/panels'
import { rolesWith } from '@guanlan/server/identity/access'
import { registerGroups } from '../helpers/events.ts'
import { accountWith, createCaller } from '../helpers/http-client.ts'
import type { Call } from '../helpers/http-client.ts'
import type { Operation, Rule } from '../helpers/matrix.ts'
import { readMatrix, readOperations, readPanels } from '../helpers/matrix.ts'
import type { TestServer } from '../helpers/server.ts'
import { startServer } from '../helpers/server.ts'

/** In the name of everything that belongs to the north: in no answer to somebody of the south. */
const MARK = 'NORTHMARK'
const TODAY = new Date().toISOString().slice(0, 10)

let server: TestServer
let operations: Operation[]
let rules: Map<string, Rule>
/** Ids of things of the north, by the path that takes them. */
const north: Record<string, string> = {}

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
  await fillNorth()
})
afterAll(() => server.stop())

async function fillNorth(): Promise<void> {
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
  // Entries of the vocabulary have numbers for ids.
  north['vocabulary'] = '1'
  north['groups'] = 'g-north'
  north['units'] = 'north'
}

const GROUP = {
  ...{ name: 'south 一群', kind: 'service', unitId: 'south', platform: '微信', purpose: '通知' },
  ...{ informedOn: '2010-01-01', informedHow: '公告', realNamesConfirmedOn: null, expiresOn: null },
  ...{ nextReviewOn: null, size: 20, administratorPosts: ['站长'] },
}
const ALERT = { unitId: 'north', groupId: null, category: null, level: 'yellow', note: 'x' }

/** The address of an operation for something of the north. */
function addressOf({ path }: Operation): string {
  const noun = /^\/api\/v1\/([a-z-]+)\/\{id\}/.exec(path)?.[1] ?? ''
  const filled = path
    .replace('{id}', encodeURIComponent(north[noun] ?? 'x-none'))
    .replace('{code}', 'silent')
    .replace('{kind}', 'staff')
    .replace(/\{[a-z]+\}/gi, 'x-none')
  const asks: Record<string, string> = {
    '/api/v1/totals': `?from=${TODAY}&to=${TODAY}&unit=north`,
    '/api/v1/groups': '?unit=north',
    '/api/v1/findings': '?unit=north',
    '/api/v1/register/burden': '?unit=north',
    '/api/v1/topic-timeline': '?scope=unit:north',
    '/api/v1/risk/history': '?subject=unit:north&scope=unit:north',
    '/api/v1/risk/explanation': '?subject=unit:north&scope=unit:north',
  }
  const span = path.startsWith('/api/v1/register/returns') ? `?from=2000-01-01&to=${TODAY}` : ''
  return filled + (asks[path] ?? span)
}

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

/** What somebody of the south sends to change something of the north. */
const INTRUSIONS: Record<string, unknown> = {
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
  ...{
    calibrateSentiment: { samples: [{ sample: '很好', label: 'positive' }] },
    dropSentimentCalibration: undefined,
    replaceRoster: { names: [] },
  },
  decideVocabularyEntry: { decision: 'approve' },
  proposeVocabularyEntry: { kind: 'approved', spelling: '某地' },
  removeVocabularyEntry: undefined,
}

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
/** Of areas with a test of foreign units of their own. */
const ELSEWHERE: Record<string, RegExp> = {
  'test/integration/alerts-*.test.ts': /^alerting$/,
  'test/integration/insight.test.ts': /^risk$/,
  'test/integration/reports*.test.ts': /^reports$/,
}

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
  })

  it('changes nothing of the north, and every operation that changes something is tried', async () => {
    const known = (operation: Operation) =>
      Object.hasOwn(INTRUSIONS, operation.id) ||
      OWN.includes(operation.id) ||
      Object.values(ELSEWHERE).some((tag) => tag.test(operation.tag))
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
