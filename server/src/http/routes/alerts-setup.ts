import type { AlertRule } from '@guanlan/contract/alert-rule'
import type { Role } from '@guanlan/contract/account'
import {
  alertMeasuresEndpoint,
  backtestRuleEndpoint,
  createSilenceEndpoint,
  decideRuleEndpoint,
  endSilenceEndpoint,
  exportMeasuresEndpoint,
  listPoliciesEndpoint,
  listRulesEndpoint,
  listSilencesEndpoint,
  preflightPolicyEndpoint,
  previewSilenceEndpoint,
  proposeRuleEndpoint,
  savePolicyEndpoint,
  startDrillEndpoint,
} from '@guanlan/contract/endpoints/alerts-setup'
import { appError } from '@guanlan/contract/errors'
import { preventsSaving } from '@guanlan/contract/policy'
import type { Alert } from '@guanlan/analytics/alerting/alert-state'
import { blastRadius } from '@guanlan/analytics/alerting/holds'
import { measuresOf, type Episode } from '@guanlan/analytics/alerting/measures'
import { preflight } from '@guanlan/analytics/alerting/preflight'
import type { EscalationPolicy } from '@guanlan/contract/escalation'
import type { Silence } from '@guanlan/contract/alert'
import type { RuleView } from '@guanlan/contract/alert-measure'
import { backtestRule } from '../../alerts/backtest.ts'
import { TAKEN_BY } from '../../alerts/alert-figures.ts'
import { DRILL_MARK } from '../../alerts/engine-drive.ts'
import type { Versioned } from '../../alerts/documents.ts'
import { concerns, instancesSeen, isUncounted, mutedSeen } from '../../alerts/seen.ts'
import { mayOpenScope } from '../../identity/access.ts'
import { csvFile } from '../../lib/csv.ts'
import type { Caller, Route } from '../route.ts'
import { route } from '../route.ts'
import { eyesOf, namesIn, newId, requireUnits, userOf, type AlertRouteDeps } from './alerts-shared.ts'
import { rosterRoutes } from './alerts-rosters.ts'

const HOUR_MS = 3_600_000
const WEEK_MS = 7 * 24 * HOUR_MS

/** How alerting is set up: rules, silences, policies, rosters, measures. */
export function alertingRoutes(deps: AlertRouteDeps): Route[] {
  return [
    ...ruleRoutes(deps),
    ...silenceRoutes(deps),
    ...policyRoutes(deps),
    ...rosterRoutes(deps),
    ...measureRoutes(deps),
  ]
}

const MEASURE_COLUMNS = [
  ...['key', 'name', 'episodes', 'acknowledge_ms', 'resolve_ms', 'escalated', 'false_alarms'],
]

/** Units over which the caller holds one of the roles. */
const unitsHeld = (actor: Caller | undefined, roles: readonly Role[]): string[] =>
  userOf(actor).grants.flatMap(({ role, unitId }) => (roles.includes(role) ? [unitId] : []))

function ruleRoutes(deps: AlertRouteDeps): Route[] {
  const { alerts } = deps
  const viewOf = (
    { body, madeBy, madeAt }: Versioned<AlertRule>,
    state: RuleView['state'],
    actor: Caller | undefined,
  ): RuleView => ({
    ...{ rule: body, state, madeBy, madeAt, faults: alerts.drive.faults(body) },
    ...instancesSeen(body, alerts.drive.world.instances, eyesOf(actor, deps)),
  })
  return [
    route(listRulesEndpoint, async ({ actor }) => {
      const { rules, proposed } = alerts.documents()
      const held = unitsHeld(actor, listRulesEndpoint.access.roles)
      const { units } = alerts.reach().directory
      const seen = ({ body: { where } }: Versioned<AlertRule>) =>
        where.units.length === 0 || where.units.some((unitId) => concerns(units, unitId, held, false))
      const views = [
        ...[...rules.values()].filter(seen).map((each) => viewOf(each, 'active', actor)),
        ...[...proposed.values()].filter(seen).map((each) => viewOf(each, 'proposed', actor)),
      ]
      return { rules: views, names: namesIn(views, alerts.reach().names) }
    }),
    route(proposeRuleEndpoint, async ({ actor, params, body }) => {
      const { rule } = body
      if (rule.id !== params.id)
        throw appError('unprocessable', 'the id is another one', { pointer: '/rule/id' })
      const known = alerts.documents().rules.get(rule.id)?.body
      // What ships may be switched, pointed elsewhere and set to other levels; only it looks below the floor.
      const origin = known?.origin ?? 'operator'
      const widened = rule.belowFloor && (known?.belowFloor !== true || !sameWhere(known, rule))
      if (rule.origin !== origin || widened)
        throw appError('forbidden', 'only shipped rules may look below the floor', {
          pointer: '/rule/belowFloor',
        })
      const faults = alerts.drive.faults(rule)
      if (faults.length > 0) throw appError('unprocessable', `the rule cannot run: ${faults.join(', ')}`)
      await alerts.store.propose(userOf(actor).id, rule, (touched) =>
        requireReach(actor, proposeRuleEndpoint, [...touched, rule], deps),
      )
      await alerts.reload()
      const waiting = alerts.documents().proposed.get(rule.id)
      if (waiting === undefined) throw appError('conflict', 'the change was decided already')
      return viewOf(waiting, 'proposed', actor)
    }),
    backtestRoute(deps),
    route(decideRuleEndpoint, async ({ actor, params, body }) => {
      await alerts.store.decide(userOf(actor).id, { ruleId: params.id, ...body }, (touched) =>
        requireReach(actor, decideRuleEndpoint, touched, deps),
      )
      await alerts.reload()
      return undefined
    }),
  ]
}

