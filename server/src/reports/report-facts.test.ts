import { composeEdition, contentHash } from '@guanlan/analytics/reporting/edition'
import { parsePeriod } from '@guanlan/analytics/reporting/period'
import { createUnitTree } from '@guanlan/analytics/unit-tree'
import type { Edition } from '@guanlan/contract/report'
import { expect, it } from 'vitest'
import { createLocalTime } from '../lib/local-day.ts'
import { recompute } from './recompute.ts'
import type { ReportDeps } from './report-deps.ts'
import { readFacts } from './report-facts.ts'

const time = createLocalTime('Asia/Shanghai')
const hourDays = 400
const HOUR = 3_600
const GROUPS = ['g-1', 'g-2']
/** Week 47 of the year before: little was counted, since nothing came for a day of it. */
const YEAR_AGO = parsePeriod('2025-W47')
const SILENT = '2025-11-18'
const COUNT = { category: 'fraud', tier: 'illegal', decision: 'removed', decided_by: 'automated', alone: '' }

function daysOf(params: Record<string, unknown>): string[] {
  const days: string[] = []
  for (let day = String(params.firstDay); day <= String(params.lastDay); day = time.addDays(day, 1))
    days.push(day)
  return days
}

/** What the store answers, by what is asked; days that retention cut are not in it. */
function answerOf(sql: string, params: Record<string, unknown>, heldFrom: string): object[] {
  const held = (days: readonly string[]) => days.filter((day) => day >= heldFrom)
  if (sql.includes('FROM group_visibility'))
    return held(params.days as string[]).flatMap((day) =>
      GROUPS.map((id) => ({
        on_day: day,
        group_id: id,
        unit: 'city',
        shown_alone: 1,
        counts_at: 'city',
        wrote: 1,
      })),
    )
  if (sql.includes('FROM hour_source'))
    return held(daysOf(params))
      .filter((day) => day !== SILENT)
      .flatMap((day) =>
        Array.from({ length: 24 }, (_, hour) => ({
          ...{ source: 'gate', at: time.dayStart(day) / 1000 + hour * HOUR, messages: 20, serves: 1 },
        })),
      )
  if (sql.includes('sum(corrected) AS corrections') && sql.includes('decided_by'))
    return held(daysOf(params)).map((day) => {
      const few = day >= YEAR_AGO.from && day < YEAR_AGO.to
      return { ...COUNT, on_day: day, messages: few ? 2 : 20, corrections: 0 }
    })
  return []
}

function depsAt(iso: string): ReportDeps {
  const now = Date.parse(iso)
  const heldFrom = time.addDays(time.dayOf(now), -hourDays)
  const none = {
    raised: 0,
    acknowledged: 0,
    acknowledgeMs: null,
    answerMs: null,
    escalations: 0,
    falseAlarms: 0,
  }
  return {
    ...{ time, clock: { now: () => now }, categoryFloor: 3, decideWithinMs: 60_000 },
    retention: { rawDays: 180, hourDays, wordCellDays: 30 },
    clickhouse: { query: async (sql: string, params = {}) => answerOf(sql, params, heldFrom) },
    postgres: { query: async () => [] },
    directory: {
      root: 'city',
      tree: createUnitTree([{ unitId: 'city', parentId: null, fromDay: '2000-01-01', toDay: null }]),
      groupsOf: () => GROUPS,
      unit: (id: string) => ({ id, name: id }),
      taxonomy: { all: [], get: () => undefined },
    },
    calibration: () => undefined,
    ruleNames: () => ({}),
    alertFigures: async () => ({ total: { ...none, open: 0 }, byRule: [], byUnit: [] }),
  } as unknown as ReportDeps
}

async function editionOf(deps: ReportDeps): Promise<Edition> {
  const { facts } = await readFacts(deps, { kind: 'week', unitId: 'city', period: parsePeriod('2026-W47') })
  const content = composeEdition(facts)
  return { ...content, id: 'rep-1', contentHash: contentHash(content) } as unknown as Edition
}

it('claims no rise over a week of the year before in which data were missing', async () => {
  const edition = await editionOf(depsAt('2026-11-23T08:00:00+08:00'))
  const said = edition.sections.flatMap(({ sentences }) => sentences)
  expect(said.find(({ key }) => key === 'violations.year')?.params).toMatchObject({
    ...{ count: 140, previous: 14, verdict: 'gap' },
  })
})

it('is recomputed equal while only the year before is gone, and not at all without the week before', async () => {
  const edition = await editionOf(depsAt('2026-11-23T08:00:00+08:00'))
  const later = await recompute(depsAt('2027-02-01T08:00:00+08:00'), edition)
  expect(later).toMatchObject({ result: 'equal', hashesHold: true, differences: [] })
  expect(await recompute(depsAt('2027-12-20T08:00:00+08:00'), edition)).toMatchObject({
    ...{ result: 'expired', expired: [{ source: 'raw' }, { source: 'rollups' }, { source: 'cells' }] },
  })
})
