/** Random histories against invariants. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AlertRule } from '@guanlan/contract/alert-rule'
import type { Alert, Effect } from './alert-state.ts'
import type { Command } from './engine.ts'
import { command, evaluate } from './engine.ts'
import type { Observation } from './kinds/kind.ts'
import {
  contextAt,
  directory,
  isPage,
  MINUTE,
  MONDAY_10,
  observation,
  policy,
  rule,
  throughStorage,
} from './testing.ts'
import type { Context, World } from './world.ts'
import { EMPTY_WORLD } from './world.ts'

const GROUPS: readonly { unitId: string; groupId: string | null; category: string }[] = [
  { unitId: 'north', groupId: null, category: 'fraud' },
  { unitId: 'north-a', groupId: 'g-1', category: 'fraud' },
  { unitId: 'north', groupId: 'g-2', category: 'fraud' },
  { unitId: 'south', groupId: 'g-3', category: 'fraud' },
  { unitId: 'south', groupId: 'g-4', category: 'ads' },
]
const PEOPLE = ['duty-1', 'duty-2', 'lead-n', 'comms', 'chief']

type Op =
  | { readonly op: 'later'; readonly minutes: number }
  | { readonly op: 'value'; readonly at: number; readonly value: number | null }
  | {
      readonly op: 'act'
      readonly act: 'acknowledge' | 'start' | 'note' | 'resolve' | 'reopen' | 'assign'
      readonly which: number
      readonly by: number
      readonly signedIn: boolean
    }
  | { readonly op: 'raise'; readonly at: number }
  | { readonly op: 'silence'; readonly at: number; readonly minutes: number }
  | { readonly op: 'unsilence' }
  | { readonly op: 'staff'; readonly who: number; readonly active: boolean }
  | { readonly op: 'restart' }

const index = fc.nat(30)
const op: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constant('later' as const),
      minutes: fc.constantFrom(0, 1, 2, 5, 10, 16, 31, 65, 800, 1500),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constant('value' as const),
      at: fc.nat(GROUPS.length - 1),
      value: fc.constantFrom(0, 0, 6, 12, 25, null),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constant('act' as const),
      act: fc.constantFrom('acknowledge', 'start', 'note', 'resolve', 'resolve', 'reopen', 'assign'),
      which: index,
      by: fc.nat(PEOPLE.length - 1),
      signedIn: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('raise' as const), at: fc.nat(GROUPS.length - 1) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('silence' as const),
      at: fc.nat(GROUPS.length - 1),
      minutes: fc.constantFrom(30, 200, 3000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('unsilence' as const) }) },
  // chief, the last resort, always stays: somebody can always be reached
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant('staff' as const),
      who: fc.nat(PEOPLE.length - 2),
      active: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('restart' as const) }) },
)

interface State {
  world: World
  now: number
  values: (number | null)[]
  away: Set<string>
  silences: number
}

const timing = fc.record({
  pendingSeconds: fc.constantFrom(0, 60, 300),
  keepFiringSeconds: fc.constantFrom(0, 120, 600),
})

const contextOf = (state: State, of: AlertRule): Context => {
  const accounts = new Map(
    [...directory.accounts].map(([id, account]) => [id, { ...account, active: !state.away.has(id) }]),
  )
  return contextAt(state.now, {
    rules: new Map([[of.id, of]]),
    directory: { ...directory, accounts },
    floodCap: 4,
  })
}

const observe = (state: State): Observation[] =>
  GROUPS.map((subject, i) => observation(state.values[i] ?? null, subject))

const orderOf = (state: State, o: Op): Command | null => {
  if (o.op === 'raise')
    return {
      type: 'raise',
      by: 'lead-n',
      ...{ policyId: 'standard', quiet: false },
      manual: { ...(GROUPS[o.at] as (typeof GROUPS)[number]), level: 'orange', note: 'look' },
    }
  if (o.op === 'silence') {
    const { unitId, category } = GROUPS[o.at] as (typeof GROUPS)[number]
    const until = state.now + o.minutes * MINUTE
    return {
      type: 'silence',
      silence: {
        id: `s-${++state.silences}`,
        by: 'comms',
        reason: 'test run',
        from: state.now,
        until,
        match: { unitId, groupId: null, category, ruleId: null },
      },
    }
  }
  if (o.op === 'unsilence')
    return { type: 'unsilence', silenceId: [...state.world.silences.keys()][0] ?? 'none' }
  if (o.op !== 'act') return null
  const alert = [...state.world.alerts.values()][o.which % Math.max(1, state.world.alerts.size)]
  if (!alert) return null
  const by = PEOPLE[o.by] as string
  if (o.act === 'resolve')
    return { type: 'resolve', alertId: alert.id, by, signedIn: o.signedIn, outcome: 'handled' }
  if (o.act === 'assign') return { type: 'assign', alertId: alert.id, by, to: 'lead-n' }
  return { type: o.act, alertId: alert.id, by }
}

/** Applies one operation, then evaluates, as the server's loop does. */
const apply = (state: State, o: Op, of: AlertRule, restarts: boolean): Effect[] => {
  const effects: Effect[] = []
  if (o.op === 'later') state.now += o.minutes * MINUTE
  if (o.op === 'value') state.values[o.at] = o.value
  if (o.op === 'staff') state.away[o.active ? 'delete' : 'add'](PEOPLE[o.who] as string)
  if (o.op === 'restart' && restarts) state.world = throughStorage(state.world)
  const order = orderOf(state, o)
  const context = contextOf(state, of)
  if (order) {
    const done = command(state.world, order, context)
    state.world = done.world
    effects.push(...done.effects)
  }
  const done = evaluate(state.world, [{ rule: of, observations: observe(state) }], context)
  state.world = done.world
  return [...effects, ...done.effects]
}