/**
 * A change of a rule is for those who hold the units of the new version, of the one that waits and of the one in force:
 * whoever narrows a rule switches it off everywhere else. @throws appError forbidden
 */
function requireReach(
  actor: Caller | undefined,
  endpoint: Parameters<typeof requireUnits>[1],
  rules: readonly AlertRule[],
  deps: AlertRouteDeps,
): void {
  for (const { where } of rules) requireUnits(actor, endpoint, where.units, deps)
}

function backtestRoute(deps: AlertRouteDeps): Route {
  const { alerts } = deps
  return route(backtestRuleEndpoint, async ({ actor, body }) => {
    const { rule } = body
    requireUnits(actor, backtestRuleEndpoint, rule.where.units, deps)
    const faults = alerts.drive.faults(rule)
    if (faults.length > 0) throw appError('unprocessable', `the rule cannot run: ${faults.join(', ')}`)
    const { figures, clock } = alerts
    const { calendar } = alerts.documents()
    const result = await backtestRule(rule, { figures, calendar, now: clock.now() })
    if (result === null)
      throw appError('unprocessable', 'nothing is kept on which this kind of rule could be replayed', {
        pointer: '/rule/condition/kind',
      })
    const { kind } = rule.condition
    const asked = {
      kind,
      per: rule.per,
      units: [...rule.where.units],
      categories: [...rule.where.categories],
    }
    await deps.identity.audit.append(userOf(actor).id, 'alerting.rule.replay', rule.id, asked)
    const nameOf = (id: string) => deps.directory.unit(id)?.name ?? id
    return {
      ...result,
      byWeek: [...result.byWeek],
      byUnit: result.byUnit.map((row) => ({ ...row, unitName: nameOf(row.unitId) })),
    }
  })
}

const sameWhere = (a: AlertRule, b: AlertRule): boolean =>
  JSON.stringify([a.where.categories, a.condition, a.per]) ===
  JSON.stringify([b.where.categories, b.condition, b.per])

