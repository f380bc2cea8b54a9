import type { Read } from '@guanlan/analytics/queries/read'
import { createVisibilityBook } from '@guanlan/analytics/queries/visibility-book'
import { expect, it } from 'vitest'
import { createAlertFigures } from './figures.ts'
import { depsOf, ruleOf, time } from './testing.ts'

const MINUTE = 60_000
const levels = [{ level: 'yellow' as const, from: 1 }]
const counting = ruleOf({ kind: 'threshold', counted: 'acted', windowMinutes: 60, levels })
const silence = ruleOf({ kind: 'silent-source', levels }, { per: 'source' })
const known = new Set(['r|east|g1|||'])

it('evaluates on while the store fails: what needs it keeps still, then says so; what does not goes on', async () => {
  let now = Date.parse('2026-11-21T10:00:00+08:00')
  let fails = false
  const read: Read = async <T>(sql: string) => {
    if (fails) throw new Error('connection refused')
    const shown = { on_day: time.dayOf(now), group_id: 'g1', unit: 'east', shown_alone: 1, counts_at: 'east' }
    return (sql.includes('group_visibility') ? [shown] : []) as T[]
  }
  const book = createVisibilityBook({ read, now: () => now, isRecent: () => true })
  const deps = depsOf(read, { book })
  const sources = () => [
    { source: 'gate', unitIds: ['east'], lastSeenAt: Date.parse('2026-11-21T09:57:00+08:00') },
  ]
  const figures = createAlertFigures({ ...deps, from: { ...deps.from, sources } })
  await deps.counts.refresh(now, false)
  deps.counts.observe({ groupId: 'g1', category: 'fraud', minute: now, acceptedAt: now })
  const observe = async (rule: typeof counting) => (await figures.begin(now)).observe(rule, known)

  expect(await observe(counting)).toMatchObject([{ value: 1, error: null }])
  fails = true
  now += 2 * MINUTE
  // A short failure passes unseen: the floors of a moment ago still hold.
  expect(await observe(counting)).toMatchObject([{ value: 1, error: null }])
  expect(await observe(silence)).toMatchObject([{ value: 5 }])
  now += 6 * MINUTE
  expect(await observe(counting)).toMatchObject([
    { subject: { unitId: 'east', groupId: 'g1' }, value: null, error: 'store_unreadable' },
  ])
  expect(await observe(silence)).toMatchObject([{ value: 11 }])
  fails = false
  expect(await observe(counting)).toMatchObject([{ value: 1, error: null }])
})

it('says nothing of counts after midnight, or a start, until it knows who may be shown', async () => {
  const now = Date.parse('2026-11-21T00:00:30+08:00')
  const read: Read = async () => []
  const book = { of: async () => Promise.reject(new Error('connection refused')) }
  const deps = depsOf(read, { book })
  await deps.counts.refresh(now, false)
  const round = await createAlertFigures(deps).begin(now)
  expect(await round.observe(counting, known)).toBeNull()
})
