import { composeEdition, contentHash } from '@guanlan/analytics/reporting/edition'
import { factsOf } from '@guanlan/analytics/reporting/testing'
import type { Edition } from '@guanlan/contract/report'
import { describe, expect, it } from 'vitest'
import { createLocalTime } from '../lib/local-day.ts'
import { causesOf, expiredSources, recompute } from './recompute.ts'
import type { ReportDeps } from './report-deps.ts'

const time = createLocalTime('Asia/Shanghai')
const retention = { rawDays: 180, hourDays: 1095, wordCellDays: 30 }
const at = (iso: string) => ({ retention, time, clock: { now: () => Date.parse(iso) } })

const content = composeEdition(factsOf())
const edition: Edition = {
  ...content,
  ...{ id: 'rep-000000000000000000', schema: 1, state: 'issued', number: { year: 2026, sequence: 1 } },
  ...{ createdAt: '2026-11-23T00:00:00.000Z', createdBy: 'a', approvedAt: null, approvedBy: null },
  ...{ issuedAt: null, issuedBy: null, supersedes: null, supersededBy: null, correctionNote: null },
  auditHead: null,
  contentHash: contentHash(content),
}

describe('after retention', () => {
  it('names each source that no longer reaches back, with the day from which it does', () => {
    expect(expiredSources(at('2026-11-24T08:00:00+08:00'), '2026-11-16')).toEqual([])
    expect(expiredSources(at('2027-01-04T08:00:00+08:00'), '2026-11-16')).toEqual([
      { source: 'cells', heldFrom: '2026-12-05' },
    ])
    const late = expiredSources(at('2030-01-01T08:00:00+08:00'), '2026-11-16')
    expect(late.map(({ source }) => source)).toEqual(['raw', 'rollups', 'cells'])
  })

  it('verifies the stored hashes, and sees one changed number and one changed word', async () => {
    // Nothing but time and retention may be asked for: there is nothing left to read.
    const deps = at('2030-01-01T08:00:00+08:00') as ReportDeps
    expect(await recompute(deps, edition)).toMatchObject({ result: 'expired', hashesHold: true, compared: 0 })
    const figure = edition.figures['violations.now']!
    const forged = { ...edition, figures: { ...edition.figures, 'violations.now': { ...figure, value: 1 } } }
    expect(await recompute(deps, forged)).toMatchObject({ hashesHold: false })
    const renamed = { ...edition, names: { ...edition.names, organisation: '别处' } }
    expect(await recompute(deps, renamed)).toMatchObject({ hashesHold: false })
  })
})

describe('what came since', () => {
  const day = { day: '2026-11-16', events: 10, corrections: 1, groups: 4, lastCorrectionAt: null }
  it('is named by day and kind', () => {
    expect(causesOf([day], [day])).toEqual([])
    const now = {
      ...day,
      events: 12,
      groups: 5,
      corrections: 2,
      lastCorrectionAt: '2026-11-25T00:00:00.000Z',
    }
    expect(causesOf([day], [now])).toEqual([
      { day: day.day, kind: 'visibility', count: 1, lastAt: null },
      { day: day.day, kind: 'late-events', count: 2, lastAt: null },
      { day: day.day, kind: 'late-corrections', count: 1, lastAt: '2026-11-25T00:00:00.000Z' },
    ])
  })

  it('sees a second correction of the same message, which leaves the count as it was', () => {
    const now = { ...day, lastCorrectionAt: '2026-11-25T00:00:00.000Z' }
    expect(causesOf([day], [now])).toMatchObject([{ kind: 'late-corrections', count: 1 }])
  })
})