function silenceRoutes(deps: AlertRouteDeps): Route[] {
  const { alerts, identity } = deps
  const unitsOf = () => alerts.reach().directory.units
  const isBelowFloor = (id: string) => alerts.documents().rules.get(id)?.body.belowFloor === true
  const reachOf = (match: Silence['match']) => {
    const ofGroup = match.groupId === null ? undefined : deps.directory.unitOf(match.groupId, deps.today())
    const unit = match.unitId ?? ofGroup
    return unit === undefined ? [] : [unit]
  }
  const viewOf = (silence: Silence, actor: Caller | undefined) => ({
    silence,
    byName: alerts.reach().names.get(silence.by) ?? silence.by,
    muting: mutedSeen(silence, alerts.drive.world.alerts, unitsOf(), eyesOf(actor, deps), isBelowFloor),
  })
  return [
    route(listSilencesEndpoint, async ({ actor }) => {
      const held = unitsHeld(actor, listSilencesEndpoint.access.roles)
      const seen = ({ match }: Silence) =>
        concerns(unitsOf(), reachOf(match)[0] ?? deps.directory.root, held, match.groupId !== null)
      const silences = [...alerts.drive.world.silences.values()].filter(seen)
      return { silences: silences.map((each) => viewOf(each, actor)) }
    }),
    route(previewSilenceEndpoint, async ({ actor, body }) => {
      requireUnits(actor, previewSilenceEndpoint, reachOf(body.match), deps)
      const now = alerts.clock.now()
      const rows = await alerts.postgres.query<{ state: Alert }>(
        'SELECT state FROM alert WHERE opened_at > $1',
        [new Date(now - WEEK_MS).toISOString()],
      )
      const silence = {
        id: 'preview',
        by: '',
        reason: 'preview',
        from: now,
        until: now + 1,
        match: body.match,
      }
      return blastRadius(
        unitsOf(),
        silence,
        rows.map(({ state }) => state).filter((alert) => !isUncounted(alert, isBelowFloor)),
        now,
      )
    }),
    route(createSilenceEndpoint, async ({ actor, body }) => {
      requireUnits(actor, createSilenceEndpoint, reachOf(body.match), deps)
      const from = alerts.clock.now()
      if (Object.values(body.match).every((value) => value === null))
        throw appError('unprocessable', 'this would mute everything', { pointer: '/match' })
      if (body.until <= from || body.until > from + WEEK_MS)
        throw appError('unprocessable', 'a silence lasts at most 7 days', { pointer: '/until' })
      const silence: Silence = { id: newId('s'), by: userOf(actor).id, from, ...body }
      await alerts.drive.run({ type: 'silence', silence }, async (sql) => {
        const match = Object.fromEntries(Object.entries(body.match).filter(([, value]) => value !== null))
        await identity.audit.append(
          silence.by,
          'alert.silence',
          silence.id,
          { ...match, until: body.until },
          sql,
        )
      })
      return viewOf(silence, actor)
    }),
    route(endSilenceEndpoint, async ({ actor, params }) => {
      const silence = alerts.drive.world.silences.get(params.id)
      if (silence === undefined) throw appError('not_found', 'no such silence')
      requireUnits(actor, endSilenceEndpoint, reachOf(silence.match), deps)
      const { id: by } = userOf(actor)
      await alerts.drive.run({ type: 'unsilence', silenceId: params.id }, async (sql) => {
        await identity.audit.append(by, 'alert.unsilence', params.id, {}, sql)
      })
      return undefined
    }),
  ]
}

function policyRoutes(deps: AlertRouteDeps): Route[] {
  const { alerts } = deps
  const gapsOf = (policy: EscalationPolicy) => {
    const { directory, resolve } = alerts.reach()
    return preflight(resolve(policy), directory, [...directory.units.keys()], alerts.clock.now())
  }
  // Every step for every unit and hand-over ahead takes a while: for a list it is done once an hour, and when something changed.
  const kept = new WeakMap<ReturnType<typeof alerts.reach>, Map<string, ReturnType<typeof preflight>>>()
  const keptGapsOf = (policy: EscalationPolicy, version: number) => {
    const known = kept.get(alerts.reach()) ?? new Map<string, ReturnType<typeof preflight>>()
    kept.set(alerts.reach(), known)
    const key = `${policy.id} ${version} ${Math.floor(alerts.clock.now() / HOUR_MS)}`
    const gaps = known.get(key) ?? gapsOf(policy)
    known.set(key, gaps)
    return gaps
  }
  return [
    route(listPoliciesEndpoint, async () => {
      const policies = [...alerts.documents().policies.values()].map(({ body, version, madeBy, madeAt }) => ({
        ...{ policy: body, version, madeBy, madeAt },
        gaps: keptGapsOf(body, version),
      }))
      return { policies, names: namesIn(policies, alerts.reach().names) }
    }),
    route(preflightPolicyEndpoint, async ({ body }) => {
      const gaps = gapsOf(body.policy)
      return { gaps, names: namesIn(gaps, alerts.reach().names) }
    }),
    route(savePolicyEndpoint, async ({ actor, params, body }) => {
      const { policy, version } = body
      if (policy.id !== params.id)
        throw appError('unprocessable', 'the id is another one', { pointer: '/policy/id' })
      requireUnits(actor, savePolicyEndpoint, [], deps)
      const gaps = gapsOf(policy)
      const gap = gaps.find(preventsSaving)
      if (gap !== undefined) {
        const where = gap.step === null ? '' : ` in step ${gap.step + 1}`
        const unit = gap.unitIds[0] === undefined ? '' : ` for unit ${gap.unitIds[0]}`
        throw appError('unprocessable', `${gap.reason}${where}${unit}`, { pointer: '/policy/steps' })
      }
      await alerts.store.save(userOf(actor).id, 'policy', policy.id, policy, version)
      await alerts.reload()
      const saved = alerts.documents().policies.get(policy.id)
      if (saved === undefined) throw appError('conflict', 'the policy changed meanwhile')
      const { body: now, madeBy, madeAt } = saved
      return { policy: now, version: saved.version, madeBy, madeAt, gaps }
    }),
  ]
}

