import type { Tier } from './taxonomy.ts'

/** Panels of the live screens. A panel is whole and small; one query a tick serves every screen that watches it. */
export const PANEL_NAMES = ['pulse', 'trend', 'categories', 'decisions', 'delay', 'units', 'corrections', 'freshness', 'words'] as const
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
  /** Steps in which decisions were corrected after the fact: drawn hatched. */
  corrected: number[]
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
  /** Newest acceptance by any source of the scope, ms since epoch. */
  lastAcceptedAt: number | null
  /** Accepted events not yet in the store. */
  backlog: number
  sources: { source: string; state: SourceState; lastSeenAt: number | null; perMinute: number; rejectedToday: number; correctsUnknown: number }[]
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
}
