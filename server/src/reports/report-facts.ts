import { addDays } from '@guanlan/analytics/days'
import { readCorrections } from '@guanlan/analytics/queries/corrections'
import { createCounting, type Counted, type Counting } from '@guanlan/analytics/queries/counted'
import { readDelay } from '@guanlan/analytics/queries/delay'
import type { Read } from '@guanlan/analytics/queries/read'
import { readBasis, readHourCounts, readPeriodCounts } from '@guanlan/analytics/queries/report-counts'
import { readSourceHours, type SourceHours } from '@guanlan/analytics/queries/report-sources'
import {
  readHighestRisk,
  readReportCells,
  type InstantSpan,
  type ReportCell,
} from '@guanlan/analytics/queries/report-words'
import type { Question } from '@guanlan/analytics/queries/source'
import { createVisibilityBook } from '@guanlan/analytics/queries/visibility-book'
import type { HeldCounts, HourCount, ReportFacts } from '@guanlan/analytics/reporting/facts'
import { canonicalJson } from '@guanlan/analytics/canonical-json'
import { gapHours, silentSpans } from '@guanlan/analytics/reporting/gaps'
import { daysOf, shiftPeriod, yearBefore, type Period } from '@guanlan/analytics/reporting/period'
import type { UnitFacts } from '@guanlan/analytics/reporting/units'
import { DateTime } from 'luxon'
import { moodOver } from '../insight/mood.ts'
import { readerOf, type ReportDeps } from './report-deps.ts'
import {
  readActionSpan,
  readAnswers,
  readRegisterSpan,
  type RegisterRead,
  type WorkSpan,
} from './work-facts.ts'

const HISTORY_PERIODS = 8
const SOURCE_HISTORY_DAYS = 28
const HOUR = 3_600_000

export interface ReportAsk {
  readonly kind: 'week' | 'month' | 'day'
  readonly unitId: string
  readonly period: Period
  /** Released cells kept with an edition, when the store no longer has them. */
  readonly keptCells?: readonly ReportCell[]
}

/** One reading of a report: what its parts share. */
interface Reading {
  readonly deps: ReportDeps
  readonly ask: ReportAsk
  readonly read: Read
  readonly counting: Counting
}

const lastDay = (period: Period) => addDays(period.to, -1)

function spanOf({ time }: ReportDeps, period: Period): InstantSpan {
  return {
    ...{ from: period.from, to: lastDay(period) },
    ...{ fromMs: time.dayStart(period.from), toMs: time.dayStart(period.to) },
  }
}

export interface ReportReading {
  readonly facts: ReportFacts
  /** Every released cell that was read, as released: kept with the edition. */
  readonly cells: readonly ReportCell[]
}

const MOST_READINGS = 3

/**
 * Reads everything that a report of a period states, floors applied. Where an event of the period landed meanwhile it is
 * read again, so that the figures of one edition belong together.
 */
export async function readFacts(deps: ReportDeps, ask: ReportAsk): Promise<ReportReading> {
  let reading = await readOnce(deps, ask)
  for (let again = 1; again < MOST_READINGS; again++) {
    const next = await basisNow(deps, ask)
    if (canonicalJson(next) === canonicalJson(reading.facts.basis)) break
    reading = await readOnce(deps, ask)
  }
  return reading
}

async function basisNow(deps: ReportDeps, { unitId, period }: ReportAsk) {
  const read = readerOf(deps)
  const { directory, clock, time } = deps
  const book = createVisibilityBook({ read, now: () => clock.now(), isRecent: () => false })
  const counted = await createCounting(() => directory, book).atUnit(unitId, daysOf(period))
  return readBasis(read, counted, daysOf(period), time.dayStart(period.to))
}