interface EpisodeRow {
  key: string
  rosters: string[]
  opened_at: Date
  acknowledged_at: Date | null
  acknowledged_by: string | null
  resolved_at: Date | null
  steps: number
  outcome: Episode['outcome']
}

type MeasuredBy = 'rule' | 'roster' | 'drill'

/** Under what an episode is counted: rosters by what really happened, drills of a roster apart. */
function keysOf({ key, rosters }: EpisodeRow, by: MeasuredBy): readonly string[] {
  if (by === 'rule') return [key]
  return (key === 'drill') === (by === 'drill') ? rosters : []
}

function measureRoutes(deps: AlertRouteDeps): Route[] {
  const { alerts } = deps
  const read = async (actor: Caller | undefined, by: MeasuredBy, days: number) => {
    // Over the whole organisation: whoever sees a part of it sees the alerts of that part on their own pages.
    if (!mayOpenScope(userOf(actor), { kind: 'org' }, deps.directory, deps.today()))
      throw appError('forbidden', 'this reaches beyond the units in your care')
    const rows = await alerts.postgres.query<EpisodeRow>(
      `SELECT key, rosters, e.opened_at, acknowledged_at, ${TAKEN_BY} AS acknowledged_by, e.resolved_at, steps, outcome
       FROM alert_episode AS e JOIN alert ON alert.id = alert_id WHERE e.opened_at > $1 AND NOT quiet`,
      [new Date(alerts.clock.now() - days * 86_400_000).toISOString()],
    )
    const { rules, rosters } = alerts.documents()
    const nameOf = (key: string) => rules.get(key)?.body.name ?? rosters.get(key)?.body.name ?? key
    const episodes = rows.flatMap((row): Episode[] =>
      keysOf(row, by).map((key) => ({
        key,
        openedAt: row.opened_at.getTime(),
        acknowledgedAt: row.acknowledged_at?.getTime() ?? null,
        acknowledgedBy: row.acknowledged_by,
        resolvedAt: row.resolved_at?.getTime() ?? null,
        ...{ steps: row.steps, outcome: row.outcome },
      })),
    )
    return measuresOf(episodes).map((each) => ({ ...each, name: nameOf(each.key) }))
  }
  return [
    route(startDrillEndpoint, async ({ actor, body }) => {
      requireUnits(actor, startDrillEndpoint, [body.unitId], deps)
      const { id } = userOf(actor)
      if (!alerts.reach().policies.has(body.policyId)) throw appError('unprocessable', 'no such policy')
      const manual = {
        ...{ groupId: null, category: null },
        unitId: body.unitId,
        level: 'yellow',
        note: '-',
      } as const
      // The mark in the author makes it a drill in every message and keeps it out of the other measures.
      const by = `${DRILL_MARK}${id}`
      let alertId = ''
      const order = { type: 'raise', by, manual, policyId: body.policyId, quiet: false } as const
      await alerts.drive.run(order, async (sql, raised) => {
        alertId = raised ?? ''
        await deps.identity.audit.append(id, 'alert.drill', alertId, { policy: body.policyId }, sql)
      })
      return { alertId }
    }),
    route(alertMeasuresEndpoint, async ({ actor, query }) => ({
      measures: await read(actor, query.by, query.days),
    })),
    route(exportMeasuresEndpoint, async ({ actor, query }) => {
      const rows = await read(actor, query.by, query.days)
      await deps.identity.audit.append(userOf(actor).id, 'alerting.export', 'measures', { by: query.by })
      const lines = rows.map((row) => [
        ...[
          row.key,
          row.name,
          row.episodes,
          row.acknowledgeMs,
          row.resolveMs,
          row.escalated,
          row.falseAlarms,
        ],
      ])
      return csvFile([MEASURE_COLUMNS, ...lines])
    }),
  ]
}