const fresh = (): State => ({
  world: EMPTY_WORLD,
  now: MONDAY_10,
  values: GROUPS.map(() => 0),
  away: new Set(),
  silences: 0,
})

/** The log alone must never show a page of an alert that is over or taken. */
const checkLog = (log: readonly Effect[]): void => {
  const quiet = new Map<string, string>()
  const ids = new Set<string>()
  for (const effect of log) {
    if (effect.type === 'notify') {
      expect(ids.has(effect.id)).toBe(false)
      ids.add(effect.id)
    }
    if (isPage(effect)) expect(quiet.get(effect.alertId)).toBeUndefined()
    if (effect.type !== 'timeline') continue
    if (effect.code === 'acknowledged' || effect.code === 'started' || effect.code === 'resolved')
      quiet.set(effect.alertId, effect.code)
    if (effect.code === 'reopened' || effect.code === 'take_expired' || effect.code === 'level_raised')
      quiet.delete(effect.alertId)
  }
}

/** What holds an alert back may be held back itself, but the chain ends with something that pages, is worked on, or ends. */
const holderIsThere = (world: World, alert: Alert, now: number, seen: readonly string[] = []): boolean => {
  if (!alert.hold) return true
  if (alert.hold.kind === 'silence') return (world.silences.get(alert.hold.by)?.until ?? 0) > now
  const holder = world.alerts.get(alert.hold.by)
  if (!holder || holder.status === 'resolved' || seen.includes(holder.id)) return false
  return holderIsThere(world, holder, now, [...seen, alert.id])
}

/** Nothing is forgotten: every unresolved alert has a next moment in the future, or something that will end its silence. */
const checkWorld = (state: State): void => {
  for (const alert of state.world.alerts.values()) {
    if (alert.status === 'resolved') continue
    if (alert.status !== 'open') {
      expect(alert.taken?.until).toBeGreaterThan(state.now)
      continue
    }
    expect(holderIsThere(state.world, alert, state.now)).toBe(true)
    if (alert.hold) continue
    expect(alert.walk.dueAt).toBeGreaterThan(state.now)
    expect(alert.walk.dueAt).toBeLessThanOrEqual(state.now + policy.repeatMinutes * MINUTE)
    // the first step is due at once: whoever is not held has been paged
    expect(alert.reached.length).toBeGreaterThan(0)
  }
}

/** No page is lost: a condition that fires has an unresolved alert, unless a person ended it less than half a day ago. */
const checkFiring = (state: State): void => {
  for (const [fingerprint, instance] of state.world.instances) {
    if (instance.status !== 'firing') continue
    const alert = [...state.world.alerts.values()].find((a) => a.fingerprint === fingerprint)
    expect(alert).toBeDefined()
    if (alert?.resolved) {
      expect(alert.resolved.by).not.toBeNull()
      expect(state.now - alert.resolved.at).toBeLessThan(12 * 60 * MINUTE)
    }
  }
}

describe('random histories', () => {
  it('lose no page, page nobody after the end, forget no alert', () => {
    fc.assert(
      fc.property(fc.array(op, { maxLength: 50 }), timing, (ops, times) => {
        const of = { ...rule, ...times }
        const state = fresh()
        const log: Effect[] = []
        for (const o of ops) {
          log.push(...apply(state, o, of, true))
          checkWorld(state)
          checkFiring(state)
        }
        checkLog(log)
      }),
      { numRuns: 3000 },
    )
  })

  it('give the same pages with and without restarts, and whenever a transition is repeated', () => {
    fc.assert(
      fc.property(fc.array(op, { maxLength: 40 }), (ops) => {
        const calm = fresh()
        const shaky = fresh()
        for (const o of ops) {
          const effects = apply(calm, o, rule, false)
          // the transition was computed, then the process died before it was stored
          const lost: State = { ...shaky, values: [...shaky.values], away: new Set(shaky.away) }
          apply(lost, o, rule, true)
          shaky.world = throughStorage(shaky.world)
          expect(apply(shaky, o, rule, true)).toEqual(effects)
        }
        expect(throughStorage(shaky.world)).toEqual(throughStorage(calm.world))
      }),
      { numRuns: 400 },
    )
  })

  it('leave the old world as it was', () => {
    fc.assert(
      fc.property(fc.array(op, { maxLength: 25 }), (ops) => {
        const state = fresh()
        for (const o of ops) {
          const before = state.world
          const copy = structuredClone(before)
          apply(state, o, rule, false)
          expect(before).toEqual(copy)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('survive a clock that jumps an hour', () => {
    fc.assert(
      fc.property(
        fc.array(op, { maxLength: 30 }),
        fc.array(op, { maxLength: 10 }),
        fc.constantFrom(-60, 60),
        (before, after, jump) => {
          const state = fresh()
          const log = before.flatMap((o) => apply(state, o, rule, true))
          state.now += jump * MINUTE
          log.push(...after.flatMap((o) => apply(state, o, rule, true)))
          // wherever the clock went, a day later nothing is overdue
          log.push(...apply(state, { op: 'later', minutes: 1440 }, rule, true))
          checkWorld(state)
          checkLog(log)
        },
      ),
      { numRuns: 600 },
    )
  })
})