async function readOnce(deps: ReportDeps, ask: ReportAsk): Promise<ReportReading> {
  const { postgres, directory, time, clock } = deps
  const { unitId, period, kind } = ask
  const read = readerOf(deps)
  const book = createVisibilityBook({ read, now: () => clock.now(), isRecent: () => false })
  const reading: Reading = { deps, ask, read, counting: createCounting(() => directory, book) }
  const span = spanOf(deps, period)
  const units = directory.tree.subtreeOn(unitId, span.to)
  const work: WorkSpan = span
  const counted = await reading.counting.atUnit(unitId, daysOf(period))
  // First of all: what lands after this is seen by the reading of the basis that follows.
  const basis = await readBasis(read, counted, daysOf(period), span.toMs)
  const sources = await readSources(reading, units, period)
  const current = await readHeld(reading, period, sources)
  const history: HeldCounts[] = []
  for (let back = HISTORY_PERIODS; back >= 2; back--)
    history.push(await readHeld(reading, shiftPeriod(period, back), []))
  const previous = await readHeld(reading, shiftPeriod(period, 1), sources)
  const lastYear = yearBefore(period)
  const register = await readRegisterSpan(postgres, directory.groupsOf(units, span.to), work)
  const { cells, ...words } = await readWords(reading, span)
  const facts: ReportFacts = {
    ...{ kind, unitId, period, timezone: time.timezone, current, previous },
    scope: unitId === directory.root ? 'org' : `unit:${unitId}`,
    at: new Date(clock.now()).toISOString(),
    yearAgo: await readHeld(reading, lastYear, await readSources(reading, units, lastYear)),
    history: [...history, previous],
    hours: kind === 'day' ? await readHours(reading, counted) : null,
    ...(await readDecisions(reading, counted)),
    ...words,
    answers: await readAnswers(postgres, directory.tree.ancestorsOn(unitId, span.to), span.toMs),
    risk: await readHighestRisk(read, unitId, [unitId, ...directory.tree.childrenOn(unitId, span.to)], span),
    alerts: await readAlerts(reading, units),
    register,
    units: await readUnits(reading, register),
    actions: await readActionSpan(postgres, units, work),
    silent: silentSpans(sources, { ...span, timezone: time.timezone }),
    basis,
    names: namesOf(reading, sources),
    dayOf: time.dayOf,
  }
  return { facts, cells }
}

/** A period may be compared with when all but a seventh of its days can be counted. */
async function readHeld(
  reading: Reading,
  period: Period,
  sources: readonly SourceHours[],
): Promise<HeldCounts> {
  const { deps, ask, read, counting } = reading
  const days = daysOf(period)
  const counted = await counting.atUnit(ask.unitId, days)
  const span = { from: period.from, to: lastDay(period) }
  const counts = await readPeriodCounts(read, counted, span, deps.categoryFloor)
  const missing = days.length - counted.shownDays.length
  const gaps = gapHours(sources, { ...spanOf(deps, period), timezone: deps.time.timezone })
  return { period, counts, gaps, held: missing <= Math.floor(days.length / 7) }
}

/** Of the period and the one before, with the weeks that tell what is usual. */
async function readSources(
  { deps, read }: Reading,
  units: readonly string[],
  period: Period,
): Promise<SourceHours[]> {
  const { time } = deps
  const first = addDays(shiftPeriod(period, 1).from, -SOURCE_HISTORY_DAYS)
  const sources = await readSourceHours(read, units, { from: first, to: lastDay(period) })
  const start = time.dayStart(first)
  return sources.map(({ source, hours }) => ({
    source,
    hours: new Map([...hours].filter(([at]) => at >= start)),
  }))
}

async function readHours({ deps, ask, read, counting }: Reading, counted: Counted) {
  const { time } = deps
  const before = shiftPeriod(ask.period, 1)
  const hoursOf = async (period: Period, rows: Counted): Promise<HourCount[]> => {
    const { from, to, fromMs, toMs } = spanOf(deps, period)
    const counts = await readHourCounts(read, rows, { from, to })
    const hours: HourCount[] = []
    for (let at = fromMs; at < toMs; at += HOUR) {
      const label = DateTime.fromMillis(at, { zone: time.timezone }).toFormat("yyyy-MM-dd'T'HH:00")
      hours.push({ at, label, counts: counts.get(at) ?? null })
    }
    return hours
  }
  return {
    now: await hoursOf(ask.period, counted),
    before: await hoursOf(before, await counting.atUnit(ask.unitId, daysOf(before))),
  }
}

const questionOf = ({ deps, read }: Reading, counted: Counted, period: Period): Question => {
  const { fromMs: from, toMs: to } = spanOf(deps, period)
  const window = { stepSeconds: 3600, steps: 1, now: { from, to }, before: { from, to }, byMinute: false }
  return { read, readPast: read, kind: 'unit', counted, window: { ...window, days: daysOf(period) } }
}

async function readDecisions(reading: Reading, counted: Counted) {
  const { deps, ask } = reading
  const question = questionOf(reading, counted, ask.period)
  const tierOf = (code: string) => deps.directory.taxonomy.get(code)?.tier
  return {
    delay: await readDelay(question, deps.decideWithinMs),
    corrections: await readCorrections(question, tierOf, deps.categoryFloor),
  }
}

