import type { Trend } from '@guanlan/contract/panels'
import { atLeastZero, sqlFile } from './read.ts'
import type { Sending } from './sending.ts'
import { ask, type Question } from './source.ts'

const SQL = sqlFile(import.meta.url, 'trend.sql')

interface Row {
  is_now: number
  step: number
  messages: number
  illegal: number
  harmful: number
  conduct: number
  corrections: number
}

/** A step is drawn as corrected from this many corrected decisions on, and this share of what was acted on. */
const CORRECTED = { least: 3, share: 0.2 }

function notablyCorrected(corrections: number, violations: number): boolean {
  // Overturned decisions are no violations any more, so the corrected ones may outnumber what is left.
  return corrections >= CORRECTED.least && corrections >= CORRECTED.share * Math.max(violations, corrections)
}

/** Violations by tier, step by step, with the same steps a week earlier. Null where no source was sending. */
export async function readTrend(question: Question, sending: Sending): Promise<Trend> {
  const rows = await ask<Row>(SQL, question)
  const { window } = question
  const now = new Map(rows.filter((row) => row.is_now === 1).map((row) => [row.step, row]))
  const before = new Map(rows.filter((row) => row.is_now === 0).map((row) => [row.step, row]))
  const steps = Array.from({ length: window.steps }, (_, step) => step)
  const heard = (row: Row | undefined, was: boolean | undefined) => was === true || row !== undefined
  const tiers = (row: Row | undefined) => ({
    illegal: atLeastZero(row?.illegal),
    harmful: atLeastZero(row?.harmful),
    conduct: atLeastZero(row?.conduct),
  })
  const violations = (row: Row | undefined) => {
    const { illegal, harmful, conduct } = tiers(row)
    return illegal + harmful + conduct
  }
  return {
    stepSeconds: window.stepSeconds,
    from: window.now.from,
    points: steps.map((step) => (heard(now.get(step), sending.now[step]) ? tiers(now.get(step)) : null)),
    lastWeek: steps.map((step) =>
      heard(before.get(step), sending.before[step]) ? violations(before.get(step)) : null,
    ),
    messages: steps.map((step) =>
      heard(now.get(step), sending.now[step]) ? atLeastZero(now.get(step)?.messages) : null,
    ),
    corrected: steps.filter((step) =>
      notablyCorrected(now.get(step)?.corrections ?? 0, violations(now.get(step))),
    ),
  }
}
