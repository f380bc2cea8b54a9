import { describe, expect, it } from 'vitest'
import type { AlertRule } from '@guanlan/contract/alert-rule'
import type { Alert, Effect, Notify, TimelineEntry } from './alert-state.ts'
import type { Command } from './engine.ts'
import { command, evaluate, retryUnreached, tick } from './engine.ts'
import type { Observation } from './kinds/kind.ts'
import { contextAt, directory, MINUTE, MONDAY_10, observation, policy, rule } from './testing.ts'
import type { Context, World } from './world.ts'
import { EMPTY_WORLD } from './world.ts'

const HOUR = 60 * MINUTE

/** Drives the engine and keeps every effect. */
const stage = (over: Partial<Context> = {}) => {
  let world: World = EMPTY_WORLD
  let now = MONDAY_10
  let options = over
  const log: Effect[] = []
  const take = <T extends { world: World; effects: readonly Effect[] }>(result: T): T => {
    world = result.world
    log.push(...result.effects)
    return result
  }
  return {
    log,
    options: (next: Partial<Context>) => (options = { ...options, ...next }),
    later: (minutes: number) => (now += minutes * MINUTE),
    see: (observations: readonly Observation[], of: AlertRule = rule) =>
      take(
        evaluate(
          world,
          [{ rule: of, observations }],
          contextAt(now, { rules: new Map([[of.id, of]]), ...options }),
        ),
      ),
    idle: (options: Partial<Context>) => take(evaluate(world, [], contextAt(now, options))),
    tick: () => take(tick(world, contextAt(now, options))),
    retry: () => take(retryUnreached(world, contextAt(now, options))),
    do: (order: Command) => take(command(world, order, contextAt(now, options))).refused,
    alerts: (): Alert[] => [...world.alerts.values()],
    only: (): Alert => [...world.alerts.values()][0] as Alert,
    world: () => world,
    pages: (): Notify[] => log.filter((e): e is Notify => e.type === 'notify' && e.kind === 'page'),
    told: (code: TimelineEntry['code']): TimelineEntry[] =>
      log.filter((e): e is TimelineEntry => e.type === 'timeline' && e.code === code),
  }
}

const to = (pages: readonly Notify[]): string[] =>
  pages.map(({ destination }) => `${destination.accountId}/${destination.channel}`)

