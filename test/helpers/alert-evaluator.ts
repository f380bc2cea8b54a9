import type { Observation } from '@guanlan/analytics/alerting/kinds/kind'
import { AlertRule } from '@guanlan/contract/alert-rule'
import type { EscalationPolicy } from '@guanlan/contract/escalation'
import { createDrive, type Drive, type DriveDeps } from '@guanlan/server/alerts/engine-drive'
import { createLease } from '@guanlan/server/alerts/lease'
import { silentLogger } from '@guanlan/server/lib/logger'
import { createPost, type Post } from '@guanlan/server/notify/post'
import { webhook } from '@guanlan/server/notify/webhook'
import { createWorker, type Worker, type WorkerDeps } from '@guanlan/server/notify/worker'
import type { Postgres } from '@guanlan/server/ports/postgres'

export type FaultStep =
  Parameters<NonNullable<DriveDeps['step']>>[0] | Parameters<NonNullable<WorkerDeps['step']>>[0]

export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const MINUTE = 60_000
const ACKNOWLEDGE_MINUTES = 30
const REPEAT_MINUTES = 30
/** Account and minutes after the step before. */
const STEPS = [
  ['duty', 0],
  ['lead', 10],
  ['chief', 10],
] as const

const RULE: AlertRule = AlertRule.parse({
  ...{ id: 'r', version: 1, name: 'r', origin: 'operator', enabled: true, per: 'org', belowFloor: false },
  condition: {
    ...{ kind: 'threshold', counted: 'acted', windowMinutes: 60 },
    levels: [{ level: 'orange', from: 1 }],
  },
  where: { units: [], groupKinds: [], categories: [] },
  ...{ pendingSeconds: 0, keepFiringSeconds: 0, onNoData: 'keep', onError: 'keep', policyId: 'standard' },
})
const POLICY: EscalationPolicy = {
  ...{ id: 'standard', version: 1, name: 's', repeatMinutes: REPEAT_MINUTES },
  ...{ acknowledgeMinutes: ACKNOWLEDGE_MINUTES, acknowledgeMinutesRed: 10 },
  steps: STEPS.map(([accountId, afterMinutes]) => ({
    afterMinutes,
    targets: [{ kind: 'account' as const, accountId }],
    channels: { working: ['webhook'], night: ['webhook'] },
    levels: [],
  })),
  lastResort: ['duty'],
}
const CALENDAR = {
  ...{ utcOffsetMinutes: 480, weekdays: [1, 2, 3, 4, 5], days: {} },
  hours: { from: 540, to: 1080 },
}

export interface Evaluator {
  readonly drive: Drive
  readonly worker: Worker
  /** One second of the product's own loop; resolves when everything that could leave has been answered for. */
  tick(): Promise<void>
}

/** The real drive, store, lease, outbox and webhook channel over a given database; what it reads is given. */
export function createEvaluator(options: {
  readonly name: string
  readonly postgres: Postgres
  readonly clock: { now(): number }
  readonly url: string
  readonly value: () => number
  readonly step?: (step: FaultStep) => void
  /** How long the webhook channel waits for an answer from now on. */
  readonly timeoutMs?: () => number
}): Evaluator {
  const { postgres, clock, url } = options
  const step = options.step ?? (() => undefined)
  const made = { version: 1, madeBy: 'x', madeAt: 0 }
  const observed = (): Observation[] => [
    {
      subject: { unitId: 'root', groupId: null, category: null, topicId: null, source: null },
      ...{ value: options.value(), basis: options.value(), error: null },
    },
  ]
  const deps = {
    ...{ postgres, clock, step, logger: silentLogger, lease: createLease(postgres, options.name) },
    directory: {
      units: () => [{ id: 'root', name: 'root' }].values(),
      ...{ root: 'root', taxonomy: { all: [] } },
    },
    documents: () => ({
      rules: new Map([['r', { ...made, body: RULE }]]),
      policies: new Map([['standard', POLICY]]),
    }),
    reach: () => ({
      directory: {
        units: new Map([['root', null]]),
        accounts: new Map(STEPS.map(([id]) => [id, { active: true, verified: ['webhook'] }])),
        ...{ grants: [], rosters: new Map(), calendar: CALENDAR },
      },
      policies: new Map([['standard', POLICY]]),
      laneOf: (account: string, channel: string) => `${channel}:${account}`,
    }),
    figures: { begin: async () => ({ observe: async () => observed() }) },
    committed: () => undefined,
  }
  // The drive asks of its surroundings only what is given here; the types of the whole product ask for more.
  const drive = createDrive(deps as unknown as DriveDeps)
  const now = () => clock.now()
  const post: Post = (...request) => {
    const timeoutMs = options.timeoutMs?.() ?? 60_000
    return createPost({ allowPrivate: ['127.0.0.0/8'], timeoutMs, now })(...request)
  }
  const worker = createWorker({
    ...{ postgres, clock, step, logger: silentLogger, random: () => 0.5, holder: options.name },
    // Receivers hold the time of signing against the real clock.
    channels: new Map([['webhook', webhook(post, () => Date.now())]]),
    compose: ([row]) =>
      row === undefined
        ? null
        : {
            message: {
              ...{ id: row.id, kind: row.kind, level: 'orange', title: 't', lines: [], link: 'l' },
              ...{ alertIds: [row.alertId], at: row.queuedAt },
            },
            target: { accountId: row.accountId, address: `${url}/${row.accountId}`, secret: SECRET },
          },
  })
  return {
    ...{ drive, worker },
    async tick() {
      await drive.tick()
      await worker.tick()
      await worker.idle()
    },
  }
}

/** What people did to the alert, at which minute after T0. */
export interface Deed {
  readonly at: number
  readonly type: 'acknowledge' | 'resolve'
}

/**
 * Pages as a reader of the policy would write them down by hand: minute after minute, who is told at which time. Knows
 * nothing of the engine. Each page: the account, and the ms after T0 at which it is due.
 */
export function pagesByHand(openedAfterMs: number, deeds: readonly Deed[], untilMinute: number) {
  const pages: { account: string; at: number }[] = []
  let step = 0
  let due = openedAfterMs
  let takenUntil: number | null = null
  const left = [...deeds]
  for (let at = openedAfterMs; at <= untilMinute * MINUTE; at += 1_000) {
    const deed = left[0]
    if (deed !== undefined && deed.at * MINUTE <= at) {
      left.shift()
      if (deed.type === 'resolve') break
      takenUntil = deed.at * MINUTE + ACKNOWLEDGE_MINUTES * MINUTE
    }
    if (takenUntil !== null && takenUntil <= at) {
      takenUntil = null
      due = at
    }
    if (takenUntil !== null || due > at) continue
    pages.push({ account: STEPS[step]?.[0] ?? '', at })
    const next = STEPS[step + 1]
    due = at + (next === undefined ? REPEAT_MINUTES : next[1]) * MINUTE
    step = Math.min(step + 1, STEPS.length - 1)
  }
  return pages
}
