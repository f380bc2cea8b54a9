/** What the harsh world (topics-harsh.ts) and its controls (topics-harsh-controls.ts) share. */
import type { Random } from './topics-material.ts'
import type { Truth } from './topics-world.ts'

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour

/** Controls looked at while choosing thresholds, and those that were not. */
export const tuningControls = [
  'handover',
  'lunch',
  'quote',
  'forward',
  'holiday',
  'chain',
  'drift',
  'wave',
] as const
export const keptControls = [
  'weather',
  'joke',
  'bot',
  'new-groups',
  'clock-change',
  'gap',
  'monthly',
  'theme-weeks',
  'triple',
] as const
/** Controls of topics-harsh-more.ts, written when the thresholds stood. */
export type MoreKind =
  'copied-notice' | 'robots' | 'red-packet' | 'homework' | 'click-for-me' | 'term-start' | 'backlog'
/** Controls of topics-harsh-further.ts, written when those stood too. */
export type FurtherKind =
  'birthday' | 'forecast' | 'poll' | 'two-bots' | 'article' | 'quiz' | 'stickers' | 'renamed'
export type ControlKind = (typeof tuningControls)[number] | (typeof keptControls)[number]

export interface HarshOptions {
  seed: number
  messagesPerDay: number
  learnDays: number
  countDays: number
  /** scenes: lines in file order by anybody anywhere; rooms: twelve conversations at a time; shuffled: no order at all */
  style: 'scenes' | 'rooms' | 'shuffled'
  controls: readonly ControlKind[]
  /** those of topics-harsh-more.ts too */
  more?: boolean
  /** those of topics-harsh-further.ts too */
  further?: boolean
  /** ms, midnight of the first day in Asia/Shanghai */
  origin: number
}

export interface Harsh {
  options: HarshOptions
  random: Random
  pick<T>(list: readonly T[]): T
  between(low: number, high: number): number
  text(): string
  member(group: number): string
  say(t: number, sender: string, group: number | string, text: string): void
  /** a title no word of which was planted before, and its words */
  fresh(least: number): { title: string; terms: string[] }
  /** how often the word is said in a sample of the background; words with digits count as everyday words */
  everyday(word: string): number
  rate(t: number): number
  poisson(mean: number): number
  truth: Truth
  countsFrom: number
  end: number
  groups: number
}
