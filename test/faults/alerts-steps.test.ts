import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AlertRule } from '@guanlan/contract/alert-rule'
import { AlertRule as RuleSchema } from '@guanlan/contract/alert-rule'
import type { EscalationPolicy } from '@guanlan/contract/escalation'
import { createDrive, type Drive, type DriveDeps } from '@guanlan/server/alerts/engine-drive'
import { createLease } from '@guanlan/server/alerts/lease'
import { silentLogger } from '@guanlan/server/lib/logger'
import { startPostgres, type TestPostgres } from '../helpers/postgres.ts'

let db: TestPostgres
beforeAll(async () => void (db = await startPostgres()))
afterAll(() => db.close())

const T0 = Date.UTC(2026, 10, 23, 2)
const rule: AlertRule = RuleSchema.parse({
  ...{ id: 'r', version: 1, name: 'r', origin: 'operator', enabled: true, per: 'org', belowFloor: false },
  condition: {
    kind: 'threshold',
    counted: 'acted',
    windowMinutes: 60,
    levels: [{ level: 'orange', from: 1 }],
  },
  where: { units: [], groupKinds: [], categories: [] },
  ...{ pendingSeconds: 0, keepFiringSeconds: 0, onNoData: 'keep', onError: 'keep', policyId: 'standard' },
})
const policy: EscalationPolicy = {
  ...{
    id: 'standard',
    version: 1,
    name: 's',
    repeatMinutes: 30,
    acknowledgeMinutes: 30,
    acknowledgeMinutesRed: 10,
  },
  steps: [0, 10].map((afterMinutes) => ({
    afterMinutes,
    targets: [{ kind: 'account' as const, accountId: 'duty' }],
    channels: { working: ['in-app'], night: ['in-app'] },
    levels: [],
  })),
  lastResort: ['duty'],
}
const calendar = {
  utcOffsetMinutes: 480,
  weekdays: [1, 2, 3, 4, 5],
  hours: { from: 540, to: 1080 },
  days: {},
}

type Step = Parameters<NonNullable<DriveDeps['step']>>[0]

/** A process of its own: another holder of the lease, an empty memory. It dies when it reaches `dieAt`. */
function processOf(name: string, clock: { now(): number }, dieAt?: Step): Drive {
  const made = { version: 1, madeBy: 'x', madeAt: 0 }
  const directory = {
    units: () => [{ id: 'root', name: 'root' }].values(),
    root: 'root',
    taxonomy: { all: [] },
  }
  const deps = {
    postgres: db.postgres,
    lease: createLease(db.postgres, name),
    clock,
    logger: silentLogger,
    directory,
    documents: () => ({
      rules: new Map([['r', { ...made, body: rule }]]),
      policies: new Map([['standard', policy]]),
    }),
    reach: () => ({
      directory: {
        units: new Map([['root', null]]),
        accounts: new Map([['duty', { active: true, verified: ['in-app'] }]]),
        ...{ grants: [], rosters: new Map(), calendar },
      },
      policies: new Map([['standard', policy]]),
      laneOf: (account: string, channel: string) => `${channel}:${account}`,
    }),
    figures: {
      begin: async () => ({
        observe: async () => [
          {
            subject: { unitId: 'root', groupId: null, category: null, topicId: null, source: null },
            ...{ value: 5, basis: 5, error: null },
          },
        ],
      }),
    },
    committed: () => undefined,
    step: (step: Step) => {
      if (step === dieAt) throw new Error('killed')
    },
  }
  return createDrive(deps as unknown as DriveDeps)
}

const pages = () =>
  db.postgres.query<{ id: string; alert_id: string }>('SELECT id, alert_id FROM alert_delivery ORDER BY seq')
const clean = () =>
  db.postgres.query(
    'TRUNCATE alert, alert_timeline, alert_note, alert_episode, alert_instance, alert_delivery',
  )
/** What the database does by itself ten seconds after the holder died. */
const leaseRunsOut = () => db.postgres.query(`UPDATE alert_evaluator SET until = '-infinity'`)

for (const dieAt of ['read', 'decided', 'saved', 'committed'] as const) {
  it(`pages once when the evaluator dies after the step "${dieAt}"`, async () => {
    await clean()
    await leaseRunsOut()
    const clock = { at: T0, now: () => clock.at }
    await expect(processOf(`a-${dieAt}`, clock, dieAt).tick()).rejects.toThrow('killed')
    const next = processOf(`b-${dieAt}`, clock)
    await next.tick()
    expect(next.leads).toBe(false)
    await leaseRunsOut()
    clock.at += 15_000
    await next.tick()
    expect(next.leads).toBe(true)
    expect(await pages()).toHaveLength(1)
    clock.at += 60_000
    await next.tick()
    expect(await pages()).toHaveLength(1)
    clock.at += 10 * 60_000
    await next.tick()
    expect(await pages()).toHaveLength(2)
    const [state] = await db.postgres.query<{ n: number }>('SELECT count(*)::int AS n FROM alert')
    expect(state?.n).toBe(1)
  })
}

it('lets no stalled holder write; a command is carried out where it arrives, on what the other one committed', async () => {
  await clean()
  await leaseRunsOut()
  const clock = { at: T0, now: () => clock.at }
  const stalled = createLease(db.postgres, 'stalled')
  const epoch = (await stalled.take()) ?? -1
  await leaseRunsOut()
  const first = processOf('first', clock)
  await first.tick()
  await expect(
    db.postgres.transaction((sql) => stalled.hold(sql, epoch, { reminded: [], flooded: [] })),
  ).rejects.toThrow('another process evaluates now')
  const [alert] = await db.postgres.query<{ id: string }>('SELECT id FROM alert')
  const alertId = alert?.id ?? ''
  const second = processOf('second', clock)
  await second.tick()
  expect([first.leads, second.leads]).toEqual([true, false])
  // Its screens show what the other one committed.
  expect(second.world.alerts.has(alertId)).toBe(true)
  await second.run({ type: 'acknowledge', alertId, by: 'duty' })
  expect(second.leads).toBe(true)
  // Within its renewal time the first still believes that it leads; its command meets the second's commit.
  await first.run({ type: 'start', alertId, by: 'duty' })
  const codes = await db.postgres.query<{ code: string }>('SELECT code FROM alert_timeline ORDER BY id')
  expect(codes.map(({ code }) => code).filter((code) => ['acknowledged', 'started'].includes(code))).toEqual([
    'acknowledged',
    'started',
  ])
  expect(await pages()).toHaveLength(1)
})

it('runs each due step once over a jump of an hour, forward and back', async () => {
  await clean()
  await leaseRunsOut()
  const clock = { at: T0, now: () => clock.at }
  const drive = processOf('jump', clock)
  await drive.tick()
  clock.at += 3_600_000
  await drive.tick()
  const after = (await pages()).length
  expect(after).toBe(2)
  clock.at -= 3_600_000
  await drive.tick()
  expect(await pages()).toHaveLength(after)
})
