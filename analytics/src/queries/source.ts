import type { Counted } from './counted.ts'
import { sqlFile, withFragments, type Read } from './read.ts'
import { windowParams, type Window } from './window.ts'

const SOURCES = {
  unitMinutes: sqlFile(import.meta.url, 'source-unit-minutes.sql'),
  hiddenMinutes: sqlFile(import.meta.url, 'source-hidden-minutes.sql'),
  groupMinutes: sqlFile(import.meta.url, 'source-group-minutes.sql'),
  hours: sqlFile(import.meta.url, 'source-hours.sql'),
}

/** A scope's counting rows over a window, ready to be asked. */
export interface Question {
  readonly read: Read
  /** Reads spans of the past that are only compared with; may answer from memory for a while. */
  readonly readPast: Read
  readonly kind: 'unit' | 'group'
  readonly counted: Counted
  readonly window: Window
}

/** No row is as late as this: an empty span of its own leaves only the other one. */
const NEVER = 4_294_967_295

/**
 * Runs a question's SQL with `{{source}}` standing for the counted rows (columns at, tier, category, decision, events,
 * corrected): once for the span shown and once for the one it is compared with, which changes little.
 */
export async function ask<T>(sql: string, { read, readPast, kind, counted, window }: Question): Promise<T[]> {
  const conditions = { byGroup: counted.byGroup, byUnit: counted.byUnit, hidden: counted.hidden }
  const source = withFragments(sourceOf(kind, counted, window), conditions)
  const text = withFragments(sql, { source })
  const params = { ...windowParams(window), ...counted.params }
  const [now, before] = await Promise.all([
    read<T>(text, { ...params, beforeFrom: 0, beforeTo: 0 }),
    readPast<T>(text, { ...params, nowFrom: NEVER, nowTo: NEVER }),
  ])
  return [...now, ...before]
}

/**
 * The same of the groups which have to speak for themselves in the scope, by group (column group_id besides): what their
 * part of a figure is made of. Nothing is asked when there are none.
 */
export async function askAlone<T>(sql: string, question: Question): Promise<T[]> {
  const { counted } = question
  if (!counted.hasAlone) return []
  const byGroup = `${counted.byGroup} AND ${counted.alone}`
  return ask<T>(sql, { ...question, kind: 'group', counted: { ...counted, byGroup } })
}

function sourceOf(kind: 'unit' | 'group', counted: Counted, window: Window): string {
  if (!window.byMinute) return SOURCES.hours
  if (kind === 'group') return SOURCES.groupMinutes
  return counted.hidesAny
    ? `${SOURCES.unitMinutes}    UNION ALL\n${SOURCES.hiddenMinutes}`
    : SOURCES.unitMinutes
}
