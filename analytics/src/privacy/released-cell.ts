/**
 * What may be shown of what people say, and the only shape in which it leaves memory.
 *
 * A cell is decided once, for one scope, one key and one window [from, to); nothing releases it again, re-cuts it or
 * refines it. Windows of one (scope, kind, key) never overlap. Everything a reader, a score, a rule, a report or an
 * export learns about words, topics or mood is computed from cells. Counts are rounded down to a multiple of five.
 */

/** A share in [0, 1] with its interval; both ends are rounded outwards to a twentieth. */
export interface ShareInterval {
  low: number
  high: number
}

export interface SentimentShares {
  negative: ShareInterval
  positive: ShareInterval
}

/** Messages of one harm category inside a topic's cell; `category` is the index the caller gave to observe(). */
export interface HarmPart {
  category: number
  /** rounded down to a multiple of five */
  messages: number
}

export type CellKind = 'term' | 'topic' | 'sentiment'

export interface ReleasedCell {
  /** unit id; the root of the tree stands for the organisation */
  scope: string
  /** milliseconds since the epoch, on the window grid; the window is [from, to) */
  from: number
  to: number
  kind: CellKind
  /** the word, the topic's id, or '' for the sentiment of the whole scope */
  key: string
  /** different people, rounded down to a multiple of five; over a local midnight the larger of the two days */
  people: number
  /** messages, rounded down to a multiple of five */
  messages: number
  /** groups it was said in, lowered to 2, 5, 10, 20, 50, ... */
  groups: number
  /** topics only (else 0): units it was said in by at least two people, lowered to 1, 2, 5, 10, 20, 50, ... */
  units: number
  /** topics on 20 messages by 10 people, and scopes with two qualifying groups; else null */
  sentiment: SentimentShares | null
  /** topics only: categories that pass the floor and the complement guard */
  harm: HarmPart[]
  /** topics only: its words that pass the floor in this very window, strongest first */
  terms: string[]
}