describe('escalation', () => {
  it('walks from the roster to the unit lead to the top, then repeats until somebody takes it', () => {
    const s = stage()
    s.see([observation(12, { groupId: 'g-1' })])
    expect(to(s.pages())).toEqual(['duty-2/in-app', 'duty-2/email'])
    s.later(9)
    s.tick()
    expect(s.pages()).toHaveLength(2)
    s.later(1)
    s.tick()
    // north-a has no lead of its own: the walk goes up to north
    expect(to(s.pages().slice(2))).toEqual(['lead-n/in-app', 'lead-n/email'])
    s.later(15)
    s.tick()
    expect(to(s.pages().slice(4))).toEqual(['comms/in-app', 'comms/email'])
    for (let i = 0; i < 4; i++) {
      s.later(30)
      s.tick()
    }
    expect(s.pages()).toHaveLength(14)
    expect(s.do({ type: 'acknowledge', alertId: s.only().id, by: 'comms' })).toBeNull()
    s.later(29)
    s.tick()
    expect(s.pages()).toHaveLength(14)
  })

  it('skips a step that is not for the level, at once, and says so', () => {
    const s = stage()
    s.see([observation(6, { groupId: 'g-1' })])
    s.later(10)
    s.tick()
    expect(s.told('step_skipped')).toHaveLength(1)
    expect(to(s.pages().slice(2))).toEqual(['comms/in-app', 'comms/email'])
  })

  it('uses the night channels at night', () => {
    const s = stage()
    s.later(12 * 60)
    s.see([observation(6)])
    expect(to(s.pages())).toEqual(['duty-2/in-app', 'duty-2/wecom'])
  })

  it('ends with the last resort when a step reaches nobody, and says who was not notified and why', () => {
    const accounts = new Map(directory.accounts).set('duty-2', { active: true, verified: [] })
    const s = stage({ directory: { ...directory, accounts } })
    s.see([observation(6)])
    expect(to(s.pages())).toEqual(['chief/in-app', 'chief/email', 'chief/wecom'])
    expect(s.told('not_notified')[0]?.data).toMatchObject({
      accountId: 'duty-2',
      because: 'no_verified_channel',
    })
    expect(s.told('nobody_reached')).toHaveLength(1)
  })

  it('tries again as soon as somebody can be reached', () => {
    const nobody = new Map(
      [...directory.accounts].map(([id]) => [id, { active: false, verified: [] as string[] }]),
    )
    const s = stage({ directory: { ...directory, accounts: nobody } })
    s.see([observation(6)])
    expect(s.pages()).toEqual([])
    s.options({ directory })
    s.retry()
    expect(s.pages().length).toBeGreaterThan(0)
  })

  it('escalates when an acknowledgement runs out: 30 minutes, 10 for red', () => {
    for (const [value, minutes] of [
      [12, 30],
      [25, 10],
    ] as const) {
      const s = stage()
      s.see([observation(value)])
      s.do({ type: 'acknowledge', alertId: s.only().id, by: 'duty-2' })
      const before = s.pages().length
      s.later(minutes - 1)
      s.tick()
      expect(s.only().status).toBe('acknowledged')
      s.later(1)
      s.tick()
      expect(s.only().status).toBe('open')
      expect(to(s.pages().slice(before))).toEqual(['lead-n/in-app', 'lead-n/email'])
    }
  })

  it('sends an alert whose acknowledgement ran out on at once, however long the next step would have waited', () => {
    const slow = { ...policy, steps: policy.steps.map((step, i) => ({ ...step, afterMinutes: i * 120 })) }
    const s = stage({ policies: new Map([[slow.id, slow]]) })
    s.see([observation(12)])
    s.do({ type: 'acknowledge', alertId: s.only().id, by: 'duty-2' })
    s.later(30)
    s.tick()
    expect(to(s.pages().slice(2))).toEqual(['lead-n/in-app', 'lead-n/email'])
  })

  it('runs one step after an outage of an hour, and the next ones in their rhythm', () => {
    const s = stage()
    s.see([observation(12)])
    s.later(60)
    s.tick()
    expect(to(s.pages().slice(2))).toEqual(['lead-n/in-app', 'lead-n/email'])
    s.later(14)
    s.tick()
    expect(s.pages()).toHaveLength(4)
    s.later(1)
    s.tick()
    expect(to(s.pages().slice(4))).toEqual(['comms/in-app', 'comms/email'])
  })

  it('lets a note or a hand-over renew the lease', () => {
    const s = stage()
    s.see([observation(12)])
    const alertId = s.only().id
    expect(s.do({ type: 'assign', alertId, by: 'duty-2', to: 'lead-n' })).toBe('not_taken')
    s.do({ type: 'acknowledge', alertId, by: 'duty-2' })
    s.later(25)
    s.do({ type: 'note', alertId, by: 'duty-2' })
    s.later(25)
    s.do({ type: 'assign', alertId, by: 'duty-2', to: 'lead-n' })
    s.later(25)
    s.tick()
    expect(s.only()).toMatchObject({ status: 'acknowledged', assignee: 'lead-n', taken: { by: 'lead-n' } })
  })
})

