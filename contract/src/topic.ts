import { z } from 'zod'
import { RiskExplanation, RiskLevel, RiskPoint, TopicId } from './risk.ts'
import { ScopeKey } from './scope.ts'
import { SentimentShares } from './sentiment.ts'
import { CategoryCode } from './taxonomy.ts'

export const TopicStatus = z.enum(['rising', 'steady', 'falling', 'over'])
export type TopicStatus = z.infer<typeof TopicStatus>

/** `none`: no answer yet; `answered`; `reopened`: it rose again after the answer. */
export const AnswerState = z.enum(['none', 'answered', 'reopened'])
export type AnswerState = z.infer<typeof AnswerState>

/** Share of a harm category inside a topic; organisation only. Shares of rounded counts, 0..1. */
export const TopicHarm = z.strictObject({ code: CategoryCode, messages: z.int(), share: z.number() })
export type TopicHarm = z.infer<typeof TopicHarm>

/** A topic as lists show it. Every figure is of released cells; counts are rounded down to a multiple of five. */
export const TopicRow = z.strictObject({
  id: TopicId,
  /** Its words, strongest first; each passed its floor in the newest released window. */
  words: z.array(z.string()),
  status: TopicStatus,
  /** Of the newest released cell, whose window is [from, to). */
  from: z.number(),
  to: z.number(),
  people: z.int(),
  messages: z.int(),
  /** Lowered to 1, 2, 5, 10, 20, 50, … Units: organisation only, else 0. */
  groups: z.int(),
  units: z.int(),
  peoplePerHour: z.number(),
  /** People an hour against the two hours before; null while there is nothing before. */
  rise: z.number().nullable(),
  /** Risk score and level; null until the first score. */
  score: z.int().nullable(),
  level: RiskLevel,
  /** Organisation only; null where the floor hides it. */
  sentiment: SentimentShares.nullable(),
  harm: z.array(TopicHarm),
  /** People an hour in 24 slices of 30 minutes up to now, oldest first, from released cells; null where none was released. */
  spark: z.array(z.number().nullable()),
  firstSeen: z.number(),
  answer: AnswerState,
})
export type TopicRow = z.infer<typeof TopicRow>

/** One released cell of a topic. */
export const TopicCell = z.strictObject({
  from: z.number(),
  to: z.number(),
  people: z.int(),
  messages: z.int(),
  groups: z.int(),
  units: z.int(),
  words: z.array(z.string()),
  sentiment: SentimentShares.nullable(),
  harm: z.array(TopicHarm),
})
export type TopicCell = z.infer<typeof TopicCell>

/** Text for the public that somebody wrote as the answer; contact data is masked before it is stored. */
export const ANSWER_NOTE_LENGTH = 500

export const TopicAnswer = z.strictObject({
  at: z.iso.datetime(),
  by: z.string(),
  scope: ScopeKey,
  note: z.string(),
})
export type TopicAnswer = z.infer<typeof TopicAnswer>

export const TopicAnswerRequest = z.strictObject({
  /** The organisation or the unit for which it is answered, with everything below. */
  scope: ScopeKey,
  note: z.string().max(ANSWER_NOTE_LENGTH).default(''),
})
export type TopicAnswerRequest = z.infer<typeof TopicAnswerRequest>

/** Where else the topic was released: one drill-down dimension, so counts only. */
export const TopicUnit = z.strictObject({
  scope: ScopeKey,
  name: z.string(),
  to: z.number(),
  people: z.int(),
  messages: z.int(),
})
export type TopicUnit = z.infer<typeof TopicUnit>

export const TopicDetail = z.strictObject({
  scope: ScopeKey,
  topic: TopicRow,
  /** Released cells, oldest first. */
  cells: z.array(TopicCell),
  scores: z.array(RiskPoint),
  explanation: RiskExplanation.nullable(),
  units: z.array(TopicUnit),
  answers: z.array(TopicAnswer),
  /** Ids of topics that were shown as well: what it split from, or was merged into. */
  splitFrom: TopicId.nullable(),
  mergedInto: TopicId.nullable(),
})
export type TopicDetail = z.infer<typeof TopicDetail>

/** For a bump or stream chart: one entry a topic that ever was among the first ten, one value a step, null where none was released. */
export const TopicTimeline = z.strictObject({
  scope: ScopeKey,
  stepSeconds: z.int(),
  /** Start of the first step, ms since epoch. */
  from: z.number(),
  topics: z.array(
    z.strictObject({
      id: TopicId,
      words: z.array(z.string()),
      level: RiskLevel,
      ranks: z.array(z.int().nullable()),
      peoplePerHour: z.array(z.number().nullable()),
    }),
  ),
})
export type TopicTimeline = z.infer<typeof TopicTimeline>
