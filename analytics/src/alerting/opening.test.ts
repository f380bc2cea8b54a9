import { describe, expect, it } from 'vitest'
import type { AlertLevel } from '@guanlan/contract/alert-rule'
import { command } from './engine.ts'
import { raisedBy } from './opening.ts'
import { contextAt, MINUTE, MONDAY_10 } from './testing.ts'
import type { World } from './world.ts'
import { EMPTY_WORLD } from './world.ts'

const SUBJECT = { unitId: 'north-a', groupId: 'g-1', category: 'fraud' } as const
const desk = () => {
  let world: World = EMPTY_WORLD
  let now = MONDAY_10
  return {
    later: (ms: number) => (now += ms),
    raise(
      over: { by?: string; level?: AlertLevel; policyId?: string; quiet?: boolean; groupId?: null } = {},
    ) {
      const { by = 'lead-n', level = 'yellow', policyId = 'standard', quiet = false, ...rest } = over
      const manual = { ...SUBJECT, ...rest, level, note: 'please look' }
      const done = command(world, { type: 'raise', by, policyId, quiet, manual }, contextAt(now))
      world = done.world
      return { id: done.raised ?? '', effects: done.effects }
    },
    end(id: string) {
      const order = { type: 'resolve', alertId: id, by: 'comms', signedIn: true, outcome: 'handled' } as const
      world = command(world, order, contextAt(now)).world
    },
    alert: (id: string) => world.alerts.get(id),
    count: () => world.alerts.size,
  }
}

describe('raised by hand', () => {
  it('says which alert it made, however many others there are', () => {
    const s = desk()
    const first = s.raise()
    const other = s.raise({ by: 'comms' })
    expect(other.id).not.toBe(first.id)
    expect(s.alert(other.id)).toMatchObject({ origin: 'hand', status: 'open' })
    expect([first.id, other.id].map((id) => raisedBy(s.alert(id) as never))).toEqual(['lead-n', 'comms'])
  })

  it('takes a second tap within a minute for the same one, and pages nobody twice', () => {
    const s = desk()
    const first = s.raise()
    s.later(59_000)
    const second = s.raise()
    expect(second.id).toBe(first.id)
    expect(second.effects).toEqual([])
    expect(s.count()).toBe(1)
    s.later(1_000)
    expect(s.raise().id).not.toBe(first.id)
  })

  it('is another one for another group, account or policy, and once the first has ended', () => {
    const s = desk()
    const first = s.raise()
    const others = [s.raise({ groupId: null }), s.raise({ by: 'comms' }), s.raise({ policyId: 'care' })]
    s.end(first.id)
    s.later(1)
    const ids = [first, ...others, s.raise()].map(({ id }) => id)
    expect(new Set(ids).size).toBe(5)
  })

  it('has the graver level of two taps, which pages again; a milder one changes nothing', () => {
    const s = desk()
    const first = s.raise({ level: 'yellow' })
    s.later(10_000)
    const graver = s.raise({ level: 'red' })
    expect(graver.id).toBe(first.id)
    expect(s.alert(first.id)?.level).toBe('red')
    expect(graver.effects.some((effect) => effect.type === 'notify')).toBe(true)
    expect(s.raise({ level: 'blue' }).effects).toEqual([])
    expect(s.alert(first.id)?.level).toBe('red')
  })

  it('is quiet when it is a sign of distress, in every page too', () => {
    const s = desk()
    const { id, effects } = s.raise({ quiet: true, groupId: null })
    expect(s.alert(id)?.quiet).toBe(true)
    const pages = effects.filter((effect) => effect.type === 'notify')
    expect(pages.length).toBeGreaterThan(0)
    expect(pages.every(({ quiet }) => quiet)).toBe(true)
    s.later(10 * MINUTE)
    expect(s.alert(id)?.quiet).toBe(true)
  })
})
