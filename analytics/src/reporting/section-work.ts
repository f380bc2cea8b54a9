import type { ReportSection, ReportSentence, ReportTable } from '@guanlan/contract/report'
import type { AlertSpan } from './facts.ts'
import { judge, judgedParams } from './judge.ts'
import { column, gapsOf, labelColumn, row, say, sourceOf, type Writing } from './parts.ts'
import { assess, isSlow, type UnitFacts } from './units.ts'

const minutes = (ms: number | null) => (ms === null ? null : Math.round((ms / 60_000) * 10) / 10)

/** Alerts: raised, taken, answered, escalated, false, still open. */
export function alertsSection(writing: Writing): ReportSection {
  const { facts, book } = writing
  const { now, before, byRule, byUnit } = facts.alerts
  const source = sourceOf(writing, 'alerts@1')
  const raised = book.add('alerts.raised.now', now.raised, source)
  const open = book.add('alerts.open', now.open, source)
  const past = book.add(
    'alerts.raised.before',
    before.raised,
    sourceOf(writing, 'alerts@1', facts.previous.period),
  )
  const sentences: ReportSentence[] =
    now.raised === 0 && now.open === 0
      ? [say('alerts.none', {}, [raised, open])]
      : [
          say('alerts.raised', judgedParams(judge(now.raised, before.raised, gapsOf(facts))), [raised, past]),
          ...alertTimes(writing, now),
        ]
  if (now.open > 0) sentences.push(say('alerts.open', { count: now.open }, [open], 'attention'))
  const cells = (span: AlertSpan) => [
    ...[span.raised, span.acknowledged, minutes(span.acknowledgeMs), minutes(span.answerMs)],
    ...[span.escalations, span.falseAlarms, span.open],
  ]
  const columns = [
    column('raised', 'integer'),
    column('acknowledged', 'integer'),
    column('acknowledgeAfter', 'minutes'),
    column('answerAfter', 'minutes'),
    column('escalations', 'integer'),
    column('falseAlarms', 'integer'),
    column('open', 'integer'),
  ]
  const noteRow = (id: string, span: AlertSpan, more: Record<string, string>) =>
    book.add(`alerts.${id}.raised`, span.raised, source, more)
  const rules: ReportTable = {
    ...{ id: 'alerts', captionKey: 'table.alerts' },
    columns: [labelColumn('rule', 'rule'), ...columns],
    rows: byRule.map((each) =>
      row([each.key, ...cells(each)], [noteRow(each.key, each, { rule: each.key })]),
    ),
  }
  const units: ReportTable = {
    ...{ id: 'alertUnits', captionKey: 'table.alertUnits' },
    columns: [labelColumn('unit', 'unit'), ...columns],
    rows: byUnit.map((each) =>
      row([each.unitId, ...cells(each)], [noteRow(`unit.${each.unitId}`, each, { unit: each.unitId })]),
    ),
  }
  const tables = [rules, ...(byUnit.length > 1 ? [units] : [])].filter((table) => table.rows.length > 0)
  return { key: 'alerts', sentences, tables, charts: [], notes: [] }
}

function alertTimes(writing: Writing, now: AlertSpan): ReportSentence[] {
  const source = sourceOf(writing, 'alerts@1')
  const add = (id: string, value: number | null) => writing.book.add(`alerts.${id}`, value, source)
  const out: ReportSentence[] = []
  const [taken, answered] = [minutes(now.acknowledgeMs), minutes(now.answerMs)]
  const refs = [add('acknowledged', now.acknowledged), add('acknowledgeMinutes', taken)]
  if (taken !== null)
    out.push(say('alerts.acknowledge', { acknowledged: now.acknowledged, minutes: taken }, refs))
  else if (now.acknowledged > 0)
    out.push(say('alerts.few', { acknowledged: now.acknowledged }, refs.slice(0, 1)))
  const answer = add('answerMinutes', answered)
  if (answered !== null) out.push(say('alerts.answer', { minutes: answered }, [answer]))
  const escalated = add('escalations', now.escalations)
  if (now.escalations > 0) out.push(say('alerts.escalated', { count: now.escalations }, [escalated]))
  const wrong = add('falseAlarms', now.falseAlarms)
  if (now.falseAlarms > 0) out.push(say('alerts.false', { count: now.falseAlarms }, [wrong]))
  return out
}

/** What the register lacked, and what was mended. */
export function registerSection(writing: Writing): ReportSection {
  const { facts, book } = writing
  const { opened, closed, open, overdue, byCode } = facts.register
  const source = sourceOf(writing, 'register@1')
  const refs = Object.entries({ opened, closed, open, overdue }).map(([name, value]) =>
    book.add(`register.${name}`, value, source),
  )
  const any = opened + closed + open > 0
  const sentences = any
    ? [say('register.state', { opened, closed, open }, refs.slice(0, 3))]
    : [say('register.none', {}, refs.slice(0, 3))]
  if (overdue > 0) sentences.push(say('register.overdue', { count: overdue }, refs.slice(3), 'attention'))
  const table: ReportTable = {
    id: 'register',
    captionKey: 'table.register',
    columns: [
      labelColumn('finding', 'finding'),
      column('opened', 'integer'),
      column('closed', 'integer'),
      column('open', 'integer'),
      column('overdue', 'integer'),
    ],
    rows: byCode.map((each) =>
      row(
        [each.code, each.opened, each.closed, each.open, each.overdue],
        [book.add(`register.${each.code}.open`, each.open, source, { finding: each.code })],
      ),
    ),
  }
  return { key: 'register', sentences, tables: byCode.length === 0 ? [] : [table], charts: [], notes: [] }
}

