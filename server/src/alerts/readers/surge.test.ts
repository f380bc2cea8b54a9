import type { Read } from '@guanlan/analytics/queries/read'
import type { AlertRule } from '@guanlan/contract/alert-rule'
import { describe, expect, it } from 'vitest'
import { depsOf, ruleOf } from '../testing.ts'
import { HOUR, MINUTE, type Round } from './reader.ts'
import { surgeReader } from './surge.ts'

const NOW = Date.parse('2026-11-21T10:05:00+08:00')
const condition = {
  ...{ kind: 'surge' as const, leastCount: 3 },
  levels: [{ level: 'yellow' as const, from: 2 }],
}
const rule = (id: string, more: Partial<AlertRule> = {}, counted: 'acted' | 'category' = 'acted') =>
  ruleOf({ ...condition, counted }, { id, per: 'unit', ...more }) as Parameters<
    ReturnType<typeof surgeReader>['observe']
  >[0]

/** A store with `events` in every hour of the span asked for; counts what is asked of it, and how much at once. */
function storeOf(events: Record<string, Record<string, number>>) {
  const seen = { reads: 0, open: 0, most: 0, fails: false }
  const read: Read = async <T>(sql: string, params: Record<string, unknown>) => {
    if (sql.includes('is_now')) {
      const { nowFrom, nowTo, step } = params as { nowFrom: number; nowTo: number; step: number }
      const steps = Math.round((nowTo - nowFrom) / step)
      return Array.from({ length: steps }, (_, i) => ({ is_now: 1, step: i })) as T[]
    }
    seen.reads += 1
    seen.most = Math.max(seen.most, ++seen.open)
    await new Promise((resolve) => setImmediate(resolve))
    seen.open -= 1
    if (seen.fails) throw new Error('connection refused')
    const { from, to } = params as { from: number; to: number }
    const rows: object[] = []
    for (let at = from; at < to; at += 3600)
      for (const [group_id, codes] of Object.entries(events))
        for (const [category, total] of Object.entries(codes)) rows.push({ at, group_id, category, total })
    return rows as T[]
  }
  return { seen, read }
}
const round = (now: number) => ({ now }) as Round
/** Until a rule that is read aside has an answer. */
async function settled(observe: () => Promise<unknown>): Promise<unknown> {
  for (;;) {
    const answer = await observe()
    if (answer !== null) return answer
    await new Promise((resolve) => setImmediate(resolve))
  }
}

describe('surge detectors of many rules', () => {
  it('are read once each, one after another, and kept while their rules are evaluated', async () => {
    const { seen, read } = storeOf({})
    const reader = surgeReader(depsOf(read))
    const rules = Array.from({ length: 60 }, (_, i) => rule(`r-${i}`))
    for (const each of rules) await reader.observe(each, round(NOW), new Set())
    for (const each of rules) await settled(() => reader.observe(each, round(NOW), new Set()))
    const { reads } = seen
    expect(reads).toBe(60 * 6)
    // Chunks of one rule at a time.
    expect(seen.most).toBe(1)
    for (let i = 1; i <= 3; i++)
      for (const each of rules) await reader.observe(each, round(NOW + i * 15_000), new Set())
    expect(seen.reads).toBe(reads)
  })

  it('wait a while before a store that fails is asked again, and go on from where they were', async () => {
    const { seen, read } = storeOf({ g1: { fraud: 4 }, g2: { fraud: 2 } })
    const reader = surgeReader(depsOf(read))
    const observe = (now: number) => reader.observe(rule('r'), round(now), new Set())
    await settled(() => observe(NOW))
    // The weeks are read once more ten minutes later.
    await settled(() => observe(NOW + 11 * MINUTE))
    seen.fails = true
    await expect(observe(NOW + HOUR)).rejects.toThrow()
    const { reads } = seen
    await expect(observe(NOW + HOUR + 15_000)).rejects.toThrow()
    expect(seen.reads).toBe(reads)
    seen.fails = false
    expect(await observe(NOW + HOUR + 3 * MINUTE)).not.toBeNull()
    // The new hour whole, and what of it may raise an alert.
    expect(seen.reads).toBe(reads + 2)
  })
})

describe('surge of one group', () => {
  it('sees of its categories what the group tells: a count of one or two moves nothing', async () => {
    const ofGroups = async (events: Record<string, Record<string, number>>) => {
      const reader = surgeReader(depsOf(storeOf(events).read))
      return settled(() => reader.observe(rule('r', { per: 'group' }, 'category'), round(NOW), new Set()))
    }
    expect(await ofGroups({ g1: { fraud: 2, ads: 1, 'leak.privacy': 5 } })).toEqual([])
    expect(await ofGroups({ g1: { fraud: 2, ads: 4 } })).toMatchObject([
      { subject: { category: 'ads' }, basis: 4 },
    ])
  })
})
