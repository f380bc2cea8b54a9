import { createHash } from 'node:crypto'
import type { Alert } from '@guanlan/analytics/alerting/alert-state'
import { dueAt } from '@guanlan/analytics/alerting/alert-state'
import type { Command, CommandRefusal, Evaluated } from '@guanlan/analytics/alerting/engine'
import { command, evaluate, retryUnreached, tick } from '@guanlan/analytics/alerting/engine'
import { faultsOf, type RuleWorld } from '@guanlan/analytics/alerting/registry'
import type { Context, Transition, World } from '@guanlan/analytics/alerting/world'
import { EMPTY_WORLD, REMEMBERED_MS } from '@guanlan/analytics/alerting/world'
import type { AlertRule } from '@guanlan/contract/alert-rule'
import type { EscalationPolicy } from '@guanlan/contract/escalation'
import { appError } from '@guanlan/contract/errors'
import type { Clock } from '../lib/clock.ts'
import { describeError, type Logger } from '../lib/logger.ts'
import type { Postgres, Sql } from '../ports/postgres.ts'
import type { Directory } from '../register/directory.ts'
import type { Documents } from './documents.ts'
import type { AlertFigures } from './figures.ts'
import { LEASE_LOST, type Lease } from './lease.ts'
import type { Reach } from './reach.ts'
import { unreadable } from './readers/reader.ts'
import { loadWorld, saveTransition } from './world-store.ts'

/** Level and figures of the rules now; `faults` say why a rule does not run. */
export interface Drive {
  /** What stands, as last committed. */
  readonly world: World
  /** True while this process evaluates. */
  readonly leads: boolean
  faults(rule: AlertRule): string[]
  /** Renews the lease, runs what is due, and evaluates when it is time. To be called every second. */
  tick(): Promise<void>
  /** Evaluates at the next tick, or a little later when much was evaluated just now: a decisive event was accepted. */
  hurry(): void
  /** After a change of accounts, channels or documents. */
  reached(): void
  /**
   * Carries out one command; `extra` is written in the same transaction and gets the id of the alert that a `raise` made,
   * or of the one that it repeats. @throws appError conflict, not_found
   */
  run(order: Command, extra?: (sql: Sql, raised: string | null) => Promise<void>): Promise<World>
  stop(): Promise<void>
}

export interface DriveDeps {
  readonly postgres: Postgres
  readonly lease: Lease
  readonly clock: Clock
  readonly logger: Logger
  readonly directory: Directory
  readonly figures: AlertFigures
  readonly documents: () => Documents
  readonly reach: () => Reach
  /** Called after each commit that queued or withdrew something. */
  readonly committed: (transition: Transition) => void
  /** Called at each step that a test may interrupt. */
  readonly step?: (name: 'read' | 'decided' | 'saved' | 'committed') => void
}

const EVALUATE_MS = 15_000
const RENEW_MS = 3_000
const FLOOD_CAP = 20
/** After an evaluation nothing hurries for so many times as long as it took. */
const QUIET_TIMES = 10

/** Stands in when nothing is configured: whoever communicates for the organisation, in-app. */
const FALLBACK: EscalationPolicy = {
  id: 'fallback',
  version: 1,
  name: 'Fallback',
  steps: [
    {
      afterMinutes: 0,
      targets: [{ kind: 'role', role: 'communications', from: 'top' }],
      channels: { working: ['in-app', 'email'], night: ['in-app', 'email'] },
      levels: [],
    },
  ],
  repeatMinutes: 30,
  acknowledgeMinutes: 30,
  acknowledgeMinutesRed: 10,
  lastResort: ['nobody'],
}

export const DRILL_MARK = 'drill:'
/** A drill is raised by the product itself, on behalf of an account, and said to be one everywhere. */
export const isDrill = (alert: Pick<Alert, 'fingerprint'>): boolean =>
  alert.fingerprint.includes(`|${DRILL_MARK}`)

/** The same transition computed again gives the same ids. */
const idOf = (now: number) => (fingerprint: string) =>
  `a-${createHash('sha256').update(`${fingerprint}@${now}`).digest('hex').slice(0, 16)}`

