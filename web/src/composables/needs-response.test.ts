import type { Alerts, Risk } from '@guanlan/contract/panels'
import { expect, it } from 'vitest'
import { needsResponse } from './needs-response.ts'

type AlertRow = Alerts['rows'][number]
const alert = (unitId: string, openedAt: number, over: Partial<AlertRow> = {}): AlertRow => ({
  ...{ id: `a-${unitId}-${openedAt}`, level: 'yellow', status: 'open', origin: 'rule', ruleName: null },
  ...{ unitId, unitName: unitId, category: null, openedAt, cleared: false, dueAt: null, held: false },
  ...over,
})
const alerts = (...rows: AlertRow[]): Alerts => ({
  ...{ rows, counts: { blue: 0, yellow: 0, orange: 0, red: 0 }, waiting: rows.length, resolvedToday: 0 },
})
const risk = (...rows: [string, Risk['rows'][number]['level']][]): Risk => ({
  ...{ computedAt: 0, self: null, notShown: 0 },
  rows: rows.map(([scope, level]) => ({
    ...{ scope, name: scope, score: 70, level, change: null, spark: [] },
    points: { surge: 0, growth: 0, persistence: 0, reach: 0, spread: 0, negative: 0 } as never,
  })),
})
const above = (scope: string) => (scope === 'unit:north-1' ? ['org', 'unit:north'] : ['org'])

it('is nothing while alerts are taken and levels are low', () => {
  expect(needsResponse(null, null, above)).toBeUndefined()
  const taken = alerts(alert('north-1', 5, { status: 'acknowledged' }))
  expect(needsResponse(taken, risk(['unit:north', 'yellow']), above)).toBeUndefined()
})

it('does not count what is silenced or what another alert stands for', () => {
  const covered = alerts(
    alert('north', 50),
    alert('north-1', 20, { held: true }),
    alert('south', 30, { held: true }),
  )
  expect(needsResponse(covered, null, above)).toEqual({ places: 1, level: 'yellow', oldestAt: 50 })
})

it('counts a place once, by its alert or by its score, and waits since its oldest alert', () => {
  const open = alerts(alert('north-1', 50), alert('north-1', 20), alert('south', 30, { level: 'blue' }))
  const scores = risk(['unit:north', 'orange'], ['unit:east', 'red'], ['unit:south', 'orange'])
  expect(needsResponse(open, scores, above)).toEqual({ places: 3, level: 'red', oldestAt: 20 })
  expect(needsResponse(null, risk(['unit:east', 'orange']), above)).toEqual({
    ...{ places: 1, level: 'orange', oldestAt: null },
  })
})

it('claims no more places than it can tell apart without the register', () => {
  const open = alerts(alert('north-1', 50))
  expect(needsResponse(open, risk(['unit:north', 'orange']), () => undefined)!.places).toBe(1)
})
