import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AlertRule } from '@guanlan/contract/alert-rule'
import type { Instance, InstanceEvent } from './instance.ts'
import { INACTIVE, stepInstance } from './instance.ts'
import type { Verdict } from './kinds/kind.ts'
import { MINUTE, rule } from './testing.ts'

const OK: Verdict = { state: 'ok' }
const NO_DATA: Verdict = { state: 'no-data' }
const ERROR: Verdict = { state: 'error', code: 'x' }
const holds = (level: 'blue' | 'yellow' | 'orange' | 'red'): Verdict => ({ state: 'holds', level })

const run = (
  verdicts: readonly Verdict[],
  over: Partial<AlertRule> = {},
): { states: string[]; events: (InstanceEvent | null)[] } => {
  let instance: Instance = INACTIVE
  const events: (InstanceEvent | null)[] = []
  const states = verdicts.map((verdict, i) => {
    const stepped = stepInstance(instance, { ...rule, ...over }, verdict, i * MINUTE)
    instance = stepped.instance
    events.push(stepped.event)
    return instance.status
  })
  return { states, events }
}

const types = (events: readonly (InstanceEvent | null)[]): string[] =>
  events.map((event) => event?.type ?? '-')

describe('instance of a rule', () => {
  it('pends, fires, recovers, resolves', () => {
    const y = holds('yellow')
    const { states, events } = run([OK, y, y, y, OK, y, OK, OK, OK, OK], {
      pendingSeconds: 120,
      keepFiringSeconds: 120,
    })
    expect(states).toEqual([
      'inactive',
      'pending',
      'pending',
      'firing',
      'recovering',
      'firing',
      'recovering',
      'recovering',
      'resolved',
      'inactive',
    ])
    expect(types(events)).toEqual(['-', '-', '-', 'raised', '-', '-', '-', '-', 'recovered', '-'])
  })

  it('below the floor and in distress ends a fixed time after it was raised, whenever the last event was', () => {
    const o = holds('orange')
    const threshold = {
      ...{ kind: 'threshold' as const, counted: 'category' as const, windowMinutes: 3 },
      levels: [{ level: 'orange' as const, from: 1 }],
    }
    const silent: Partial<AlertRule> = { belowFloor: true, condition: threshold, keepFiringSeconds: 60 }
    const once = ['firing', 'firing', 'firing', 'firing', 'resolved', 'inactive']
    for (const later of [
      [OK, OK, OK, OK],
      [o, o, o, OK],
      [OK, NO_DATA, o, o],
    ])
      expect(run([o, ...later, OK], silent).states).toEqual(once)
    expect(types(run([o, o, o, o, o, o], silent).events)).toEqual([
      'raised',
      '-',
      '-',
      '-',
      'recovered',
      'raised',
    ])
    const distress = { kind: 'distress' as const, level: 'red' as const }
    const hour = Array.from({ length: 62 }, (_, i) => (i < 30 ? holds('red') : OK))
    expect(run(hour, { condition: distress, keepFiringSeconds: 60 }).states.lastIndexOf('firing')).toBe(60)
  })

  it('forgets a pending that did not last', () => {
    expect(run([holds('red'), OK, holds('red')], { pendingSeconds: 90 }).states).toEqual([
      'pending',
      'inactive',
      'pending',
    ])
  })

  it('says a graver level once and keeps the gravest until it recovers', () => {
    const { events } = run([holds('yellow'), holds('red'), holds('yellow'), holds('red'), OK])
    expect(types(events)).toEqual(['raised', 'level-raised', '-', '-', 'recovered'])
  })

  it('keeps the last state over missing data, and does not let pending time pass in it', () => {
    const y = holds('yellow')
    const over = { pendingSeconds: 180 }
    expect(run([y, y, NO_DATA, NO_DATA, y, y], over).states).toEqual([
      'pending',
      'pending',
      'no-data',
      'no-data',
      'pending',
      'firing',
    ])
    expect(types(run([y, NO_DATA, ERROR, y, OK]).events)).toEqual(['raised', '-', '-', '-', 'recovered'])
    expect(types(run([NO_DATA, ERROR, NO_DATA, OK]).events)).toEqual(['-', '-', '-', '-'])
  })

  it('alerts on missing data after the pending time when told to, and recovers when data is back', () => {
    const { states, events } = run([NO_DATA, NO_DATA, NO_DATA, OK], {
      onNoData: 'alert',
      pendingSeconds: 120,
    })
    expect(states).toEqual(['pending', 'pending', 'firing', 'resolved'])
    expect(events[2]).toEqual({ type: 'raised', level: 'yellow', cause: 'no-data' })
    expect(types(run([ERROR, OK], { onError: 'alert' }).events)).toEqual(['raised', 'recovered'])
  })

  it('takes missing data for ok when told to', () => {
    expect(run([holds('red'), NO_DATA], { onNoData: 'ok' }).states).toEqual(['firing', 'resolved'])
  })

  it('alternates raised and recovered whatever happens', () => {
    const verdict = fc.constantFrom<Verdict>(OK, NO_DATA, ERROR, holds('blue'), holds('orange'), holds('red'))
    const missing = fc.constantFrom('keep', 'alert', 'ok') as fc.Arbitrary<'keep' | 'alert' | 'ok'>
    const seconds = fc.constantFrom(0, 60, 150)
    fc.assert(
      fc.property(
        fc.array(verdict, { maxLength: 60 }),
        missing,
        missing,
        seconds,
        seconds,
        (verdicts, onNoData, onError, pendingSeconds, keepFiringSeconds) => {
          const events = run(verdicts, {
            onNoData,
            onError,
            pendingSeconds,
            keepFiringSeconds,
          }).events.filter((e) => e !== null && e.type !== 'level-raised')
          events.forEach((event, i) => expect(event?.type).toBe(i % 2 === 0 ? 'raised' : 'recovered'))
        },
      ),
      { numRuns: 2000 },
    )
  })
})
