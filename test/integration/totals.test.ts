import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Totals } from '@guanlan/contract/endpoints/totals'
import { createHttp } from '@guanlan/server/http/create-http'
import { createMetrics } from '@guanlan/server/http/metrics'
import type { Caller, KeyCaller } from '@guanlan/server/http/route'
import { sourceRoute } from '@guanlan/server/http/routes/source'
import { totalsRoute, type TotalsDeps } from '@guanlan/server/http/routes/totals'
import { createLocalTime } from '@guanlan/server/lib/local-day'
import { silentLogger } from '@guanlan/server/lib/logger'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestClickHouse, storeMessages, type StoredMessage } from '../helpers/clickhouse.ts'
import { allocateDay, directoryOf, makeOrganisation, storeAllocation } from '../helpers/organisation.ts'

const time = createLocalTime('Asia/Shanghai')
const NOW = Date.parse('2027-03-09T14:37:20+08:00')
const organisation = makeOrganisation(
  [
    { id: 'root', parentId: null },
    { id: 'east', parentId: 'root' },
    { id: 'west', parentId: 'root' },
  ],
  [
    { id: 'big', unitId: 'east' },
    { id: 'small', unitId: 'east' },
    { id: 'tiny', unitId: 'west' },
  ],
)
/** People a group has on each day: `small` and `tiny` pass together at the root on the 8th, and nowhere on the 9th. */
const PEOPLE: Record<string, Record<string, number>> = {
  '2027-03-08': { big: 12, small: 6, tiny: 5 },
  '2027-03-09': { big: 12, small: 2, tiny: 1 },
}

let server: Server
let url: string
let closeStore: () => Promise<void>
const asked: { source: string; since: number }[] = []

beforeAll(async () => {
  const { clickhouse, close } = await openTestClickHouse()
  closeStore = close
  const messages: StoredMessage[] = []
  for (const [day, groups] of Object.entries(PEOPLE)) {
    for (const { id, unitId } of organisation.groups) {
      for (let person = 0; person < (groups[id] ?? 0); person++) {
        const at = time.dayStart(day) + person * 600_000
        const acted = person % 2 === 1
        messages.push({
          id: messages.length,
          minute: at,
          hour: time.hourStart(at),
          day,
          groupId: id,
          unitId,
          tier: acted ? 'conduct' : 'none',
          category: acted ? 'ads' : '',
          decision: acted ? 'warned' : 'allowed',
        })
      }
    }
    const today = new Map(
      Object.entries(groups).map(([group, count]) => [
        group,
        new Set(Array.from({ length: count }, (_, person) => `${group} ${person}`)),
      ]),
    )
    // No people of the day before: each day stands on its own counts.
    const allocation = allocateDay(organisation, day, today, new Map())
    await storeAllocation(clickhouse, organisation, { day, allocation, version: 1 })
  }
  await storeMessages(clickhouse, messages, 'totals')
  const clock = { now: () => NOW }
  const directory = {
    ...directoryOf(organisation),
    taxonomy: { all: [] },
  } as unknown as TotalsDeps['directory']
  const key = (more: Partial<KeyCaller>): KeyCaller => ({
    id: 'k',
    source: 'gate',
    unitId: 'root',
    mayIngest: true,
    mayRead: true,
    ratePerSecond: 1,
    state: 'ok',
    ...more,
  })
  const keys: Record<string, KeyCaller> = {
    all: key({}),
    east: key({ unitId: 'east' }),
    blind: key({ mayRead: false }),
  }
  const lead: Caller = {
    kind: 'user',
    id: 'lead',
    name: 'lead',
    grants: [{ role: 'unit-lead', unitId: 'west' }],
    locale: 'en',
  }
  const app = createHttp({
    config: { publicUrl: 'http://127.0.0.1', webDir: '/nonexistent', rateLimits: { apiPerMinute: 1000 } },
    identity: {
      authenticateKey: async (bearer) => keys[bearer],
      actorFromHeaders: async ({ cookie }) => (cookie === 'sid=lead' ? lead : undefined),
      actorFromDisplayToken: async () => undefined,
    },
    routes: [
      totalsRoute({ clickhouse, directory, time, clock, categoryFloor: 3 }),
      sourceRoute({
        clock,
        ofSource: async (source, since) => {
          asked.push({ source, since })
          return {
            source,
            since,
            accepted: 3,
            duplicates: 1,
            pending: 0,
            correctsUnknown: 0,
            rejected: { unknown_group: 2 },
            lastSeenAt: NOW,
          }
        },
      }),
    ],
    clock,
    logger: silentLogger,
    metrics: createMetrics(),
    checkAnswers: true,
  })
  server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await closeStore()
})

