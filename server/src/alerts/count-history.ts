import type { PastReading } from '@guanlan/analytics/alerting/backtest'
import { sqlFile } from '@guanlan/analytics/queries/read'
import type { AlertRule } from '@guanlan/contract/alert-rule'
import {
  observationsOf,
  placeRows,
  sumFigures,
  type CountCondition,
  type Floors,
  type Sum,
} from './count-figures.ts'
import type { CountRow } from './counts.ts'
import { daysOf, HOUR, MINUTE, type ReaderDeps } from './readers/reader.ts'

/** What counted in one step of the past, by fingerprint. */
export interface StepFigures {
  readonly at: number
  readonly sums: ReadonlyMap<string, Sum>
}

export interface HistorySpan {
  readonly from: number
  readonly to: number
  /** A whole number of minutes that divides the hour. */
  readonly stepMs: number
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
  { from, to, stepMs }: HistorySpan,
): Promise<StepFigures[]> {
  const [firstDay, lastDay] = [deps.time.dayOf(from), deps.time.dayOf(to)]
  // Shares and volumes need every row.
  const acted = condition.kind === 'rate' || condition.counted === 'messages' ? 0 : 1
  const span = { ...{ from: from / 1000, to: to / 1000, firstDay, lastDay, acted } }
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
    figures.push({ at, sums: sumFigures(rule, condition, placeRows(own, floors), floors) })
  }
  return figures
}

/** Evaluation steps of the past, fine enough for the window and few enough for a month. */
export function stepOf(condition: CountCondition): number {
  const window = 'windowMinutes' in condition ? condition.windowMinutes : 60
  return window > 120 ? HOUR : window >= 60 ? 15 * MINUTE : 5 * MINUTE
}

/** What the rule would have read at the end of each step: its window rolled over the steps. */
export function* rollingReadings(
  rule: AlertRule,
  condition: CountCondition & { readonly windowMinutes: number },
  steps: readonly StepFigures[],
  { stepMs, categoryFloor }: { readonly stepMs: number; readonly categoryFloor: number },
): Generator<PastReading> {
  const width = Math.max(1, Math.round((condition.windowMinutes * MINUTE) / stepMs))
  const totals = new Map<string, Sum & { idle: number }>()
  const add = (sums: ReadonlyMap<string, Sum>, sign: 1 | -1) => {
    for (const [key, { subject, value, basis }] of sums) {
      let total = totals.get(key)
      if (total === undefined) totals.set(key, (total = { subject, value: 0, basis: 0, idle: 0 }))
      total.value += sign * value
      total.basis += sign * basis
    }
  }
  for (const [i, step] of steps.entries()) {
    add(step.sums, 1)
    const gone = steps[i - width]
    if (gone !== undefined) add(gone.sums, -1)
    // An instance is kept at zero until it has surely recovered.
    for (const [key, total] of totals) {
      total.idle = total.value === 0 ? total.idle + 1 : 0
      const over = (total.idle - 2) * stepMs > rule.keepFiringSeconds * 1000
      if (over && total.basis === 0) totals.delete(key)
    }
    yield {
      at: step.at + stepMs,
      observations: observationsOf(rule, condition, totals.values(), { categoryFloor }),
    }
  }
}
