import { createUnitTree } from '@guanlan/analytics/unit-tree'
import type { Read } from '@guanlan/analytics/queries/read'
import type { VisibilityOfDay } from '@guanlan/analytics/queries/visibility-book'
import type { AlertCondition, AlertRule } from '@guanlan/contract/alert-rule'
import type { Tier } from '@guanlan/contract/taxonomy'
import { createLocalTime } from '../lib/local-day.ts'
import { createCounts } from './counts.ts'
import type { ReaderDeps } from './readers/reader.ts'

/** A small organisation for tests of readers: root > east(g1 public, g2 service, g3 public), west(g4 public). */

export const TIERS: Record<string, Tier> = {
  ...{ fraud: 'illegal', gambling: 'illegal', 'leak.privacy': 'illegal', 'minors.abuse': 'illegal' },
  ...{ vulgar: 'harmful', ads: 'conduct', offtopic: 'conduct', 'self-harm.concern': 'care' },
}
const GROUPS: Record<string, { unit: string; kind: string }> = {
  g1: { unit: 'east', kind: 'public' },
  g2: { unit: 'east', kind: 'service' },
  g3: { unit: 'east', kind: 'public' },
  g4: { unit: 'west', kind: 'public' },
}
const unit = (unitId: string, parentId: string | null) => ({
  ...{ unitId, parentId, fromDay: '2020-01-01', toDay: null },
})

export const directory = {
  tree: createUnitTree([unit('root', null), unit('east', 'root'), unit('west', 'root')]),
  root: 'root',
  group: (id: string) => GROUPS[id],
  unitOf: (id: string) => GROUPS[id]?.unit,
  unit: (id: string) => ({ id, name: id }),
  taxonomy: { get: (code: string) => (TIERS[code] === undefined ? undefined : { code, tier: TIERS[code] }) },
  units: () => [],
} as unknown as ReaderDeps['directory']

/** Every group is large enough to be shown alone. */
export const ALL_SHOWN: VisibilityOfDay = new Map(
  Object.entries(GROUPS).map(([id, { unit: unitId }]) => [
    id,
    { unitId, own: true, shownAt: unitId, active: true },
  ]),
)
export const time = createLocalTime('Asia/Shanghai')

export function ruleOf(condition: AlertCondition, more: Partial<AlertRule> = {}): AlertRule {
  return {
    ...{ id: 'r', version: 1, name: 'r', origin: 'operator', enabled: true, per: 'group', belowFloor: false },
    where: { units: [], groupKinds: [], categories: [] },
    ...{ condition, pendingSeconds: 0, keepFiringSeconds: 0, policyId: 'p' },
    ...{ onNoData: 'keep', onError: 'keep' },
    ...more,
  }
}

export function depsOf(read: Read, more: Partial<ReaderDeps> = {}): ReaderDeps {
  return {
    ...{ read, directory, time, categoryFloor: 3 },
    counts: createCounts(read, time.dayOf),
    book: { of: async (days) => new Map(days.map((day) => [day, ALL_SHOWN])) },
    postgres: { query: async () => [] },
    from: {
      sources: () => [],
      topics: () => null,
      moods: () => null,
      releasedSteps: async () => [],
      topicLevels: async () => [],
    },
    ...more,
  }
}