const get = (path: string, headers: Record<string, string>) => fetch(`${url}${path}`, { headers })
const withKey = (secret: string) => ({ authorization: `Bearer ${secret}` })

async function totals(query: string, headers: Record<string, string> = withKey('all')): Promise<Totals> {
  const response = await get(`/api/v1/totals?${query}`, headers)
  expect(response.status).toBe(200)
  return (await response.json()) as Totals
}

describe('GET /api/v1/totals', () => {
  it('counts whole days after the floors, day by day', async () => {
    expect(await totals('from=2027-03-08&to=2027-03-08')).toEqual({
      unit: 'root',
      from: '2027-03-08',
      to: '2027-03-08',
      accepted: 23,
      byDecision: { allowed: 12, warned: 11, restricted: 0, removed: 0 },
      byTier: { care: 0, illegal: 0, harmful: 0, conduct: 11 },
      byCategory: [{ code: 'ads', count: 11 }],
      corrected: 0,
    })
    expect(await totals('from=2027-03-09&to=2027-03-09')).toMatchObject({ accepted: 12 })
    expect(await totals('from=2027-03-01&to=2027-03-31')).toMatchObject({ accepted: 35 })
  })

  it('gives a unit only what counts at it', async () => {
    expect(await totals('from=2027-03-08&to=2027-03-09&unit=east')).toMatchObject({
      unit: 'east',
      accepted: 24,
    })
    expect(await totals('from=2027-03-08&to=2027-03-09&unit=west')).toMatchObject({
      accepted: 0,
      byCategory: [],
    })
  })

  it('answers for the highest unit of who asks, and for nothing beside it', async () => {
    expect(await totals('from=2027-03-08&to=2027-03-08', withKey('east'))).toMatchObject({
      unit: 'east',
      accepted: 12,
    })
    expect(await totals('from=2027-03-08&to=2027-03-08', { cookie: 'sid=lead' })).toMatchObject({
      unit: 'west',
      accepted: 0,
    })
    for (const [query, headers] of [
      ['unit=west', withKey('east')],
      ['unit=root', withKey('east')],
      ['unit=nowhere', withKey('all')],
      ['unit=east', { cookie: 'sid=lead' }],
      ['unit=root', withKey('blind')],
    ] as const) {
      expect((await get(`/api/v1/totals?from=2027-03-08&to=2027-03-08&${query}`, headers)).status).toBe(403)
    }
  })

  it('refuses spans that are no span', async () => {
    for (const query of [
      '',
      'from=2027-03-08',
      'from=2027-03-09&to=2027-03-08',
      'from=2020-01-01&to=2027-01-01',
      'from=2027-02-30&to=2027-03-08',
      'from=2027-03-08&to=2027-03-08&word=x',
    ]) {
      expect((await get(`/api/v1/totals?${query}`, withKey('all'))).status).toBe(400)
    }
  })
})

describe('GET /api/v1/source/health', () => {
  it('is about the source of the key and no other', async () => {
    const response = await get('/api/v1/source/health?since=2027-03-08T10:00:00%2B08:00', withKey('blind'))
    expect([response.status, await response.json()]).toMatchObject([
      200,
      { source: 'gate', accepted: 3, rejected: { unknown_group: 2 } },
    ])
    expect(asked).toEqual([{ source: 'gate', since: Date.parse('2027-03-08T10:00:00+08:00') }])
    expect((await get('/api/v1/source/health', { cookie: 'sid=lead' })).status).toBe(403)
    expect((await get('/api/v1/source/health', {})).status).toBe(401)
  })
})
