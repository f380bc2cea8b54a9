import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ManualAlert, Silence } from '@guanlan/contract/alert'
import type { AlertRule as Rule, RuleKindName } from '@guanlan/contract/alert-rule'
import { AlertCondition, AlertRule, instancesOf } from '@guanlan/contract/alert-rule'
import { EscalationPolicy, Roster } from '@guanlan/contract/escalation'
import { fingerprintOf, groupKeyOf, topUnitOf } from './fingerprint.ts'
import { blastRadius } from './holds.ts'
import { faultsOf, judge, readingOf } from './registry.ts'
import { directory, MONDAY_10, observation, rule, subject } from './testing.ts'

interface Node {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly pattern?: string
  readonly format?: string
  readonly [key: string]: unknown
}

/** Paths of every string in a JSON schema that is not an enumeration or an id. */
const freeStrings = (node: unknown, path: string): string[] => {
  if (Array.isArray(node)) return node.flatMap((child) => freeStrings(child, path))
  if (typeof node !== 'object' || node === null) return []
  const schema = node as Node
  if (
    schema.type === 'string' &&
    !schema.enum &&
    schema.const === undefined &&
    !schema.pattern &&
    !schema.format
  )
    return [path]
  return Object.entries(schema).flatMap(([key, child]) =>
    freeStrings(
      child,
      key === 'properties' || key === 'anyOf' || key === 'oneOf' || key === 'items' ? path : `${path}.${key}`,
    ),
  )
}

const of = (schema: z.ZodType): string[] =>
  [...new Set(freeStrings(z.toJSONSchema(schema, { io: 'input' }), ''))].sort()

describe('what a rule can say', () => {
  it("has no place for a person, a stance, a word or a topic's name", () => {
    expect(of(AlertRule)).toEqual(['.name'])
    expect(of(AlertCondition)).toEqual([])
    expect(of(Silence)).toEqual(['.by', '.reason'])
    expect(of(ManualAlert)).toEqual(['.note'])
    // accounts in policies and rosters are whom to call, not what to look for
    expect(of(EscalationPolicy)).toEqual(['.lastResort', '.name', '.steps.targets.accountId'])
    expect(of(Roster)).toEqual(['.name', '.overrides.accountId', '.people'])
    const text = JSON.stringify(z.toJSONSchema(AlertRule, { io: 'input' }))
    for (const word of [
      'term',
      'word',
      'keyword',
      'sender',
      'person',
      'user',
      'stance',
      'text',
      'regex',
      'match',
      'contains',
    ]) {
      expect(text).not.toMatch(new RegExp(`"[^"]*${word}[^"]*":`, 'i'))
    }
  })

  it('refuses unknown fields, impossible instances and looks below the floor', () => {
    expect(AlertRule.safeParse(rule).success).toBe(true)
    const bad: object[] = [
      { ...rule, contains: '停水' },
      { ...rule, per: 'topic' },
      { ...rule, origin: 'operator', belowFloor: true },
      { ...rule, belowFloor: true, where: { ...rule.where, categories: [] } },
      { ...rule, where: { ...rule.where, categories: ['offtopic'] } },
      {
        ...rule,
        condition: { kind: 'sentiment-shift', leastMessages: 20, levels: [{ level: 'blue', from: 10 }] },
        per: 'unit',
      },
      {
        ...rule,
        condition: {
          kind: 'threshold',
          counted: 'category',
          windowMinutes: 60,
          levels: [
            { level: 'red', from: 5 },
            { level: 'blue', from: 9 },
          ],
        },
      },
    ]
    for (const one of bad) expect(AlertRule.safeParse(one).success).toBe(false)
    expect(AlertRule.safeParse({ ...rule, belowFloor: true }).success).toBe(true)
  })

  it('limits silences to a reason, a target and seven days', () => {
    const silence = {
      id: 's-1',
      by: 'comms',
      reason: 'drill',
      from: 0,
      until: 7 * 86_400_000,
      match: { unitId: 'north', groupId: null, category: null, ruleId: null },
    }
    expect(Silence.safeParse(silence).success).toBe(true)
    expect(Silence.safeParse({ ...silence, until: 7 * 86_400_000 + 1 }).success).toBe(false)
    expect(Silence.safeParse({ ...silence, reason: '  ' }).success).toBe(false)
    expect(
      Silence.safeParse({ ...silence, match: { unitId: null, groupId: null, category: null, ruleId: null } })
        .success,
    ).toBe(false)
  })

  it('is switched off with its reasons when it cannot run', () => {
    const world = {
      units: new Set(directory.units.keys()),
      categories: new Map([
        ['fraud', { weight: 4, tier: 'illegal' }],
        ['ads', { weight: 1, tier: 'conduct' }],
        ['self-harm.concern', { weight: 5, tier: 'care' }],
      ]),
      policies: new Set(['standard']),
    }
    expect(faultsOf(rule, world)).toEqual([])
    const broken: Rule = {
      ...rule,
      belowFloor: true,
      policyId: 'gone',
      where: { units: ['west'], groupKinds: [], categories: ['ads', 'nope', 'self-harm.concern'] },
    }
    expect(faultsOf(broken, world)).toEqual([
      'unknown_unit',
      'unknown_category',
      'unknown_policy',
      'below_floor_weight',
      'care_outside_distress',
    ])
  })
})

