import { addDays } from '@guanlan/analytics/days'
import type { Observation } from '@guanlan/analytics/alerting/kinds/kind'
import type { FindingCode } from '@guanlan/contract/register'
import { NOTHING, scopesOf, type Floors } from '../count-figures.ts'
import { daysOf, isInScopes, type ReaderDeps, type RuleOf, type RuleReader } from './reader.ts'

type FindingRule = RuleOf<'register-finding'>

/** Codes of the register; a group that is not filed has no findings, it is one itself. */
const CODES: Readonly<Record<FindingRule['condition']['finding'], FindingCode | null>> = {
  'no-administrator': 'no_administrator',
  'not-filed': null,
  'not-informed': 'not_informed',
  expired: 'expired',
  'review-overdue': 'review_overdue',
}

interface Stretch {
  readonly groupId: string
  readonly from: string
  /** Day on which it was mended; null: it stands. */
  readonly until: string | null
}

const FOUND = `SELECT group_id AS "groupId", opened_on::text AS "from", closed_on::text AS until FROM group_finding
  WHERE code = $1 AND (closed_on IS NULL OR closed_on >= $2::date)`
const UNFILED = `SELECT id AS "groupId", (created_at AT TIME ZONE $1)::date::text AS "from",
    CASE WHEN state IN ('draft', 'submitted', 'returned') THEN NULL ELSE coalesce(filed_on, updated_at::date)::text END AS until
  FROM chat_group WHERE state IN ('draft', 'submitted', 'returned') OR coalesce(filed_on, updated_at::date) >= $2::date`

const daysBetween = (from: string, to: string) => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000)

/** Days since a group, or the group of a unit that waits longest, lacks something; -1 without. */
export function registerFindingReader(deps: ReaderDeps): RuleReader<'register-finding'> {
  const { time, directory } = deps
  const stretches = (rule: FindingRule, since: string) => {
    const code = CODES[rule.condition.finding]
    return code === null
      ? deps.postgres.query<Stretch>(UNFILED, [time.timezone, since])
      : deps.postgres.query<Stretch>(FOUND, [code, since])
  }
  return {
    async observe(rule, { floors }) {
      return figuresOn(rule, await stretches(rule, floors.today), floors.today, floors)
    },
    async replay(rule, span) {
      const days = daysOf(time, span.from, span.to)
      const all = await stretches(rule, days[0] ?? '')
      const floors = { directory, today: time.dayOf(span.to) }
      // The register is looked at in the morning.
      return days.map((day) => ({
        at: time.dayStart(day) + 9 * 3_600_000,
        observations: figuresOn(rule, all, day, floors),
      }))
    },
  }
}

function figuresOn(
  rule: FindingRule,
  stretches: readonly Stretch[],
  day: string,
  floors: Pick<Floors, 'directory' | 'today'>,
): Observation[] {
  const { directory } = floors
  const scopes = scopesOf(rule, floors)
  const { groupKinds } = rule.where
  const worst = new Map<string, { unitId: string; groupId: string | null; days: number }>()
  const keep = (unitId: string, groupId: string | null, days: number) => {
    const key = `${unitId}|${groupId ?? ''}`
    if ((worst.get(key)?.days ?? -2) < days) worst.set(key, { unitId, groupId, days })
  }
  // A unit without the finding says so; a group that has none is not named at all.
  if (rule.per === 'unit')
    for (const { id } of directory.units()) if (isInScopes(scopes, id, floors)) keep(id, null, -1)
  for (const { groupId, from, until } of stretches) {
    if (from > day || (until !== null && until <= day)) continue
    const kind = directory.group(groupId)?.kind
    if (groupKinds.length > 0 && (kind === undefined || !groupKinds.includes(kind))) continue
    const unitId = directory.unitOf(groupId, day) ?? directory.unitOf(groupId, addDays(day, -1))
    if (unitId === undefined || !isInScopes(scopes, unitId, floors)) continue
    keep(unitId, rule.per === 'group' ? groupId : null, daysBetween(from, day))
  }
  return [...worst.values()].map(({ unitId, groupId, days }) => ({
    subject: { ...NOTHING, unitId, groupId },
    ...{ value: days, basis: null, error: null },
  }))
}
