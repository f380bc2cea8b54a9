import type { PastReading } from '@guanlan/analytics/alerting/backtest'
import { fingerprintOf } from '@guanlan/analytics/alerting/fingerprint'
import { sqlFile } from '@guanlan/analytics/queries/read'
import type { AlertRule } from '@guanlan/contract/alert-rule'
import {
  addToPart,
  observationsOf,
  placeRows,
  sumAt,
  sumFigures,
  type CountCondition,
  type Floors,
  type Tally,
} from './count-figures.ts'
import type { CountRow } from './count-row.ts'
import { daysOf, HOUR, MINUTE, type ReaderDeps } from './readers/reader.ts'

/** What counted in one step of the past, by fingerprint. */
export interface StepFigures {
  readonly at: number
  readonly tally: Tally
}

export interface HistorySpan {
  readonly from: number
  readonly to: number
  /** A whole number of minutes that divides the hour. */
  readonly stepMs: number
  /** From here on (ms) without imports and late messages, which raise no alert; absent: with all of them. */
  readonly liveFrom?: number
  readonly isOver: () => boolean
}

const SQL_STEPS = sqlFile(import.meta.url, 'step-counts.sql')
const SQL_HOURS = sqlFile(import.meta.url, 'hour-steps.sql')
const DAY = 24 * HOUR
/** What is read at once. */
const CHUNK_MS = { steps: DAY, hours: 7 * DAY }

interface Row {
  at: number
  group_id: string
  category: string
  events?: number
  total?: number
}

type Deps = Pick<ReaderDeps, 'read' | 'book' | 'directory' | 'time' | 'categoryFloor'>

/** Floors of past days; the tree is today's, as it is for a rule that is evaluated now. */
async function floorsOf({ book, directory, time, categoryFloor }: Deps, from: number, to: number) {
  const days = daysOf(time, from, to)
  const floors: Floors = {
    ...{ directory, categoryFloor, dayOf: time.dayOf },
    visibility: await book.of(days),
    today: time.dayOf(to),
  }
  return floors
}

/**
 * Floored sums of a rule's instances, step by step, oldest first. The newest chunk is read first, so that what is missing
 * when the time is over is the oldest part. @throws when the store cannot be read
 */
export async function readCountHistory(
  deps: Deps,
  rule: AlertRule,
  condition: CountCondition,
  span: HistorySpan,
): Promise<StepFigures[]> {
  const hourly = span.stepMs >= HOUR
  const chunkMs = hourly ? CHUNK_MS.hours : CHUNK_MS.steps
  const chunks: StepFigures[][] = []
  for (let to = span.to; to > span.from && !span.isOver(); to -= chunkMs)
    chunks.unshift(
      await readChunk(deps, rule, condition, { ...span, from: Math.max(span.from, to - chunkMs), to }),
    )
  return chunks.flat()
}

async function readChunk(
  deps: Deps,
  rule: AlertRule,
  condition: CountCondition,
  { from, to, stepMs, liveFrom = to }: HistorySpan,
): Promise<StepFigures[]> {
  const [firstDay, lastDay] = [deps.time.dayOf(from), deps.time.dayOf(to)]
  // Shares and volumes need every row.
  const acted = condition.kind === 'rate' || condition.counted === 'messages' ? 0 : 1
  const span = {
    ...{ from: from / 1000, to: to / 1000, firstDay, lastDay, acted },
    liveFrom: liveFrom / 1000,
  }
  const [rows, floors] = await Promise.all([
    stepMs >= HOUR
      ? deps.read<Row>(SQL_HOURS, span)
      : deps.read<Row>(SQL_STEPS, { ...span, step: stepMs / 1000 }),
    floorsOf(deps, from, to),
  ])
  const steps = new Map<number, CountRow[]>()
  for (const { at, group_id: groupId, category, events, total } of rows) {
    const start = Number(at) * 1000
    const row = { at: start, groupId, category, count: Number(events ?? total) }
    const known = steps.get(start)
    if (known === undefined) steps.set(start, [row])
    else known.push(row)
  }
  const figures: StepFigures[] = []
  for (let at = Math.ceil(from / stepMs) * stepMs; at < to; at += stepMs) {
    const own = steps.get(at) ?? []
    figures.push({ at, tally: sumFigures(rule, condition, placeRows(own, floors), floors) })
  }
  return figures
}

/** Evaluation steps of the past, fine enough for the window and few enough for a month. */
export function stepOf(condition: CountCondition): number {
  const window = 'windowMinutes' in condition ? condition.windowMinutes : 60
  return window > 120 ? HOUR : window >= 60 ? 15 * MINUTE : 5 * MINUTE
}

/** What the rule would have read at the end of each step: its window rolled over the steps, then floored as a whole. */
export function* rollingReadings(
  rule: AlertRule,
  condition: CountCondition & { readonly windowMinutes: number },
  steps: readonly StepFigures[],
  { stepMs, ...floors }: { readonly stepMs: number } & Pick<Floors, 'directory' | 'categoryFloor'>,
): Generator<PastReading> {
  const width = Math.max(1, Math.round((condition.windowMinutes * MINUTE) / stepMs))
  const window: Tally = { sums: new Map(), parts: new Map() }
  const idle = new Map<string, number>()
  for (const [i, step] of steps.entries()) {
    addTally(window, step.tally, 1, rule.id)
    const gone = steps[i - width]
    if (gone !== undefined) addTally(window, gone.tally, -1, rule.id)
    const observations = observationsOf(rule, condition, window, floors)
    yield { at: step.at + stepMs, observations }
    // An instance is kept at zero until it has surely recovered.
    for (const { subject, value, basis } of observations) {
      const key = fingerprintOf(rule.id, subject)
      const steps = value === 0 ? (idle.get(key) ?? 0) + 1 : 0
      idle.set(key, steps)
      if (basis === 0 && (steps - 2) * stepMs > rule.keepFiringSeconds * 1000) {
        window.sums.delete(key)
        idle.delete(key)
      }
    }
  }
}

function addTally(window: Tally, { sums, parts }: Tally, sign: 1 | -1, ruleId: string): void {
  for (const [key, { counts }] of parts)
    for (const [code, count] of counts) addToPart(window.parts, key, code, sign * count)
  for (const { subject, value, basis, parts: own } of sums.values()) {
    const total = sumAt(window.sums, ruleId, subject)
    total.value += sign * value
    total.basis += sign * basis
    for (const key of own) total.parts.add(key)
  }
}