describe('lifecycle', () => {
  it('ends a mild alert by itself, and leaves a grave one to people', () => {
    const s = stage()
    s.see([observation(6, { groupId: 'g-1' }), observation(12, { groupId: 'g-2', category: 'ads' })])
    s.later(1)
    s.see([observation(0, { groupId: 'g-1' }), observation(0, { groupId: 'g-2', category: 'ads' })])
    expect(s.alerts().map(({ status, resolved }) => [status, resolved?.outcome])).toEqual([
      ['resolved', 'recovered'],
      ['open', undefined],
    ])
    expect(s.told('condition_cleared')).toHaveLength(1)
  })

  it('needs two accounts for the end of red, one of them signed in', () => {
    const s = stage()
    s.see([observation(25)])
    const end = (by: string, signedIn: boolean) =>
      s.do({ type: 'resolve', alertId: s.only().id, by, signedIn, outcome: 'handled' })
    expect(end('duty-2', false)).toBeNull()
    expect(s.only().status).toBe('open')
    expect(end('duty-2', true)).toBe('second_account_needed')
    expect(end('comms', false)).toBe('sign_in_needed')
    expect(end('comms', true)).toBeNull()
    expect(s.only()).toMatchObject({ status: 'resolved', resolved: { by: 'comms', outcome: 'handled' } })
    expect(end('comms', true)).toBe('resolved')
  })

  it('tells those who were paged that it is over, and nobody twice', () => {
    const s = stage()
    s.see([observation(12)])
    s.do({ type: 'resolve', alertId: s.only().id, by: 'duty-2', signedIn: true, outcome: 'false-alarm' })
    const news = s.log.filter((e): e is Notify => e.type === 'notify' && e.kind === 'resolved')
    expect(to(news)).toEqual(['duty-2/in-app', 'duty-2/email'])
    expect(s.log.some((e) => e.type === 'withdraw')).toBe(true)
  })

  it('reopens the same alert when it fires again, and a new one after a day', () => {
    const s = stage()
    s.see([observation(6)])
    s.see([observation(0)])
    s.later(60)
    s.see([observation(6)])
    expect(s.alerts()).toHaveLength(1)
    expect(s.only()).toMatchObject({ status: 'open', episode: 1 })
    s.see([observation(0)])
    s.later(25 * 60)
    s.see([observation(6)])
    expect(s.alerts()).toHaveLength(1)
    expect(s.only().episode).toBe(0)
  })

  it('asks everybody again when a taken alert becomes graver', () => {
    const s = stage()
    s.see([observation(6)])
    s.do({ type: 'start', alertId: s.only().id, by: 'duty-2' })
    const before = s.pages().length
    s.later(5)
    s.see([observation(30)])
    expect(s.only()).toMatchObject({ status: 'open', level: 'red', taken: null })
    expect(to(s.pages().slice(before))).toEqual(['duty-2/in-app', 'duty-2/email'])
  })

  it('asks again about a condition that goes on for half a day after its alert was ended', () => {
    const s = stage()
    s.see([observation(6)])
    s.do({ type: 'resolve', alertId: s.only().id, by: 'duty-2', signedIn: true, outcome: 'handled' })
    s.later(11 * 60)
    s.see([observation(6)])
    expect(s.only().status).toBe('resolved')
    s.later(60)
    s.see([observation(6)])
    expect(s.only()).toMatchObject({ status: 'open', episode: 1 })
  })

  it('lets the alerts of a rule that was switched off recover', () => {
    const s = stage()
    s.see([observation(6)])
    s.idle({ rules: new Map([[rule.id, { ...rule, enabled: false }]]) })
    expect(s.only().resolved?.outcome).toBe('recovered')
    expect(s.world().instances.size).toBe(0)
  })
})