const levels = [
  { level: 'yellow', from: 5 },
  { level: 'red', from: 10 },
] as const
const CASES: readonly [Rule['condition'], number | null, number | null, string][] = [
  [{ kind: 'threshold', counted: 'acted', windowMinutes: 60, levels: [...levels] }, 4, null, 'ok'],
  [{ kind: 'threshold', counted: 'acted', windowMinutes: 60, levels: [...levels] }, 5, null, 'yellow'],
  [
    {
      kind: 'rate',
      counted: 'acted',
      windowMinutes: 60,
      leastMessages: 50,
      levels: [{ level: 'orange', from: 0.2 }],
    },
    0.5,
    20,
    'ok',
  ],
  [
    {
      kind: 'rate',
      counted: 'acted',
      windowMinutes: 60,
      leastMessages: 50,
      levels: [{ level: 'orange', from: 0.2 }],
    },
    0.5,
    60,
    'orange',
  ],
  [{ kind: 'surge', counted: 'category', leastCount: 3, levels: [...levels] }, 11, 3, 'red'],
  [{ kind: 'surge', counted: 'category', leastCount: 3, levels: [...levels] }, 11, 2, 'ok'],
  [{ kind: 'topic-risk', atLeast: 'orange' }, 2, null, 'ok'],
  [{ kind: 'topic-risk', atLeast: 'orange' }, 3, null, 'orange'],
  [{ kind: 'topic-risk', atLeast: 'orange' }, 4, null, 'red'],
  [{ kind: 'topic-risk', atLeast: 'blue' }, 0, null, 'ok'],
  [{ kind: 'sentiment-shift', leastMessages: 20, levels: [...levels] }, 6, 20, 'yellow'],
  [
    {
      kind: 'time-to-decision',
      tier: 'all',
      statistic: 'p90',
      windowMinutes: 60,
      leastCount: 5,
      levels: [...levels],
    },
    6,
    4,
    'ok',
  ],
  [
    {
      kind: 'time-to-decision',
      tier: 'all',
      statistic: 'p90',
      windowMinutes: 60,
      leastCount: 5,
      levels: [...levels],
    },
    6,
    5,
    'yellow',
  ],
  [{ kind: 'silent-source', levels: [...levels] }, 30, null, 'red'],
  [{ kind: 'register-finding', finding: 'not-filed', levels: [{ level: 'blue', from: 0 }] }, 0, null, 'blue'],
  [{ kind: 'register-finding', finding: 'not-filed', levels: [{ level: 'blue', from: 0 }] }, -1, null, 'ok'],
  [{ kind: 'distress', level: 'red' }, 1, null, 'red'],
  [{ kind: 'distress', level: 'red' }, 0, null, 'ok'],
  [{ kind: 'distress', level: 'red' }, null, null, 'no-data'],
]

describe('kinds of rules', () => {
  it.each(CASES)('%j with %s on %s: %s', (condition, value, basis, expected) => {
    const verdict = judge({ ...rule, condition }, { ...observation(value), basis })
    expect(verdict.state === 'holds' ? verdict.level : verdict.state).toBe(expected)
  })

  it('has a reading and an instance for every kind', () => {
    const kinds = new Set(CASES.map(([condition]) => condition.kind))
    expect(kinds.size).toBe(9)
    for (const [condition] of CASES) {
      expect(readingOf({ ...rule, condition }).figure).toBeTruthy()
      expect(instancesOf(condition.kind as RuleKindName).length).toBeGreaterThan(0)
    }
  })

  it('turns an unreadable figure into an error with a code', () => {
    expect(judge(rule, observation(null, {}, 'query_failed'))).toEqual({
      state: 'error',
      code: 'query_failed',
    })
  })
})

describe('identity and grouping', () => {
  it('tells instances apart and groups one cause', () => {
    const a = subject({ groupId: 'g-1' })
    const b = subject({ groupId: 'g-2', unitId: 'north' })
    expect(fingerprintOf('r', a)).not.toBe(fingerprintOf('r', b))
    expect(groupKeyOf(directory.units, 'r', a)).toBe(groupKeyOf(directory.units, 'q', b))
    expect(groupKeyOf(directory.units, 'r', a)).not.toBe(
      groupKeyOf(directory.units, 'r', { ...a, category: 'ads' }),
    )
    expect(topUnitOf(directory.units, 'north-a')).toBe('north')
    expect(topUnitOf(directory.units, 'city')).toBe('city')
  })

  it('counts what a silence would have muted, children of a category and unit included', () => {
    const silence = Silence.parse({
      id: 's',
      by: 'x',
      reason: 'test',
      from: MONDAY_10,
      until: MONDAY_10 + 1,
      match: { unitId: 'north', groupId: null, category: 'fraud', ruleId: null },
    })
    const past = (openedAt: number, over: object) => ({
      subject: subject(over),
      ruleId: 'r',
      level: 'orange' as const,
      openedAt,
    })
    const day = 86_400_000
    const alerts = [
      past(MONDAY_10 - day, {}),
      past(MONDAY_10 - 2 * day, { category: 'fraud.refund' }),
      past(MONDAY_10 - 8 * day, {}),
      past(MONDAY_10 - day, { unitId: 'south' }),
      past(MONDAY_10 - day, { category: 'fraudulent' }),
    ]
    expect(blastRadius(directory.units, silence, alerts, MONDAY_10)).toEqual({
      total: 2,
      byLevel: { blue: 0, yellow: 0, orange: 2, red: 0 },
    })
  })
})