/** Units to praise and units that need help: response times and register decide, nothing else is even read here. */
export function unitsSection(writing: Writing): ReportSection | null {
  const { facts } = writing
  if (facts.units.length === 0) return null
  const sentences = [
    ...facts.units.flatMap((unit) => helpSentences(writing, unit)),
    ...praiseSentence(
      writing,
      facts.units.filter((unit) => assess(unit) === 'praise'),
    ),
  ]
  const table: ReportTable = {
    id: 'units',
    captionKey: 'table.units',
    columns: [
      labelColumn('unit', 'unit'),
      column('acted', 'integer', 'messages'),
      column('median', 'minutes'),
      column('p90', 'minutes'),
      column('within', 'percent'),
      column('findings', 'integer'),
      column('overdue', 'integer'),
      labelColumn('measure', 'measure'),
    ],
    rows: facts.units.map((unit) =>
      row(
        [
          ...[unit.unitId, unit.count, unit.medianMinutes, unit.p90Minutes],
          ...[unit.count < 20 ? null : unit.within, unit.findings, unit.overdue, assess(unit)],
        ],
        noteUnit(writing, unit),
      ),
    ),
  }
  return {
    key: 'units',
    sentences: sentences.length === 0 ? [say('units.none', {})] : sentences,
    tables: [table],
    charts: [],
    notes: [say('units.basis', {})],
  }
}

function noteUnit(writing: Writing, unit: UnitFacts): string[] {
  const source = sourceOf(writing, 'units@1')
  const more = { unit: unit.unitId }
  const add = (name: string, value: number | null) =>
    writing.book.add(`unit.${unit.unitId}.${name}`, value, source, more)
  return [
    add('count', unit.count),
    add('within', unit.within === null ? null : Math.round(unit.within * 1000) / 1000),
    add('overdue', unit.overdue),
  ]
}

/** One sentence for all of them: where nearly everybody is in time, one a unit would bury those that need help. */
function praiseSentence(writing: Writing, praised: readonly UnitFacts[]): ReportSentence[] {
  if (praised.length === 0) return []
  const shares = praised.map(({ within }) => within ?? 0)
  return [
    say(
      'units.praise',
      {
        units: praised.map(({ unitId }) => unitId),
        count: praised.reduce((sum, { count }) => sum + count, 0),
        low: Math.min(...shares),
        high: Math.max(...shares),
      },
      praised.flatMap((unit) => noteUnit(writing, unit)),
    ),
  ]
}

function helpSentences(writing: Writing, unit: UnitFacts): ReportSentence[] {
  const refs = noteUnit(writing, unit)
  const share = unit.within ?? 0
  const out: ReportSentence[] = []
  if (isSlow(unit))
    out.push(
      say('units.slow', { unit: unit.unitId, count: unit.count, share }, refs.slice(0, 2), 'attention'),
    )
  if (unit.overdue > 0)
    out.push(say('units.overdue', { unit: unit.unitId, count: unit.overdue }, refs.slice(2), 'attention'))
  return out
}

/** What came of the instructions of earlier reports. */
export function actionsSection(writing: Writing): ReportSection {
  const { facts, book } = writing
  const { raised, closed, dropped, open, overdue, rows } = facts.actions
  const source = sourceOf(writing, 'actions@1')
  const refs = Object.entries({ raised, closed, dropped, open, overdue }).map(([name, value]) =>
    book.add(`actions.${name}`, value, source),
  )
  const sentences =
    raised + closed + dropped + open === 0
      ? [say('actions.none', {}, refs.slice(0, 4))]
      : [say('actions.state', { raised, closed, dropped, open }, refs.slice(0, 4))]
  if (overdue > 0) sentences.push(say('actions.overdue', { count: overdue }, refs.slice(4), 'attention'))
  const table: ReportTable = {
    id: 'actions',
    captionKey: 'table.actions',
    columns: [
      column('action', 'text'),
      labelColumn('unit', 'unit'),
      labelColumn('role', 'role'),
      column('dueOn', 'date'),
      labelColumn('state', 'actionState'),
      column('outcome', 'text'),
    ],
    rows: rows.map((each) => row([each.text, each.unitId, each.role, each.dueOn, each.state, each.outcome])),
  }
  return { key: 'actions', sentences, tables: rows.length === 0 ? [] : [table], charts: [], notes: [] }
}
