import { tellable } from '@guanlan/analytics/privacy/group-categories'
import { settledAt } from '@guanlan/analytics/privacy/settle'
import type { Observation } from '@guanlan/analytics/alerting/kinds/kind'
import { fingerprintOf } from '@guanlan/analytics/alerting/fingerprint'
import type { VisibilityOfDay } from '@guanlan/analytics/queries/visibility-book'
import type { AlertSubject } from '@guanlan/contract/alert'
import type { AlertRule } from '@guanlan/contract/alert-rule'
import { isSensitiveCategory, isVagueCategory } from '@guanlan/contract/taxonomy'
import type { Category } from '@guanlan/contract/taxonomy'
import type { Directory } from '../register/directory.ts'
import type { CountRow } from './count-row.ts'

/** A counted row with what the floors say of its group on its day. */
export interface PlacedRow extends CountRow {
  readonly unitId: string
  readonly own: boolean
  /** First unit at which it counts; '' nowhere. */
  readonly shownAt: string
  /** First unit at which its category counts as it is; below it only what its group may tell. */
  readonly settledAt: string
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
    const ofDay = floors.visibility.get(day)
    const seen = ofDay?.get(row.groupId)
    const settled = ofDay === undefined ? undefined : settledAt(ofDay, floors.directory.tree, day)
    const unitId = seen?.unitId ?? floors.directory.unitOf(row.groupId, day) ?? ''
    return {
      ...row,
      unitId,
      own: seen?.own === true,
      shownAt: seen?.shownAt ?? '',
      settledAt: settled?.get(row.groupId) ?? '',
    }
  })
}

const isWithinCode = (code: string, wanted: string) => code === wanted || code.startsWith(`${wanted}.`)

/** Conditions that count messages. */
export type CountCondition = Extract<AlertRule['condition'], { counted: unknown }>

/** Does a row count for the rule? Care is never a violation; vague categories stay out of rules. */
function wants(rule: AlertRule, condition: CountCondition, category: Category | undefined): boolean {
  if (condition.counted === 'messages') return true
  if (category === undefined || category.tier === 'care' || isVagueCategory(category.code)) return false
  const { counted } = condition
  if (counted !== 'acted' && counted !== 'category' && category.tier !== counted) return false
  return (
    rule.where.categories.length === 0 ||
    rule.where.categories.some((code) => isWithinCode(category.code, code))
  )
}

/** All categories of one group in a window, and what it may tell of them once that was asked. */
interface GroupPart {
  readonly counts: Map<string, number>
  told: readonly { readonly code: string; readonly count: number }[] | null
}

/** Does it matter to a rule which group a row is of? Else rows that stand alike may come as one, without a group. */
export const tellsGroupsApart = (rule: AlertRule): boolean =>
  rule.per === 'group' || rule.where.groupKinds.length > 0

/** What counts for one instance: `basis` is everything it is a part of. */
interface Sum {
  readonly subject: AlertSubject
  value: number
  basis: number
  /** Keys of parts of which only what they tell is added. */
  readonly parts: Set<string>
}

/** Sums by fingerprint, before what groups tell of their categories: everything in it adds up over spans. */
export interface Tally {
  readonly sums: Map<string, Sum>
  readonly parts: Map<string, GroupPart>
}

export function sumAt(sums: Map<string, Sum>, ruleId: string, subject: AlertSubject): Sum {
  const key = fingerprintOf(ruleId, subject)
  let sum = sums.get(key)
  if (sum === undefined) sums.set(key, (sum = { subject, value: 0, basis: 0, parts: new Set() }))
  return sum
}

/** A group's figures where it is shown alone and where it is not are told apart. */
const partKey = ({ groupId, own }: PlacedRow) => `${own ? 'own' : 'pooled'} ${groupId}`
const partsOfRows = new WeakMap<readonly PlacedRow[], Map<string, GroupPart>>()

/** The same rows serve a thousand rules. */
function partsIn(rows: readonly PlacedRow[]): Map<string, GroupPart> {
  let parts = partsOfRows.get(rows)
  if (parts !== undefined) return parts
  partsOfRows.set(rows, (parts = new Map()))
  for (const row of rows) if (row.category !== '') addToPart(parts, partKey(row), row.category, row.count)
  return parts
}

export function addToPart(parts: Map<string, GroupPart>, key: string, code: string, count: number): void {
  let part = parts.get(key)
  if (part === undefined) parts.set(key, (part = { counts: new Map(), told: null }))
  part.counts.set(code, (part.counts.get(code) ?? 0) + count)
  part.told = null
}