export function contextOf(deps: Pick<DriveDeps, 'documents' | 'reach' | 'directory'>, now: number): Context {
  const { policies, directory } = deps.reach()
  const rules = new Map<string, AlertRule>()
  const world = ruleWorld(deps)
  for (const [id, { body }] of deps.documents().rules)
    if (faultsOf(body, world).length === 0) rules.set(id, body)
  return {
    ...{ now, rules, policies, directory, newId: idOf(now), floodCap: FLOOD_CAP },
    fallbackPolicy: policies.get('standard') ?? FALLBACK,
  }
}

const ruleWorld = ({ directory, documents }: Pick<DriveDeps, 'documents' | 'directory'>): RuleWorld => ({
  units: new Set([...directory.units()].map(({ id }) => id)),
  categories: codesOf(directory),
  policies: new Set(documents().policies.keys()),
})

/** Codes and, for rules that name a whole branch, what stands above them with the lightest weight below. */
function codesOf(directory: Directory): ReadonlyMap<string, { weight: number; tier: string }> {
  const codes = new Map<string, { weight: number; tier: string }>()
  for (const { code, weight, tier } of directory.taxonomy.all) {
    for (let at = code; at !== ''; at = at.includes('.') ? at.slice(0, at.lastIndexOf('.')) : '') {
      const known = codes.get(at)
      if (known === undefined || weight < known.weight) codes.set(at, { weight, tier })
    }
  }
  return codes
}

const forget = (world: World, now: number): World => {
  const alerts = [...world.alerts].filter(
    ([, { resolved }]) => !resolved || now - resolved.at < REMEMBERED_MS,
  )
  return alerts.length === world.alerts.size ? world : { ...world, alerts: new Map(alerts) }
}

const nothing = ({ effects, changed }: Transition, before: World, after: World): boolean =>
  effects.length === 0 &&
  changed.alerts.size === 0 &&
  changed.instances.size === 0 &&
  before.silences.size === after.silences.size &&
  before.flooded.size === after.flooded.size

/** The world in memory and the lease over it: what was committed, and how a transition becomes that. */
function createLedger(deps: DriveDeps) {
  const { postgres, lease, clock, logger } = deps
  let world = EMPTY_WORLD
  let epoch: number | null = null
  let renewAt = -Infinity

  async function lead(now: number): Promise<boolean> {
    if (now < renewAt && now >= renewAt - RENEW_MS) return epoch !== null
    const taken = await lease.take()
    renewAt = now + RENEW_MS
    if (taken === null) {
      // Screens of a process that does not evaluate show what the other one committed.
      epoch = null
      world = await loadWorld(postgres, now)
      return false
    }
    if (taken !== epoch) await enter(taken, now)
    return true
  }
  async function enter(taken: number, now: number): Promise<void> {
    world = await loadWorld(postgres, now)
    epoch = taken
    logger.info({ epoch: taken, alerts: world.alerts.size }, 'this process evaluates alerts')
  }
  async function store(transition: Transition, mine: number, extra?: Extra): Promise<void> {
    const { policies, laneOf } = deps.reach()
    await postgres.transaction(async (sql) => {
      await lease.hold(sql, mine, {
        reminded: transition.world.reminded,
        flooded: [...transition.world.flooded],
      })
      await saveTransition(sql, world, transition, {
        laneOf,
        isDrill,
        rostersOf: (id) => rostersOf(policies.get(id)),
      })
      await extra?.(sql)
      deps.step?.('saved')
    })
  }
  return {
    lead,
    async seize(now: number): Promise<void> {
      await enter(await lease.seize(), now)
      renewAt = now + RENEW_MS
    },
    world: () => world,
    leads: () => epoch !== null,
    async commit(transition: Transition, extra?: Extra): Promise<void> {
      deps.step?.('decided')
      if (extra === undefined && nothing(transition, world, transition.world)) return
      const mine = epoch
      if (mine === null) throw elsewhere()
      try {
        await store(transition, mine, extra)
      } catch (error) {
        // What is stored stands: it is read again, also when only the answer to the commit was lost.
        epoch = null
        renewAt = -Infinity
        throw error
      }
      world = forget(transition.world, clock.now())
      deps.step?.('committed')
      deps.committed(transition)
    },
    async giveUp(): Promise<void> {
      if (epoch !== null) await lease.release()
      epoch = null
      renewAt = Infinity
    },
  }
}

