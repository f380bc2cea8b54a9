import { atLeastZero, sqlFile } from './read.ts'
import { ask, type Question } from './source.ts'

const SQL = sqlFile(import.meta.url, 'pulse-totals.sql')

export interface PulseTotals {
  readonly messagesToday: number
  readonly actedToday: number
  /** The same stretch of the day a week ago; null when there was no data. */
  readonly messagesLastWeek: number | null
  readonly actedLastWeek: number | null
}

/** Messages and violations of today (question over todayWindow) beside the same stretch a week ago. */
export async function readPulseTotals(question: Question): Promise<PulseTotals> {
  const rows = await ask<{ is_now: number; messages: number; acted: number }>(SQL, question)
  const now = rows.find((row) => row.is_now === 1)
  const before = rows.find((row) => row.is_now === 0)
  return {
    messagesToday: atLeastZero(now?.messages),
    actedToday: atLeastZero(now?.acted),
    messagesLastWeek: before === undefined ? null : atLeastZero(before.messages),
    actedLastWeek: before === undefined ? null : atLeastZero(before.acted),
  }
}