/** Adds what the group of a row tells, once. */
function linkPart({ parts }: Tally, sum: Sum, row: PlacedRow, rows: readonly PlacedRow[]): void {
  const key = partKey(row)
  if (sum.parts.has(key)) return
  const part = partsIn(rows).get(key)
  if (part === undefined) return
  sum.parts.add(key)
  parts.set(key, part)
}

function toldBy(part: GroupPart, { directory, categoryFloor }: TellingFloors) {
  part.told ??= tellable(
    [...part.counts].flatMap(([code, count]) => {
      const tier = directory.taxonomy.get(code)?.tier
      return tier === undefined ? [] : [{ code, tier, count }]
    }),
    categoryFloor,
  )
  return part.told
}

export const NOTHING = { groupId: null, category: null, topicId: null, source: null } as const
type TellingFloors = Pick<Floors, 'directory' | 'categoryFloor'>

/** How a rule's figure is cut. */
export interface Cut {
  /** One instance for each category. */
  readonly byCategory: boolean
}
const cutOf = (rule: AlertRule, condition: CountCondition): Cut => ({
  byCategory: condition.counted === 'category' || rule.per === 'category',
})

/** Does the figure say something of categories, not of tiers or messages only? */
export const isNarrowed = (
  rule: AlertRule,
  condition: CountCondition,
  cut = cutOf(rule, condition),
): boolean => condition.counted !== 'messages' && (cut.byCategory || rule.where.categories.length > 0)

/**
 * Figures of a threshold or rate rule for every instance that exists, floored: a unit counts what is shown in it. Of one
 * group, of the groups that a kind picks out, and of a group that is all a unit shows, tiers count and of categories only
 * what the group itself tells (privacy/group-categories.ts), so that no figure says more than the group's own page. A
 * shipped rule below the floor sees groups by category, and a sensitive category at the unit: that, and no count.
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
  const tally = sumFigures(rule, condition, rows, floors)
  if (rule.per === 'org' || rule.per === 'unit')
    addZeros(rule, cutOf(rule, condition), scopesOf(rule, floors), floors, known, tally.sums)
  return observationsOf(rule, condition, tally, floors)
}

export const scopesOf = (rule: AlertRule, { directory }: Pick<Floors, 'directory'>): readonly string[] =>
  rule.where.units.length === 0 ? [directory.root] : rule.where.units

export function sumFigures(
  rule: AlertRule,
  condition: CountCondition,
  rows: readonly PlacedRow[],
  floors: Floors,
  cut = cutOf(rule, condition),
): Tally {
  const { directory, today } = floors
  const tally: Tally = { sums: new Map(), parts: new Map() }
  const scopes = scopesOf(rule, floors)
  const within = (unitId: string, scope: string) => directory.tree.isWithinOn(unitId, scope, today)
  const narrowed = isNarrowed(rule, condition, cut)
  const picks = rule.where.groupKinds.length > 0
  for (const row of rows) {
    if (picks) {
      const kind = directory.group(row.groupId)?.kind
      // A kind cuts a unit's figure into groups: those that may not be shown alone are not in it.
      if (kind === undefined || !rule.where.groupKinds.includes(kind) || (!row.own && !rule.belowFloor))
        continue
    }
    const at = rule.belowFloor ? row.unitId : row.shownAt
    if (at === '') continue
    const category = row.category === '' ? undefined : directory.taxonomy.get(row.category)
    const wanted = wants(rule, condition, category)
    if (!wanted && condition.kind !== 'rate') continue
    const place = { at, scopes, within, category: cut.byCategory ? row.category : null }
    if (condition.kind === 'rate' && cut.byCategory) {
      // One category's share is of all messages: these are summed where no category is named.
      for (const { subject } of instancesOf(rule, row, { ...place, category: null }, floors))
        sumAt(tally.sums, rule.id, subject).basis += row.count
      if (!wanted) continue
    }
    // Vague categories are left out of their tier, and what is left of it would tell how many there were.
    const tells =
      category !== undefined && condition.counted !== 'messages' && (narrowed || hasVague(category))
    for (const { subject, settled } of instancesOf(rule, row, place, floors)) {
      const asItIs = rule.belowFloor || !tells || (settled && !picks)
      if (!asItIs && subject.category !== null && isSensitiveCategory(subject.category)) continue
      const sum = sumAt(tally.sums, rule.id, subject)
      sum.basis += row.count
      if (!wanted) continue
      if (asItIs) sum.value += row.count
      else linkPart(tally, sum, row, rows)
    }
  }
  return tally
}

/** Tiers with categories that stay out of rules. */
const hasVague = ({ tier }: Category) => tier === 'conduct'

