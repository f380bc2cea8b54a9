import type { Snapshot } from '@guanlan/contract/live'
import { PANEL_NAMES } from '@guanlan/contract/panels'
import { describe, expect, it } from 'vitest'
import { panelState } from './panel-state.ts'

function snapshot(change: Partial<Snapshot>): Snapshot {
  return {
    panel: 'units',
    scope: 'org',
    range: 'day',
    version: 1,
    asOf: 1,
    status: 'ok',
    data: { rows: [], notShown: 0 },
    ...change,
  }
}

describe('panelState', () => {
  it('waits, then shows, then says why not', () => {
    expect(panelState(null, null)).toBe('loading')
    expect(panelState(null, 'unavailable')).toBe('unavailable')
    expect(panelState(null, 'forbidden')).toBe('forbidden')
    expect(panelState(null, 'unknown_scope')).toBe('unknown_scope')
    expect(panelState(snapshot({ status: 'too_few', data: null }), null)).toBe('too_few')
  })

  it('keeps the last figures when new ones cannot be read', () => {
    const row = {
      scope: 'unit:a',
      name: 'A',
      messages: 1,
      acted: 1,
      previousActed: null,
      tier: { illegal: 0, harmful: 0, conduct: 1 },
      spark: [],
    }
    const data = { rows: [row], notShown: 0 }
    expect(panelState(snapshot({ data }), null)).toBe('ready')
    expect(panelState(snapshot({ data, status: 'unavailable' }), null)).toBe('old')
    expect(panelState(snapshot({ status: 'unavailable', data: null }), null)).toBe('unavailable')
    expect(panelState(snapshot({ data }), 'forbidden')).toBe('forbidden')
  })

  it('has an answer for the emptiest data of every panel', () => {
    const empty = {
      pulse: {
        perSecond: [0],
        messagesToday: 0,
        actedToday: 0,
        messagesLastWeek: null,
        actedLastWeek: null,
        peopleToday: null,
        groupsToday: 0,
      },
      trend: { stepSeconds: 60, from: 0, points: [null], lastWeek: [null], messages: [null], corrected: [] },
      categories: { rows: [], notShown: 0, vagueShare: 0, care: null },
      decisions: { allowed: 0, warned: 0, restricted: 0, removed: 0, automated: 0, human: 0 },
      delay: {
        targetMs: 1,
        rows: [{ tier: 'all', count: 0, medianMs: null, p90Ms: null }],
        withinTarget: null,
      },
      units: { rows: [], notShown: 0 },
      corrections: { acted: 0, corrected: 0, overturned: 0, overturnRate: null, rows: [] },
      freshness: { lastAcceptedAt: null, backlog: 0, sources: [] },
      words: { state: 'ready', warmMinutes: 30, releasedAt: null, from: null, to: null, rows: [] },
      topics: { state: 'ready', warmMinutes: 30, warmOf: 30, releasedAt: null, rows: [] },
      sentiment: {
        state: 'ready',
        warmMinutes: 30,
        warmOf: 30,
        calibrated: false,
        from: 0,
        to: 1,
        points: [],
      },
      risk: { computedAt: null, self: null, rows: [], notShown: 0 },
      alerts: {
        rows: [],
        counts: { blue: 0, yellow: 0, orange: 0, red: 0 },
        waiting: 0,
        resolvedToday: 0,
      },
    } satisfies Record<string, NonNullable<Snapshot['data']>>
    for (const panel of PANEL_NAMES)
      expect(panelState(snapshot({ panel, data: empty[panel] }), null), panel).toBe('empty')
  })

  it('takes a warming-up word window for something to show', () => {
    const data = {
      state: 'warming_up' as const,
      warmMinutes: 3,
      releasedAt: null,
      from: null,
      to: null,
      rows: [],
    }
    expect(panelState(snapshot({ panel: 'words', data }), null)).toBe('ready')
  })
})
