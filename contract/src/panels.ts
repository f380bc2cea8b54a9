import type { AlertOrigin, AlertStatus } from './alert.ts'
import type { AlertLevel } from './alert-rule.ts'
import type { RiskLevel, RiskPoints } from './risk.ts'
import type { SentimentPoint } from './sentiment.ts'
import type { Tier } from './taxonomy.ts'
import type { TopicRow } from './topic.ts'

/** Panels of the live screens. A panel is whole and small; one query a tick serves every screen that watches it. */
export const PANEL_NAMES = [
  'pulse',
  'trend',
  'categories',
  'decisions',
  'delay',
  'units',
  'corrections',
  'freshness',
  'words',
  'topics',
  'sentiment',
  'risk',
  'alerts',
] as const
export type PanelName = (typeof PANEL_NAMES)[number]

/** Counts of violations by tier at one point; `care` is apart because it is not a violation (null at group scope). */
export interface TierCounts {
  illegal: number
  harmful: number
  conduct: number
}

export interface Pulse {
  /** Messages a second over the last 60 whole seconds, oldest first; null at group scope, where live seconds are not shown. */
  perSecond: number[] | null
  /** Messages with `time` today (local day) that have landed in the store and pass the floor. */
  messagesToday: number
  /** Violations acted on today (warned, restricted or removed; tiers illegal, harmful, conduct). */
  actedToday: number
  /** Same stretch of the day a week ago; null when there was no data. */
  messagesLastWeek: number | null
  actedLastWeek: number | null
  /** Different active people today, rounded down to 5; null below 10. */
  peopleToday: number | null
  /** Groups with at least one message today. */
  groupsToday: number
}

export interface Trend {
  stepSeconds: number
  /** Start of the first point, ms since epoch. */
  from: number
  /** One entry a step, oldest first; null where no source was sending, which is not zero. */
  points: (TierCounts | null)[]
  /** Violations of all tiers at the same step one week earlier. */
  lastWeek: (number | null)[]
  messages: (number | null)[]
  /** Steps in which at least three decisions and a fifth of them were corrected after the fact: drawn hatched. */
  corrected: number[]
  /** What is usual here; absent or null where there is no detector (groups below their floor, the first minutes of a server). */
  surge?: TrendSurge | null
  /** Moments at which the upstream itself changed: nothing before one compares with what comes after. */
  marks?: TrendMark[]
}

/** The usual range of violations a step, and where they rose beyond what this series itself has shown. */
export interface TrendSurge {
  /** `learning`: fewer than 14 days of data, so no weekday season yet; `warming`: fewer than 3, no alert. */
  phase: 'warming' | 'learning' | 'ready'
  learned: { days: number; of: number }
  /** One entry a step as `points`; null where nothing is known of it. */
  usual: ({ lower: number; middle: number; upper: number } | null)[]
  /** Steps in which a rise began. */
  rises: number[]
}

export interface TrendMark {
  /** Step of the mark. */
  step: number
  /** ms since epoch. */
  at: number
  kind: 'acted-share' | 'automated-share' | 'overturns' | 'flipped' | 'category-mix'
  /** The share that moved, before and after; for the mix: total variation distance, 0 before. */
  before: number
  after: number
  /** For the mix: codes that moved most, with their share before and after. */
  categories: { code: string; before: number; after: number }[]
}

export interface CategoryCount {
  code: string
  tier: Tier
  count: number
  /** The same span before; null when there was no data. */
  previous: number | null
}
export interface Categories {
  rows: CategoryCount[]
  /** Acted-on events whose category may not be shown here (floors); never split further. */
  notShown: number
  /** Share of `offtopic` and `uncategorised` among acted-on events, 0..1: a warning about the upstream. */
  vagueShare: number
  /** Messages where someone may need help (tier care); null where the floor hides it. Not a violation. */
  care: number | null
}

export interface Decisions {
  allowed: number
  warned: number
  restricted: number
  removed: number
  automated: number
  human: number
}

export interface DelayRow {
  tier: Exclude<Tier, 'care'> | 'all'
  /** Acted-on events with a time to decision. */
  count: number
  medianMs: number | null
  p90Ms: number | null
}
/** From message to decision, for acted-on events. Percentiles are interpolated inside fixed log-spaced buckets. */
export interface Delay {
  targetMs: number
  rows: DelayRow[]
  /** Share decided within the target, 0..1; null without data. */
  withinTarget: number | null
}