interface Place {
  /** Unit at which the row begins to count. */
  readonly at: string
  readonly category: string | null
  readonly scopes: readonly string[]
  readonly within: (unitId: string, scope: string) => boolean
}
/** An instance that a row belongs to, and whether its category counts there as it is. */
interface Instance {
  readonly subject: AlertSubject
  readonly settled: boolean
}

function instancesOf(
  rule: AlertRule,
  row: PlacedRow,
  { at, category, scopes, within }: Place,
  { directory, today }: Pick<Floors, 'directory' | 'today'>,
): Instance[] {
  const inScopes = scopes.filter((scope) => within(at, scope))
  if (inScopes.length === 0) return []
  const settledIn = (scope: string) => row.settledAt !== '' && within(row.settledAt, scope)
  if (rule.per === 'org')
    return [{ subject: { ...NOTHING, unitId: directory.root, category }, settled: inScopes.some(settledIn) }]
  if (rule.per === 'category')
    return inScopes.map((unitId) => ({
      subject: { ...NOTHING, unitId, category },
      settled: settledIn(unitId),
    }))
  if (rule.per === 'group') {
    if (!row.own && !rule.belowFloor) return []
    const named = category === null || !isSensitiveCategory(category)
    const subject = { ...NOTHING, unitId: row.unitId, groupId: named ? row.groupId : null, category }
    return named || rule.belowFloor ? [{ subject, settled: false }] : []
  }
  const instances: Instance[] = []
  let settled = false
  for (let unitId: string | undefined = at; unitId !== undefined && unitId !== '';) {
    const here: string = unitId
    settled ||= here === row.settledAt
    if (scopes.some((scope) => within(here, scope)))
      instances.push({ subject: { ...NOTHING, unitId, category }, settled })
    unitId = directory.tree.parentOn(here, today) ?? undefined
  }
  return instances
}

function addZeros(
  rule: AlertRule,
  cut: Cut,
  scopes: readonly string[],
  { directory, today }: Floors,
  known: ReadonlySet<string>,
  sums: Map<string, Sum>,
): void {
  if (cut.byCategory) {
    for (const key of known) {
      const [ruleId, unitId = '', , category] = key.split('|')
      if (ruleId === rule.id && category) sumAt(sums, rule.id, { ...NOTHING, unitId, category })
    }
    return
  }
  const units =
    rule.per === 'org'
      ? [directory.root]
      : new Set(scopes.flatMap((scope) => [...directory.tree.subtreeOn(scope, today)]))
  for (const unitId of units) if (unitId !== '') sumAt(sums, rule.id, { ...NOTHING, unitId })
}

/** What the sums of one window say, floored. */
export function observationsOf(
  rule: AlertRule,
  condition: CountCondition,
  tally: Tally,
  floors: TellingFloors,
  cut = cutOf(rule, condition),
): Observation[] {
  const sharesOfCategories = condition.kind === 'rate' && cut.byCategory
  const sums = [...tally.sums.values()].filter(
    ({ subject }) => !sharesOfCategories || subject.category !== null,
  )
  return sums.map((sum): Observation => {
    const { subject } = sum
    const value = sum.value + toldOf(rule, condition, sum, { tally, floors, cut })
    // That there is something is all that is said below the floor.
    if (rule.belowFloor) return { subject, value: Math.min(1, value), basis: null, error: null }
    if (condition.kind !== 'rate') return { subject, value, basis: value, error: null }
    const all = { ...subject, category: null }
    const { basis } = (sharesOfCategories ? tally.sums.get(fingerprintOf(rule.id, all)) : sum) ?? { basis: 0 }
    return { subject, value: basis === 0 ? 0 : value / basis, basis, error: null }
  })
}

/** What groups that speak for themselves tell of what the rule counts. */
function toldOf(
  rule: AlertRule,
  condition: CountCondition,
  { subject, parts }: Sum,
  { tally, floors, cut }: { readonly tally: Tally; readonly floors: TellingFloors; readonly cut: Cut },
): number {
  const narrowed = isNarrowed(rule, condition, cut)
  let value = 0
  for (const key of parts) {
    const part = tally.parts.get(key)
    if (part === undefined) continue
    for (const { code, count } of toldBy(part, floors)) {
      const category = floors.directory.taxonomy.get(code)
      if (category === undefined || !wants(rule, condition, category)) continue
      if (subject.category === null ? narrowed || hasVague(category) : subject.category === code)
        value += count
    }
  }
  return value
}
