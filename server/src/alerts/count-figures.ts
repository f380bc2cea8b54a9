import type { Observation } from '@guanlan/analytics/alerting/kinds/kind'
import { fingerprintOf } from '@guanlan/analytics/alerting/fingerprint'
import type { VisibilityOfDay } from '@guanlan/analytics/queries/visibility-book'
import type { AlertSubject } from '@guanlan/contract/alert'
import type { AlertRule } from '@guanlan/contract/alert-rule'
import { isSensitiveCategory } from '@guanlan/contract/taxonomy'
import type { Category } from '@guanlan/contract/taxonomy'
import type { Directory } from '../register/directory.ts'
import type { CountRow } from './counts.ts'

/** A counted row with what the floors say of its group on its day. */
export interface PlacedRow extends CountRow {
  readonly unitId: string
  readonly own: boolean
  /** First unit at which it counts; '' nowhere. */
  readonly shownAt: string
}

export interface Floors {
  readonly directory: Pick<Directory, 'tree' | 'root' | 'group' | 'unitOf' | 'taxonomy' | 'units'>
  readonly visibility: ReadonlyMap<string, VisibilityOfDay>
  readonly dayOf: (ms: number) => string
  readonly today: string
  readonly categoryFloor: number
}

/** Joins rows with the visibility of their day. A group without a row of visibility counts nowhere. */
export function placeRows(rows: readonly CountRow[], floors: Floors): PlacedRow[] {
  const days = new Map<number, string>()
  return rows.map((row) => {
    let day = days.get(row.at)
    if (day === undefined) days.set(row.at, (day = floors.dayOf(row.at)))
    const seen = floors.visibility.get(day)?.get(row.groupId)
    const unitId = seen?.unitId ?? floors.directory.unitOf(row.groupId, day) ?? ''
    return { ...row, unitId, own: seen?.own === true, shownAt: seen?.shownAt ?? '' }
  })
}

const VAGUE = ['offtopic', 'uncategorised']
const isWithinCode = (code: string, wanted: string) => code === wanted || code.startsWith(`${wanted}.`)

/** Conditions that count messages. */
export type CountCondition = Extract<AlertRule['condition'], { counted: unknown }>

/** Does a row count for the rule? Care is never a violation; vague categories stay out of rules. */
export function wants(rule: AlertRule, condition: CountCondition, category: Category | undefined): boolean {
  if (condition.counted === 'messages') return true
  if (category === undefined || category.tier === 'care') return false
  if (VAGUE.some((vague) => isWithinCode(category.code, vague))) return false
  const { counted } = condition
  if (counted !== 'acted' && counted !== 'category' && category.tier !== counted) return false
  return (
    rule.where.categories.length === 0 ||
    rule.where.categories.some((code) => isWithinCode(category.code, code))
  )
}

/** What counts for one instance: `basis` is everything it is a part of. */
export interface Sum {
  readonly subject: AlertSubject
  value: number
  basis: number
}

type Add = (subject: AlertSubject, value: number, basis: number) => void

function collect(sums: Map<string, Sum>, ruleId: string): Add {
  return (subject, value, basis) => {
    const key = fingerprintOf(ruleId, subject)
    const sum = sums.get(key)
    if (sum === undefined) sums.set(key, { subject, value, basis })
    else {
      sum.value += value
      sum.basis += basis
    }
  }
}

export const NOTHING = { groupId: null, category: null, topicId: null, source: null } as const

/**
 * Figures of a threshold or rate rule for every instance that exists, floored: a unit counts what is shown in it, a group
 * only when it may be shown alone, a category of a group from the floor on and never the sensitive ones. A shipped rule
 * below the floor sees groups by category, and a sensitive category at the unit.
 *
 * @param known fingerprints that are active now: units among them that count nothing are reported with 0
 */
export function countFigures(
  rule: AlertRule,
  condition: CountCondition,
  rows: readonly PlacedRow[],
  floors: Floors,
  known: ReadonlySet<string> = new Set(),
): Observation[] {
  const sums = sumFigures(rule, condition, rows, floors)
  const byCategory = condition.counted === 'category' || rule.per === 'category'
  if (rule.per === 'org' || rule.per === 'unit')
    addZeros(rule, byCategory, scopesOf(rule, floors), floors, known, collect(sums, rule.id))
  return observationsOf(rule, condition, sums.values(), floors)
}

export const scopesOf = (rule: AlertRule, { directory }: Pick<Floors, 'directory'>): readonly string[] =>
  rule.where.units.length === 0 ? [directory.root] : rule.where.units