export interface UnitRow {
  /** Scope key of the row: `unit:<id>` or `group:<id>`; `others` for the pool of those too small to be shown alone. */
  scope: string
  name: string
  messages: number
  acted: number
  previousActed: number | null
  /** Gravest tier with at least one event. */
  tier: TierCounts
  /** Violations in equal slices of the range, oldest first. */
  spark: number[]
}
/** Children of the scope, most violations first. A child below the floor is inside `others`, or nowhere. */
export interface Units {
  rows: UnitRow[]
  /** Children that exist but are not shown by the floors. */
  notShown: number
}

export interface Corrections {
  /** Acted-on events as first decided. */
  acted: number
  /** Events whose decision or category a human changed. */
  corrected: number
  /** Acted-on events that ended as allowed. */
  overturned: number
  /** overturned / acted; null when acted < 20, because a share of so few says nothing. */
  overturnRate: number | null
  rows: { code: string; acted: number; overturned: number }[]
}

export type SourceState = 'live' | 'quiet' | 'silent' | 'never'
export interface Freshness {
  /** Since when nothing came from any source of the scope, rounded down to a quarter of an hour, ms since epoch; null while one is live, or none ever sent. */
  lastAcceptedAt: number | null
  /** Accepted events not yet in the store, rounded down to 500. */
  backlog: number
  sources: {
    source: string
    state: SourceState
    /** Last request of a source that is quiet or silent, rounded down to a quarter of an hour; null while it is live. */
    lastSeenAt: number | null
    perMinute: number
    rejectedToday: number
    correctsUnknown: number
  }[]
}

export interface WordCell {
  word: string
  /** Different people, rounded down to a multiple of 5. */
  people: number
  messages: number
  /** The release before, where the word was released then too. */
  previousMessages: number | null
}
/** Words of the newest released window of this scope; nothing here is newer than its release. */
export interface Words {
  state: 'warming_up' | 'ready'
  warmMinutes: number
  releasedAt: number | null
  from: number | null
  to: number | null
  rows: WordCell[]
}

/** Where people's words come from: a process that just started knows little. */
export interface WarmUpState {
  state: 'warming_up' | 'ready'
  warmMinutes: number
  warmOf: number
}

/** Topics seen within 48 hours in the scope (organisation or unit), highest score first; history is there while warming up. */
export interface Topics extends WarmUpState {
  /** End of the newest released cell of a topic here, ms since epoch. */
  releasedAt: number | null
  rows: TopicRow[]
}

/** Mood over the range, in intervals; only where at least two groups of the unit qualify, never for one group. */
export interface Sentiment extends WarmUpState {
  /** A local calibration is in force; without it the shares lean as the shipped model leans. */
  calibrated: boolean
  from: number
  to: number
  points: SentimentPoint[]
}

export interface RiskRow {
  /** `unit:<id>` or `group:<id>`. */
  scope: string
  name: string
  score: number
  level: RiskLevel
  /** Whole points that sum to the score: what drives it. */
  points: RiskPoints
  /** Against an hour ago; null when there was no score. */
  change: number | null
  /** Highest score of each of the last 24 hours, oldest first; null where there was none. */
  spark: (number | null)[]
}
/** How urgently answers are owed: the scope itself, its units and its qualifying groups, highest score first. */
export interface Risk {
  /** When the scores were computed, ms since epoch; null before the first. */
  computedAt: number | null
  self: RiskRow | null
  rows: RiskRow[]
  /** Children that have no score because too few people are active there. */
  notShown: number
}

/** An alert as walls and desks see it: no group, no figure, no person. */
export interface AlertTickerRow {
  id: string
  level: AlertLevel
  status: AlertStatus
  origin: AlertOrigin
  /** Label of the rule; null when raised by hand or by a flood. */
  ruleName: string | null
  unitId: string
  unitName: string
  category: string | null
  openedAt: number
  /** The condition is over, an outcome is owed. */
  cleared: boolean
  /** Next step of the escalation, or end of the acknowledgement; null while held. */
  dueAt: number | null
  held: boolean
}
/** Alerts that nobody has ended yet, gravest first, oldest first within a level; signs of distress are never among them. */
export interface Alerts {
  rows: AlertTickerRow[]
  /** Those that no other alert stands for and no silence mutes, also beyond the rows. */
  counts: Record<AlertLevel, number>
  /** Among them those that nobody has taken. */
  waiting: number
  resolvedToday: number
}

export interface PanelData {
  pulse: Pulse
  trend: Trend
  categories: Categories
  decisions: Decisions
  delay: Delay
  units: Units
  corrections: Corrections
  freshness: Freshness
  words: Words
  topics: Topics
  sentiment: Sentiment
  risk: Risk
  alerts: Alerts
}