type Ledger = ReturnType<typeof createLedger>
type Extra = (sql: Sql) => Promise<void>
const elsewhere = () => appError('unavailable', 'another process evaluates alerts', { retryAfterSeconds: 2 })

async function evaluateNow(deps: DriveDeps, ledger: Ledger, now: number): Promise<void> {
  const context = contextOf(deps, now)
  const round = await deps.figures.begin(now)
  const known = new Set(ledger.world().instances.keys())
  const evaluated: Evaluated[] = []
  for (const rule of context.rules.values()) {
    if (!rule.enabled) continue
    try {
      const observations = await round.observe(rule, known)
      if (observations !== null) evaluated.push({ rule, observations })
    } catch (error) {
      deps.logger.warn({ rule: rule.id, error: describeError(error) }, 'a rule could not be read')
      evaluated.push({ rule, observations: unreadable(rule, deps.directory.root, known, 'unreadable') })
    }
  }
  deps.step?.('read')
  await ledger.commit(evaluate(ledger.world(), evaluated, context))
}

export function createDrive(deps: DriveDeps): Drive {
  const { clock } = deps
  const ledger = createLedger(deps)
  let evaluateAt = -Infinity
  let urgent = false
  let quietUntil = -Infinity
  let retry = false
  let busy: Promise<unknown> = Promise.resolve()

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = busy.then(work)
    busy = mine.catch(() => undefined)
    return mine
  }
  async function step(): Promise<void> {
    const now = clock.now()
    if (!(await ledger.lead(now))) return
    if (now >= evaluateAt || (urgent && now >= quietUntil) || evaluateAt - now > EVALUATE_MS) {
      urgent = false
      evaluateAt = now + EVALUATE_MS
      const began = performance.now()
      await evaluateNow(deps, ledger, now)
      quietUntil = clock.now() + (performance.now() - began) * QUIET_TIMES
    } else if (retry) {
      retry = false
      await ledger.commit(retryUnreached(ledger.world(), contextOf(deps, now)))
    } else if (isDue(ledger.world(), now)) await ledger.commit(tick(ledger.world(), contextOf(deps, now)))
  }
  return {
    get world() {
      return ledger.world()
    },
    get leads() {
      return ledger.leads()
    },
    faults: (rule) => faultsOf(rule, ruleWorld(deps)),
    tick: () => inTurn(step),
    hurry: () => void (urgent = true),
    reached: () => void (retry = true),
    run: (order, extra) =>
      inTurn(async () => {
        const now = clock.now()
        const carryOut = async () => {
          const answer = command(ledger.world(), order, contextOf(deps, now))
          if (answer.refused !== null) throw refusalOf(answer.refused)
          await ledger.commit(answer, extra && ((sql) => extra(sql, answer.raised)))
          return ledger.world()
        }
        if (!(await ledger.lead(now))) await ledger.seize(now)
        try {
          return await carryOut()
        } catch (error) {
          if (!(error instanceof Error) || error.message !== LEASE_LOST) throw error
          // Another process took over since the last renewal: decided again from what it committed.
          await ledger.seize(now)
          return carryOut()
        }
      }),
    stop: () => inTurn(() => ledger.giveUp()),
  }
}

/** Rosters that a policy calls. */
export const rostersOf = (policy: EscalationPolicy | undefined): string[] => [
  ...new Set(
    policy?.steps.flatMap(({ targets }) =>
      targets.flatMap((t) => (t.kind === 'roster' ? [t.rosterId] : [])),
    ) ?? [],
  ),
]

function isDue(world: World, now: number): boolean {
  for (const alert of world.alerts.values()) {
    const due = dueAt(alert)
    if (due !== null && (due <= now || alert.hold !== null)) return true
  }
  return world.silences.size > 0
}

const REFUSALS: Record<CommandRefusal, string> = {
  unknown_alert: 'no such alert',
  resolved: 'the alert is resolved',
  not_resolved: 'the alert is not resolved',
  second_account_needed: 'a red alert ends with a second account',
  sign_in_needed: 'one of the two accounts must be signed in',
  not_taken: 'nobody has taken the alert yet',
}
const refusalOf = (code: CommandRefusal) =>
  appError(code === 'unknown_alert' ? 'not_found' : 'conflict', REFUSALS[code], { pointer: `/${code}` })
