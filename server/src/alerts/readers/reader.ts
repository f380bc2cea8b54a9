import type { PastReading } from '@guanlan/analytics/alerting/backtest'
import type { Observation } from '@guanlan/analytics/alerting/kinds/kind'
import type { Read } from '@guanlan/analytics/queries/read'
import type { VisibilityBook } from '@guanlan/analytics/queries/visibility-book'
import type { AlertRule, ConditionOf, RuleKindName } from '@guanlan/contract/alert-rule'
import type { LocalTime } from '../../lib/local-day.ts'
import type { Postgres } from '../../ports/postgres.ts'
import type { Directory } from '../../register/directory.ts'
import type { Floors, PlacedRow } from '../count-figures.ts'
import type { Counts } from '../counts.ts'

/** One source as alerting needs it. */
export interface SourceSeen {
  readonly source: string
  readonly unitIds: readonly string[]
  readonly lastSeenAt: number | null
}

/** A released topic with the risk level that stands for it in one unit: 0 none, 1 blue to 4 red. */
export interface TopicSeen {
  readonly topicId: string
  readonly unitId: string
  readonly rank: number
}

/** How much more is negative than usual, points 0..100, lower bound; of a topic or (null) of the organisation. */
export interface MoodSeen {
  readonly topicId: string | null
  readonly unitId: string
  readonly points: number
  readonly messages: number
}

/** Steps of a span, ms since epoch; `to` is the end of the last one. */
export interface Steps {
  readonly from: number
  readonly to: number
  readonly stepMs: number
}

/** What other services know: released and floored values only. */
export interface AlertSources {
  readonly sources: () => Promise<readonly SourceSeen[]> | readonly SourceSeen[]
  /** null while nothing can be said, e.g. while windows warm up. */
  readonly topics: (now: number) => readonly TopicSeen[] | null
  readonly moods: (now: number) => readonly MoodSeen[] | null
  /**
   * Released cells of a topic in a unit, or (topicId null) of the organisation's mood, by steps: messages, or the negative share
   * in percent, each at least. A cell is in the step in which its window ends; null: nothing was released in it.
   */
  readonly releasedSteps: (
    of: 'messages' | 'negative',
    subject: { readonly topicId: string | null; readonly unitId: string },
    steps: Steps,
  ) => Promise<(number | null)[]>
  /** Risk levels of topics as they were written: each stands until the next one of its topic and unit. Oldest first. */
  readonly topicLevels: (from: number) => Promise<readonly (TopicSeen & { readonly at: number })[]>
}

export interface ReaderDeps {
  readonly counts: Counts
  readonly book: VisibilityBook
  readonly read: Read
  readonly postgres: Pick<Postgres, 'query'>
  readonly directory: Directory
  readonly time: LocalTime
  readonly categoryFloor: number
  readonly from: AlertSources
}

/** What one evaluation reads once for all rules. */
export interface Round {
  readonly now: number
  readonly floors: Floors
  readonly sources: readonly SourceSeen[]
  /** Something was heard lately: silence is not zero. */
  readonly heard: boolean
  /** The store has not answered for minutes. */
  readonly broken: boolean
  /** Counted rows of a window with what the floors say of them; by unit: groups that stand alike in one row, without their id. */
  placed(windowMinutes: number, by?: 'group' | 'unit'): Promise<PlacedRow[]>
}

export interface ReplaySpan {
  readonly from: number
  readonly to: number
  /** Reading ends when this says so; what was read until then is replayed. */
  readonly isOver: () => boolean
}

export type RuleOf<K extends RuleKindName> = Omit<AlertRule, 'condition'> & {
  readonly condition: ConditionOf<K>
}

/**
 * What a kind of rule looks at: one file here, one in analytics/src/alerting/kinds, and a line in each registry.
 */
export interface RuleReader<K extends RuleKindName> {
  /** A floored figure for every instance; null: nothing can be said now, the rule is not evaluated. */
  observe(rule: RuleOf<K>, round: Round, known: ReadonlySet<string>): Promise<Observation[] | null>
  /** What the rule would have read in the past, oldest first; absent: nothing is kept that could tell. */
  replay?(rule: RuleOf<K>, span: ReplaySpan): Promise<Iterable<PastReading>>
}

export const MINUTE = 60_000
export const HOUR = 3_600_000

/** Local days that a span touches, oldest first. */
export function daysOf(time: LocalTime, from: number, to: number): string[] {
  const days: string[] = []
  for (let day = time.dayOf(from); day <= time.dayOf(to); day = time.addDays(day, 1)) days.push(day)
  return days
}

export const isInScopes = (
  scopes: readonly string[],
  unitId: string,
  { directory, today }: Pick<Floors, 'directory' | 'today'>,
): boolean => scopes.some((scope) => directory.tree.isWithinOn(unitId, scope, today))

/** An error of the rule for each instance that is active, so that its own policy decides. @param code never text from a message */
export function unreadable(
  rule: Pick<AlertRule, 'id' | 'per'>,
  root: string,
  known: ReadonlySet<string>,
  code: string,
): Observation[] {
  const keys = [...known].filter((key) => key.startsWith(`${rule.id}|`))
  const subjects = keys.map((key) => {
    const [, unitId = root, groupId, category, topicId, source] = key.split('|')
    return {
      unitId,
      ...{ groupId: groupId || null, category: category || null },
      ...{ topicId: topicId || null, source: source || null },
    }
  })
  const own = { unitId: root, groupId: null, category: null, topicId: null, source: null }
  const list = subjects.length === 0 && (rule.per === 'org' || rule.per === 'unit') ? [own] : subjects
  return list.map((subject) => ({ subject, value: null, basis: null, error: code }))
}
