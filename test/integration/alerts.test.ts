import { afterAll, beforeAll, expect, it } from 'vitest'
import { demoOrganisation, registerCsv } from '@guanlan/seeds/organisation'
import { alertFigures } from '@guanlan/server/alerts/alert-figures'
import { startPostgres } from '../helpers/postgres.ts'
import { startServer, type TestServer } from '../helpers/server.ts'
import { createDraw } from '../helpers/story.ts'

let server: TestServer
let ingestKey = ''
const cookies = new Map<string, string>()
const organisation = demoOrganisation(7)
const DAY = 86_400_000
const dayOf = (ms: number) => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 10)

async function signIn(email: string, password: string): Promise<string> {
  const answer = await fetch(`${server.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  })
  expect(answer.status).toBe(200)
  return (answer.headers.getSetCookie?.() ?? []).map((each) => each.split(';')[0]).join('; ')
}

async function call<T>(
  who: string,
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; body: T }> {
  const answer = await fetch(`${server.url}${path}`, {
    method,
    headers: { cookie: cookies.get(who) ?? '', 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, body: (text.startsWith('{') ? JSON.parse(text) : text) as T }
}

beforeAll(async () => {
  server = await startServer()
  const csv = registerCsv(organisation, dayOf(Date.now() - 3 * DAY))
  await server.admin('register.import', csv)
  for (const [role, unit] of [
    ['communications', 'yunting'],
    ['duty', 'yunting'],
    ['unit-lead', 'east'],
    ['unit-lead', 'port'],
    ['auditor', 'yunting'],
  ] as const) {
    const email = `${role}-${unit}@demo.example`
    const grants = [{ role, unitId: unit }]
    const { password } = await server.admin<{ password: string }>('user.create', {
      email,
      name: `${role} ${unit}`,
      grants,
    })
    cookies.set(`${role}@${unit}`, await signIn(email, password))
  }
  ingestKey = await server.createKey({ source: 'demo', unit: 'yunting' })
})
afterAll(() => server.stop())

interface Summary {
  id: string
  level: string
  status: string
  ruleId: string | null
  subject: { unitId: string; groupId: string | null; category: string | null }
  groupName: string | null
}
const list = async (who: string) =>
  (await call<{ alerts: Summary[] }>(who, 'GET', '/api/v1/alerts')).body.alerts

const small = organisation.groups.find(
  (group) => group.unitId.startsWith('east-') && group.kind === 'service',
)

it('names a group below the floor by category, without any figure, and pages the duty desk', async () => {
  const at = new Date().toISOString()
  const event = {
    id: 'one-grave',
    type: 'message.moderated',
    time: at,
    group: small?.id,
    sender: 'somebody',
    content: { kind: 'text', text: '一句话' },
    moderation: { decision: 'removed', category: 'violence.incite', by: 'automated', decidedAt: at },
  }
  const answer = await fetch(`${server.url}/api/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ingestKey}`, 'content-type': 'application/x-ndjson' },
    body: JSON.stringify(event),
  })
  expect(answer.status).toBe(200)
  await expect.poll(() => list('duty@yunting')).toHaveLength(1)
  const [alert] = await list('duty@yunting')
  expect(alert).toMatchObject({ level: 'orange', status: 'open', ruleId: 'gravest-harm' })
  expect(alert?.subject).toMatchObject({ groupId: small?.id, category: 'violence.incite' })
  const page = await call<Record<string, unknown>>('duty@yunting', 'GET', `/api/v1/alerts/${alert?.id}`)
  expect(page.body).toMatchObject({ fired: { value: null, levels: [] }, contribution: [], trend: null })
  await expect
    .poll(async () => {
      const all = await Promise.all(
        ['duty@yunting', 'communications@yunting'].map((who) =>
          call<{ pages: unknown[] }>(who, 'GET', '/api/v1/me/pages'),
        ),
      )
      return all.reduce((sum, { body }) => sum + body.pages.length, 0)
    })
    .toBeGreaterThan(0)
})

it('is seen in its unit and above, nowhere else', async () => {
  expect(await list('unit-lead@east')).toHaveLength(1)
  expect(await list('unit-lead@port')).toHaveLength(0)
  const [alert] = await list('duty@yunting')
  expect((await call('unit-lead@port', 'GET', `/api/v1/alerts/${alert?.id}`)).status).toBe(404)
  expect((await call('unit-lead@port', 'POST', `/api/v1/alerts/${alert?.id}/acknowledgement`)).status).toBe(
    404,
  )
  expect((await call('auditor@yunting', 'GET', '/api/v1/alerts')).status).toBe(403)
})

it('is taken, noted, handed over and resolved with an outcome', async () => {
  const [alert] = await list('duty@yunting')
  const of = (path: string, body?: object) =>
    call<Record<string, unknown>>('duty@yunting', 'POST', `/api/v1/alerts/${alert?.id}/${path}`, body)
  expect((await of('acknowledgement')).body).toMatchObject({ status: 'acknowledged' })
  const warned = await of('notes', { text: '已联系王女士，电话 13800138000' })
  expect(warned.body).toMatchObject({ saved: null, warnings: ['contact', 'name'] })
  expect((await of('notes', { text: '已在群内说明情况' })).body).toMatchObject({ warnings: [] })
  const { body } = await call<{ accounts: { id: string; name: string }[] }>(
    'duty@yunting',
    'GET',
    `/api/v1/alerts/${alert?.id}/assignees`,
  )
  const to = body.accounts.find(({ name }) => name === 'unit-lead east')?.id
  expect(body.accounts.some(({ name }) => name === 'unit-lead port')).toBe(false)
  expect((await of('assignment', { to })).body).toMatchObject({ assignee: to })
  expect((await of('resolution', { outcome: 'handled' })).body).toMatchObject({ status: 'resolved' })
  expect((await of('resolution', { outcome: 'handled' })).status).toBe(409)
  const page = await call<{ timeline: { code: string }[] }>(
    'duty@yunting',
    'GET',
    `/api/v1/alerts/${alert?.id}`,
  )
  const codes = page.body.timeline.map(({ code }) => code)
  for (const code of ['opened', 'paged', 'acknowledged', 'noted', 'assigned', 'resolved'])
    expect(codes).toContain(code)
})

it('changes a rule with two people only', async () => {
  const { body } = await call<{ rules: { rule: { id: string; where: object } }[] }>(
    'communications@yunting',
    'GET',
    '/api/v1/alerting/rules',
  )
  const rule = { ...body.rules.find((each) => each.rule.id === 'fraud-wave')?.rule, enabled: false }
  const put = await call<{ rule: { version: number } }>(
    ...(['communications@yunting', 'PUT', '/api/v1/alerting/rules/fraud-wave', { rule }] as const),
  )
  expect(put.status).toBe(200)
  const decide = (who: string) =>
    call(who, 'POST', '/api/v1/alerting/rules/fraud-wave/decision', {
      ...{ approve: true, version: put.body.rule.version },
    })
  expect((await decide('communications@yunting')).status).toBe(403)
  expect((await decide('unit-lead@east')).status).toBe(403)
})

it('refuses a policy that reaches nobody twice over and names the gap', async () => {
  const { body } = await call<{ policies: { policy: object; gaps: { reason: string }[] }[] }>(
    'communications@yunting',
    'GET',
    '/api/v1/alerting/policies',
  )
  const [standard] = body.policies
  expect(standard?.gaps.length).toBeGreaterThan(0)
  const refused = await call<{ detail: string }>(
    'communications@yunting',
    'PUT',
    '/api/v1/alerting/policies/standard',
    {
      policy: standard?.policy,
      version: 1,
    },
  )
  expect(refused.status).toBe(422)
  expect(refused.body.detail).toMatch(/one_channel|nobody|last_resort_unreachable/)
})

it('acknowledges by link on POST alone, as the account it was made for', async () => {
  const raised = await call<Summary>('communications@yunting', 'POST', '/api/v1/alerts', {
    ...{ unitId: 'east', groupId: null, category: null, level: 'yellow', note: '请核实' },
  })
  expect(raised.status).toBe(201)
  const forged = await fetch(`${server.url}/a/${raised.body.id}?k=x.y`, { method: 'POST' })
  expect(forged.status).toBe(404)
  expect((await list('duty@yunting')).find(({ id }) => id === raised.body.id)?.status).toBe('open')
})

it('mutes with a reason and an end, and says how much it would have muted', async () => {
  const match = { unitId: 'east', groupId: null, category: null, ruleId: null }
  const preview = await call<{ total: number }>('duty@yunting', 'POST', '/api/v1/alerting/silences/preview', {
    match,
  })
  // The one that was raised by hand: what lies below the floor is counted for nobody.
  expect(preview.body.total).toBe(1)
  const silence = (until: number) =>
    call('duty@yunting', 'POST', '/api/v1/alerting/silences', { match, until, reason: '演练' + '期间' })
  expect((await silence(Date.now() + 8 * DAY)).status).toBe(422)
  expect((await silence(Date.now() + DAY)).status).toBe(201)
})

// Figures of a span for reports, against a recount of the same episodes one by one.
interface Told {
  readonly id: string
  readonly unit: string
  readonly quiet: boolean
  readonly key: string
  readonly episode: number
  readonly opened: number
  readonly acknowledged: number | null
  readonly resolved: number | null
  readonly steps: number
  readonly outcome: string | null
  /** Who acknowledged it. */
  readonly by: string
}

const HOUR = 3_600_000
const SPAN_FROM = Date.UTC(2026, 10, 16)
const SPAN_TO = SPAN_FROM + 24 * HOUR

function makeUp(draw: () => number): Told[] {
  const pick = <T>(list: readonly T[]) => list[Math.floor(draw() * list.length)] as T
  return Array.from({ length: 300 }, (_, n) => {
    const alert = {
      ...{ id: `a-${n}`, unit: pick(['u-1', 'u-2', 'u-3']), quiet: draw() < 0.1 },
      key: pick(['rule-a', 'rule-b', 'by-hand', 'flood', 'drill']),
    }
    let opened = SPAN_FROM + Math.round((draw() * 60 - 30) * 12) * (HOUR / 6)
    return Array.from({ length: 1 + Math.floor(draw() * 3) }, (_each, episode) => {
      const acknowledged = draw() < 0.6 ? opened + Math.floor(draw() * 3 * HOUR) : null
      const resolved = draw() < 0.7 ? opened + Math.floor(draw() * 9 * HOUR) : null
      const outcome =
        resolved === null ? null : pick(['handled', 'false-alarm', 'recovered', 'answered-publicly'])
      const told = {
        ...alert,
        episode,
        opened,
        acknowledged,
        resolved,
        outcome,
        steps: Math.floor(draw() * 4),
        by: pick(['p-1', 'p-2', 'p-3', 'p-4']),
      }
      // Some begin or end exactly where the span does.
      opened = draw() < 0.1 ? pick([SPAN_FROM, SPAN_TO]) : opened + Math.floor(draw() * 20 * HOUR)
      return told
    })
  }).flat()
}

/** The same by going through all of them and asking of each what it is. */
function recount(all: readonly Told[], belongs: (one: Told) => boolean) {
  const counts = { raised: 0, acknowledged: 0, escalations: 0, falseAlarms: 0, open: 0 }
  const [taken, answered]: [number[], number[]] = [[], []]
  const people = new Set<string>()
  for (const one of all) {
    if (one.quiet || one.key === 'drill' || one.opened >= SPAN_TO || !belongs(one)) continue
    if (one.resolved === null || one.resolved >= SPAN_TO) counts.open++
    if (one.opened < SPAN_FROM) continue
    counts.raised++
    if (one.steps >= 2) counts.escalations++
    if (one.acknowledged !== null && one.acknowledged < SPAN_TO) {
      taken.push(one.acknowledged - one.opened)
      people.add(one.by)
    }
    if (one.resolved === null || one.resolved >= SPAN_TO || one.outcome === 'recovered') continue
    answered.push(one.resolved - one.opened)
    if (one.outcome === 'false-alarm') counts.falseAlarms++
  }
  const middle = (values: number[]) => {
    const sorted = values.sort((a, b) => a - b)
    // Fewer than five, or by fewer than three people, are the times of somebody.
    if (sorted.length < 5 || taken.length < 5 || people.size < 3) return null
    const half = Math.floor(sorted.length / 2)
    return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
  }
  const times = { acknowledgeMs: middle(taken), answerMs: middle(answered) }
  return { ...counts, acknowledged: taken.length, ...times }
}

it('figures of a span agree with a recount: in all, by rule, by unit, of some units', async () => {
  const { postgres, close } = await startPostgres()
  try {
    const all = makeUp(createDraw(11))
    const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString())
    for (const one of all) {
      await postgres.query(
        `INSERT INTO alert (id, fingerprint, status, level, origin, unit_id, quiet, opened_at, state)
         VALUES ($1, $1, 'open', 'yellow', 'rule', $2, $3, $4, '{}') ON CONFLICT (id) DO NOTHING`,
        [one.id, one.unit, one.quiet, iso(one.opened)],
      )
      await postgres.query(
        `INSERT INTO alert_episode (alert_id, episode, key, rosters, opened_at, acknowledged_at, resolved_at, steps, outcome)
         VALUES ($1, $2, $3, '{}', $4, $5, $6, $7, $8)`,
        [
          ...[one.id, one.episode, one.key, iso(one.opened), iso(one.acknowledged), iso(one.resolved)],
          ...[one.steps, one.outcome],
        ],
      )
      if (one.acknowledged !== null)
        await postgres.query(
          `INSERT INTO alert_timeline (alert_id, at, code, by, data) VALUES ($1, $2, 'acknowledged', $3, '{}')`,
          [one.id, iso(one.acknowledged), one.by],
        )
    }
    for (const units of [null, ['u-1', 'u-3'], ['u-2'], []]) {
      const inside = ({ unit }: Told) => units === null || units.includes(unit)
      const found = await alertFigures(postgres, SPAN_FROM, SPAN_TO, units)
      expect(found.total).toEqual(recount(all, inside))
      for (const { key, ...counts } of found.byRule)
        expect(counts).toEqual(recount(all, (one) => inside(one) && one.key === key))
      for (const { unitId, ...counts } of found.byUnit)
        expect(counts).toEqual(recount(all, (one) => inside(one) && one.unit === unitId))
      const raisedOf = (rows: readonly { raised: number }[]) =>
        rows.reduce((sum, { raised }) => sum + raised, 0)
      expect(raisedOf(found.byRule)).toBe(found.total.raised)
      expect(raisedOf(found.byUnit)).toBe(found.total.raised)
      const order = found.byRule.map(({ raised }) => raised)
      expect(order).toEqual(order.toSorted((a, b) => b - a))
    }
    const whole = await alertFigures(postgres, SPAN_FROM, SPAN_TO, null)
    expect(whole.byRule.map(({ key }) => key).sort()).toEqual(['by-hand', 'flood', 'rule-a', 'rule-b'])
    // The span is long enough for each of these to mean something.
    for (const value of Object.values(whole.total)) expect(value).toBeGreaterThan(5)
  } finally {
    await close()
  }
})
