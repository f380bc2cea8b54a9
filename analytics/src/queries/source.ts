import type { Counted } from './counted.ts'
import { sqlFile, withFragments, type Read } from './read.ts'
import { windowParams, type Window } from './window.ts'

const SOURCES = {
  unitMinutes: sqlFile(import.meta.url, 'source-unit-minutes.sql'),
  groupMinutes: sqlFile(import.meta.url, 'source-group-minutes.sql'),
  hours: sqlFile(import.meta.url, 'source-hours.sql'),
}

/** A scope's counting rows over a window, ready to be asked. */
export interface Question {
  readonly read: Read
  readonly kind: 'unit' | 'group'
  readonly counted: Counted
  readonly window: Window
}

/** Runs a question's SQL with `{{source}}` standing for the counted rows (columns at, tier, category, decision, events, corrected). */
export function ask<T>(sql: string, { read, kind, counted, window }: Question): Promise<T[]> {
  const source = window.byMinute
    ? kind === 'unit'
      ? SOURCES.unitMinutes
      : SOURCES.groupMinutes
    : SOURCES.hours
  const conditions = { byGroup: counted.byGroup, byUnit: counted.byUnit, hidden: counted.hidden }
  const text = withFragments(sql, { source: withFragments(source, conditions), ...conditions })
  return read<T>(text, { ...windowParams(window), ...counted.params })
}