describe('holds', () => {
  const unitRule: AlertRule = { ...rule, id: 'unit-fraud', per: 'unit' }
  const rules = new Map([rule, unitRule].map((r) => [r.id, r]))

  it("lets a unit's alert cover the same category of its groups, until it ends", () => {
    const s = stage({ rules })
    s.see([observation(12, { unitId: 'north' })], unitRule)
    s.later(20)
    s.see([
      observation(6, { groupId: 'g-1' }),
      observation(6, { groupId: 'g-2', category: 'ads' }),
      observation(25, { groupId: 'g-3' }),
    ])
    const byGroup = Object.fromEntries(
      s.alerts().map((a) => [a.subject.groupId ?? 'unit', a.hold?.kind ?? null]),
    )
    expect(byGroup).toEqual({ unit: null, 'g-1': 'inhibited', 'g-2': null, 'g-3': null })
    const held = s.alerts().find((a) => a.subject.groupId === 'g-1') as Alert
    expect(s.told('not_notified').filter((t) => t.alertId === held.id)).toHaveLength(1)
    s.later(5)
    s.tick()
    expect(s.told('not_notified').filter((t) => t.alertId === held.id)).toHaveLength(1)
    const wide = s.alerts().find((a) => a.subject.groupId === null) as Alert
    s.do({ type: 'resolve', alertId: wide.id, by: 'duty-2', signedIn: true, outcome: 'handled' })
    const red = s.alerts().find((a) => a.subject.groupId === 'g-3') as Alert
    for (const by of ['duty-2', 'comms'])
      s.do({ type: 'resolve', alertId: red.id, by, signedIn: true, outcome: 'handled' })
    expect(s.pages().some((p) => p.alertId === held.id)).toBe(true)
  })

  it('sends one stream of pages for one cause', () => {
    const s = stage()
    const groups = Array.from({ length: 8 }, (_, i) =>
      observation(6, { groupId: `g-${i}`, unitId: i % 2 ? 'north' : 'north-a' }),
    )
    s.see(groups)
    expect(new Set(s.pages().map((p) => p.alertId)).size).toBe(1)
    expect(s.alerts().filter((a) => a.hold?.kind === 'grouped')).toHaveLength(7)
  })

  it('silences by unit, category and rule, reminds its author, and pages what is still open afterwards', () => {
    const s = stage()
    const silence = {
      id: 's-1',
      by: 'comms',
      reason: 'planned test',
      from: MONDAY_10,
      until: MONDAY_10 + 3 * HOUR,
      match: { unitId: 'north', groupId: null, category: 'fraud', ruleId: null },
    }
    s.do({ type: 'silence', silence })
    s.see([observation(6), observation(6, { unitId: 'south' })])
    expect(new Set(s.pages().map((p) => p.alertId)).size).toBe(1)
    s.later(121)
    s.tick()
    s.tick()
    expect(s.log.filter((e) => e.type === 'silence-ends')).toEqual([
      { type: 'silence-ends', silenceId: 's-1', accountId: 'comms', until: silence.until },
    ])
    s.later(60)
    s.tick()
    expect(new Set(s.pages().map((p) => p.alertId)).size).toBe(2)
    expect(s.told('hold_ended')).toHaveLength(1)
  })

  it('caps a flood with an alert of its own, lets red through, and releases the rest when it is ended', () => {
    const s = stage({ floodCap: 3 })
    const many = Array.from({ length: 10 }, (_, i) =>
      observation(i === 9 ? 25 : 6, { groupId: `g-${i}`, category: `cat${i}` }),
    )
    s.see(many)
    const flood = s.alerts().find((a) => a.origin === 'flood') as Alert
    expect(s.alerts().filter((a) => a.hold?.kind === 'flood')).toHaveLength(6)
    expect(s.pages().some((p) => p.alertId === flood.id)).toBe(true)
    expect(s.pages().some((p) => p.level === 'red')).toBe(true)
    s.do({ type: 'resolve', alertId: flood.id, by: 'comms', signedIn: true, outcome: 'handled' })
    expect(new Set(s.pages().map((p) => p.alertId)).size).toBe(11)
  })

  it('never holds what a person raised', () => {
    const s = stage({ floodCap: 0 })
    s.see([observation(12, { unitId: 'north' })], unitRule)
    s.do({
      type: 'raise',
      by: 'lead-n',
      ...{ policyId: 'standard', quiet: false },
      manual: { unitId: 'north-a', groupId: 'g-1', category: 'fraud', level: 'blue', note: 'please look' },
    })
    const raised = s.alerts().find((a) => a.origin === 'hand') as Alert
    expect(s.pages().some((p) => p.alertId === raised.id)).toBe(true)
  })

  it('keeps distress quiet and out of floods', () => {
    const distress: AlertRule = {
      ...rule,
      id: 'distress',
      per: 'unit',
      condition: { kind: 'distress', level: 'red' },
      where: { ...rule.where, categories: [] },
    }
    const s = stage({ floodCap: 0, rules: new Map([[distress.id, distress]]) })
    s.see([observation(1, { category: 'self-harm.concern', unitId: 'north' })], distress)
    expect(s.only()).toMatchObject({ quiet: true, level: 'red', hold: null })
    expect(s.pages().every((p) => p.quiet)).toBe(true)
    expect(policy.steps.length).toBeGreaterThan(0)
  })
})

describe('an alert that another one stands for', () => {
  it('ends by itself, however grave, when nobody was told of it; what was paged waits for an outcome', () => {
    const s = stage()
    const wide = observation(25, { unitId: 'north' })
    s.see([wide, observation(12, { groupId: 'g-1' })])
    const covered = () => s.alerts().find(({ subject }) => subject.groupId === 'g-1')
    expect(covered()?.hold?.kind).toBe('inhibited')
    s.later(1)
    s.see([wide, observation(0, { groupId: 'g-1' })])
    expect(covered()?.resolved?.outcome).toBe('recovered')
    s.later(1)
    s.see([observation(0, { unitId: 'north' })])
    expect(s.alerts().find(({ subject }) => subject.groupId === null)?.status).toBe('open')
  })
})
