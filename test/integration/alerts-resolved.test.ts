import { afterAll, beforeAll, expect, it } from 'vitest'
import { resolvedAlerts } from '@guanlan/server/alerts/resolved'
import { startPostgres, type TestPostgres } from '../helpers/postgres.ts'

// A page of resolved alerts is cut after the rights, never before.
const T0 = Date.UTC(2026, 10, 23, 2)
const PAGE = 100
let db: TestPostgres
beforeAll(async () => {
  db = await startPostgres()
  // The newest 250 are of units that the caller may not see, or signs of distress there.
  for (let n = 0; n < 400; n += 1) {
    const unit = n < 150 ? 'south' : 'north'
    const quiet = n >= 150 && n < 250
    await add(`a-${n}`, { unit, quiet, minutesAgo: n })
  }
})
afterAll(() => db?.close())

async function add(
  id: string,
  of: { unit: string; quiet: boolean; minutesAgo: number; by?: string; reached?: string },
): Promise<void> {
  const state = {
    id,
    reached: of.reached === undefined ? [] : [{ accountId: of.reached, channel: 'in-app' }],
  }
  const fingerprint = of.by === undefined ? `r|${of.unit}||||` : `by-hand|${of.unit}|||||${of.by}|${T0}`
  await db.postgres.query(
    `INSERT INTO alert (id, fingerprint, status, level, origin, unit_id, quiet, opened_at, resolved_at, state)
     VALUES ($1, $2, 'resolved', 'yellow', $3, $4, $5, $6, $6, $7)`,
    [
      ...[id, fingerprint, of.by === undefined ? 'rule' : 'hand', of.unit, of.quiet],
      ...[new Date(T0 - of.minutesAgo * 60_000).toISOString(), JSON.stringify(state)],
    ],
  )
}
const pageOf = async (over: Partial<Parameters<typeof resolvedAlerts>[1]> = {}) =>
  (
    await resolvedAlerts(db.postgres, {
      ...{ before: T0 + 1, limit: PAGE, units: ['north'], careUnits: [], accountId: 'me', ...over },
    })
  ).map(({ state }) => state.id)

it('is full of what the caller may see, however much else was resolved since', async () => {
  expect(await pageOf()).toEqual(Array.from({ length: PAGE }, (_, n) => `a-${250 + n}`))
  const next = await pageOf({ before: T0 - 349 * 60_000 })
  expect(next).toEqual(Array.from({ length: 50 }, (_, n) => `a-${350 + n}`))
  expect(await pageOf({ units: [] })).toEqual([])
})

it('has signs of distress for duty officers of the unit, for whom they reached and for who raised them', async () => {
  expect((await pageOf({ careUnits: ['north'] }))[0]).toBe('a-150')
  expect(await pageOf({ careUnits: ['south'] })).not.toContain('a-150')
  await add('told', { unit: 'north', quiet: true, minutesAgo: 300, reached: 'me' })
  await add('raised', { unit: 'north', quiet: true, minutesAgo: 301, by: 'me' })
  await add('others', { unit: 'north', quiet: true, minutesAgo: 302, by: 'me-too', reached: 'me-too' })
  const page = await pageOf()
  expect(page).toEqual(expect.arrayContaining(['told', 'raised']))
  expect(page).not.toContain('others')
  // Who is not of the unit any more sees none of it.
  expect(await pageOf({ units: ['south'] })).not.toContain('raised')
})