/** Sums by fingerprint, before the floor of a group's categories: they add up over spans. */
export function sumFigures(
  rule: AlertRule,
  condition: CountCondition,
  rows: readonly PlacedRow[],
  floors: Floors,
): Map<string, Sum> {
  const { directory, today } = floors
  const sums = new Map<string, Sum>()
  const add = collect(sums, rule.id)
  const scopes = scopesOf(rule, floors)
  const within = (unitId: string, scope: string) => directory.tree.isWithinOn(unitId, scope, today)
  const byCategory = condition.counted === 'category' || rule.per === 'category'
  for (const row of rows) {
    const group = directory.group(row.groupId)
    if (rule.where.groupKinds.length > 0) {
      if (group === undefined || !rule.where.groupKinds.includes(group.kind)) continue
      // A kind would cut a unit's figure into parts that have not passed the floor on their own.
      if (!row.own && !rule.belowFloor) continue
    }
    const at = rule.belowFloor ? row.unitId : row.shownAt
    if (at === '') continue
    const category = row.category === '' ? undefined : directory.taxonomy.get(row.category)
    const value = wants(rule, condition, category) ? row.count : 0
    if (value === 0 && condition.kind !== 'rate') continue
    const code = byCategory ? row.category : null
    if (byCategory && value === 0) continue
    // Naming a sensitive category in the rule must not show it of a group that does not show it itself.
    const named = byCategory || rule.where.categories.length > 0
    if (rule.per === 'group' && named && !rule.belowFloor && isSensitiveCategory(row.category)) continue
    for (const subject of subjectsOf(rule, row, at, code, scopes, within, floors))
      add(subject, value, row.count)
  }
  return sums
}

/** What the sums of one window say, floored. */
export const observationsOf = (
  rule: AlertRule,
  condition: CountCondition,
  sums: Iterable<Sum>,
  floors: Pick<Floors, 'categoryFloor'>,
): Observation[] => [...sums].flatMap((sum) => toObservation(rule, condition, sum, floors))

function subjectsOf(
  rule: AlertRule,
  row: PlacedRow,
  at: string,
  category: string | null,
  scopes: readonly string[],
  within: (unitId: string, scope: string) => boolean,
  { directory, today }: Pick<Floors, 'directory' | 'today'>,
): AlertSubject[] {
  const inScopes = scopes.filter((scope) => within(at, scope))
  if (inScopes.length === 0) return []
  if (rule.per === 'org') return [{ ...NOTHING, unitId: directory.root, category }]
  if (rule.per === 'category') return inScopes.map((unitId) => ({ ...NOTHING, unitId, category }))
  if (rule.per === 'group') {
    if (category !== null && isSensitiveCategory(category))
      return rule.belowFloor ? [{ ...NOTHING, unitId: row.unitId, category }] : []
    if (!row.own && !rule.belowFloor) return []
    return [{ ...NOTHING, unitId: row.unitId, groupId: row.groupId, category }]
  }
  const parentOf = (unitId: string) => directory.tree.parentOn(unitId, today) ?? undefined
  const subjects: AlertSubject[] = []
  for (let unitId: string | undefined = at; unitId !== undefined && unitId !== '';) {
    const here = unitId
    if (scopes.some((scope) => within(here, scope))) subjects.push({ ...NOTHING, unitId, category })
    unitId = parentOf(here)
  }
  return subjects
}

function addZeros(
  rule: AlertRule,
  byCategory: boolean,
  scopes: readonly string[],
  { directory, today }: Floors,
  known: ReadonlySet<string>,
  add: Add,
): void {
  if (byCategory) {
    for (const key of known) {
      const [ruleId, unitId = '', , category] = key.split('|')
      if (ruleId === rule.id && category) add({ ...NOTHING, unitId, category }, 0, 0)
    }
    return
  }
  const units =
    rule.per === 'org'
      ? [directory.root]
      : new Set(scopes.flatMap((scope) => [...directory.tree.subtreeOn(scope, today)]))
  for (const unitId of units) if (unitId !== '') add({ ...NOTHING, unitId }, 0, 0)
}

function toObservation(
  rule: AlertRule,
  condition: CountCondition,
  sum: Sum,
  floors: Pick<Floors, 'categoryFloor'>,
): Observation[] {
  const { subject, value, basis } = sum
  const narrowed = subject.category !== null || rule.where.categories.length > 0
  const ofGroup = subject.groupId !== null && narrowed && condition.counted !== 'messages'
  if (ofGroup && !rule.belowFloor && value < floors.categoryFloor)
    return [{ subject, value: 0, basis, error: null }]
  if (condition.kind !== 'rate') return [{ subject, value, basis: value, error: null }]
  return [{ subject, value: basis === 0 ? 0 : value / basis, basis, error: null }]
}
