import { composeEdition, hashesHold } from '@guanlan/analytics/reporting/edition'
import { canonicalJson } from '@guanlan/analytics/canonical-json'
import { parsePeriod, shiftPeriod } from '@guanlan/analytics/reporting/period'
import type { Edition, ReportBasisDay, ReportFigure } from '@guanlan/contract/report'
import type { Recomputation } from '@guanlan/contract/report-work'
import type { ReportDeps } from './report-deps.ts'
import { readFacts } from './report-facts.ts'
import { readKeptCells } from './report-store.ts'

/** Figures that rest on released cells: not compared once the cells kept with the edition were dropped too. */
const OF_CELLS: readonly string[] = ['cells@1', 'mood@1', 'answers@1']

type Cause = Recomputation['causes'][number]

/** First day of the oldest counts that a figure rests on: its period, or the first of those that say what is usual. */
const oldestOf = ({ parameters: { from, oldest } }: ReportFigure): string =>
  typeof oldest === 'string' && oldest !== '' ? parsePeriod(oldest).from : String(from ?? '')

/** What came after the edition was made, day by day. Exported for tests. */
export function causesOf(before: readonly ReportBasisDay[], after: readonly ReportBasisDay[]): Cause[] {
  return before.flatMap((then): Cause[] => {
    const now = after.find(({ day }) => day === then.day)
    if (now === undefined) return []
    const causes: Cause[] = []
    const add = (kind: Cause['kind'], count: number, lastAt: string | null = null) => {
      if (count !== 0) causes.push({ day: then.day, kind, count, lastAt })
    }
    add('visibility', now.groups - then.groups)
    add('late-events', now.events - then.events)
    const again = now.corrections === then.corrections && now.lastCorrectionAt !== then.lastCorrectionAt
    // A second correction of the same message leaves the count as it was: then the newest moment tells.
    add('late-corrections', again ? 1 : now.corrections - then.corrections, now.lastCorrectionAt)
    return causes
  })
}

/** Sources that retention has cut since: what a period beginning on `from` can no longer be read from. */
export function expiredSources(
  { retention, time, clock }: Pick<ReportDeps, 'retention' | 'time' | 'clock'>,
  from: string,
): Recomputation['expired'] {
  const today = time.dayOf(clock.now())
  const held = {
    raw: time.addDays(today, -retention.rawDays),
    rollups: time.addDays(today, -retention.hourDays),
    cells: time.addDays(today, -retention.wordCellDays),
  }
  return (['raw', 'rollups', 'cells'] as const)
    .filter((source) => from < held[source])
    .map((source) => ({ source, heldFrom: held[source] }))
}

/**
 * Reads a report again. Within retention: equal, or which late events and corrections changed what. Topics and mood are
 * computed from the cells kept with the edition once the store has forgotten them; counts of a year ago are not compared once
 * they are gone. Without rollups of the period or of the one before, and for a flash brief, which is about a moment, only the
 * hashes can be verified.
 */
export async function recompute(deps: ReportDeps, edition: Edition): Promise<Recomputation> {
  const base = {
    at: new Date(deps.clock.now()).toISOString(),
    hashesHold: hashesHold(edition),
    expired: expiredSources(deps, edition.period.from),
  }
  const gone = (source: string) => base.expired.some((each) => each.source === source)
  const unread = { ...base, result: 'expired' as const, compared: 0, differences: [], causes: [] }
  if (edition.kind === 'flash') return unread
  const period = parsePeriod(edition.period.key)
  // The period before is compared with as well.
  const past = expiredSources(deps, shiftPeriod(period, 1).from)
  if (past.some(({ source }) => source === 'rollups')) return { ...unread, expired: past }
  const unitId = edition.scope === 'org' ? deps.directory.root : edition.scope.slice('unit:'.length)
  const kept = past.some(({ source }) => source === 'cells')
    ? await readKeptCells(deps.postgres, edition.id)
    : undefined
  const { facts } = await readFacts(deps, {
    ...{ kind: edition.kind, unitId, period },
    ...(kept === undefined ? {} : { keptCells: kept ?? [] }),
  })
  const again = composeEdition(facts)
  const countsFrom = deps.time.addDays(deps.time.dayOf(deps.clock.now()), -deps.retention.hourDays)
  const comparable = (figureId: string) => {
    const figure = edition.figures[figureId] ?? again.figures[figureId]
    if (figure === undefined || (kept === null && OF_CELLS.includes(figure.queryId))) return false
    // Counts of a year ago, and of what is usual, go before those of the period itself.
    return figure.queryId !== 'counts@1' || oldestOf(figure) >= countsFrom
  }
  const ids = [...new Set([...Object.keys(edition.figures), ...Object.keys(again.figures)])]
    .filter(comparable)
    .sort()
  const differences = ids.flatMap((figureId) => {
    const before = edition.figures[figureId]?.value ?? null
    const after = again.figures[figureId]?.value ?? null
    return canonicalJson(before) === canonicalJson(after) ? [] : [{ figureId, before, after }]
  })
  const after = again.basis.map((day, i) =>
    gone('raw') ? { ...day, lastCorrectionAt: edition.basis[i]?.lastCorrectionAt ?? null } : day,
  )
  const result = differences.length === 0 ? 'equal' : 'changed'
  return { ...base, result, compared: ids.length, differences, causes: causesOf(edition.basis, after) }
}