async function readWords({ deps, ask, read }: Reading, span: InstantSpan) {
  const past = spanOf(deps, shiftPeriod(ask.period, 1))
  const calibration = deps.calibration()
  const of = async (kind: ReportCell['kind'], within: InstantSpan) =>
    ask.keptCells === undefined
      ? readReportCells(read, ask.unitId, kind, within)
      : ask.keptCells.filter(
          (cell) => cell.kind === kind && cell.to > within.fromMs && cell.to <= within.toMs,
        )
  // A day of mood is counted together before it is calibrated: it is known better than any of its cells.
  const calibrated = (cells: readonly ReportCell[]): readonly ReportCell[] => {
    if (calibration === undefined) return cells
    const told = cells.filter(({ sentiment }) => sentiment !== null)
    const dayOf = (cell: ReportCell) => deps.time.dayOf(cell.to - 1)
    return [...new Set(told.map(dayOf))].map((day) => {
      const list = told.filter((cell) => dayOf(cell) === day)
      const messages = list.reduce((sum, cell) => sum + cell.messages, 0)
      return { ...list.at(-1)!, from: list[0]!.from, messages, sentiment: moodOver(list, calibration) }
    })
  }
  const topicCells = { now: await of('topic', span), before: await of('topic', past) }
  const mood = { now: await of('sentiment', span), before: await of('sentiment', past) }
  return {
    ...{ topicCells, cells: [...topicCells.before, ...topicCells.now, ...mood.before, ...mood.now] },
    moodCells: { now: calibrated(mood.now), before: calibrated(mood.before) },
    calibratedAt: calibration === undefined ? null : new Date(calibration.at).toISOString(),
  }
}

async function readAlerts({ deps, ask }: Reading, units: readonly string[]) {
  const [now, before] = [spanOf(deps, ask.period), spanOf(deps, shiftPeriod(ask.period, 1))]
  const found = await deps.alertFigures(now.fromMs, now.toMs, units)
  const past = await deps.alertFigures(before.fromMs, before.toMs, units)
  return { now: found.total, before: past.total, byRule: found.byRule, byUnit: found.byUnit }
}

/** Children of the unit: response times after the floors of each, and the register. */
async function readUnits(reading: Reading, register: RegisterRead): Promise<UnitFacts[]> {
  const { deps, ask, counting } = reading
  const { directory } = deps
  const day = lastDay(ask.period)
  const minutes = (ms: number | null) => (ms === null ? null : Math.round((ms / 60_000) * 100) / 100)
  const facts: UnitFacts[] = []
  for (const unitId of directory.tree.childrenOn(ask.unitId, day)) {
    const counted = await counting.atUnit(unitId, daysOf(ask.period))
    const delay = await readDelay(questionOf(reading, counted, ask.period), deps.decideWithinMs)
    const [all] = delay.rows
    const groups = directory.groupsOf(directory.tree.subtreeOn(unitId, day), day)
    const findings = groups.map((id) => register.byGroup.get(id))
    facts.push({
      ...{ unitId, count: all?.count ?? 0, within: delay.withinTarget },
      ...{ medianMinutes: minutes(all?.medianMs ?? null), p90Minutes: minutes(all?.p90Ms ?? null) },
      findings: findings.reduce((sum, each) => sum + (each?.open ?? 0), 0),
      overdue: findings.reduce((sum, each) => sum + (each?.overdue ?? 0), 0),
    })
  }
  const nameOf = (id: string) => directory.unit(id)?.name ?? id
  return facts.sort((a, b) => (nameOf(a.unitId) < nameOf(b.unitId) ? -1 : 1))
}

function namesOf({ deps, ask }: Reading, sources: readonly SourceHours[]): ReportFacts['names'] {
  const { directory } = deps
  const day = lastDay(ask.period)
  const nameOf = (id: string) => directory.unit(id)?.name ?? id
  const units = directory.tree.subtreeOn(ask.unitId, day)
  return {
    organisation: nameOf(directory.root),
    units: Object.fromEntries(units.map((id) => [id, nameOf(id)])),
    categories: Object.fromEntries(
      directory.taxonomy.all.map(({ code, zh, en, tier }) => [code, { zh, en, tier }]),
    ),
    sources: Object.fromEntries(sources.map(({ source }) => [source, source])),
    topics: {},
    rules: { ...deps.ruleNames() },
  }
}
