import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Notify } from './alert-state.ts'
import type { Attempt, Delivery } from './outbox.ts'
import { backoffMs, enqueue, sendable, settleAttempt, withdraw } from './outbox.ts'

const SECOND = 1000
const HOUR = 3_600_000
const LIMIT = { perMinute: 20, bundle: 5 }

const notify = (n: number, lane: number, alert: number, at: number): Notify => ({
  type: 'notify',
  id: `n-${n}`,
  alertId: `a-${alert}`,
  kind: n % 5 === 4 ? 'resolved' : 'page',
  level: 'red',
  quiet: false,
  destination: { accountId: `p-${lane}`, channel: 'webhook' },
  because: { policyId: 'x', step: 0, lastResort: false },
  at,
})

type Fate = 'ok' | 'error' | 'lost-answer' | 'busy' | 'crash'
type Op =
  | { readonly op: 'new'; readonly lane: number; readonly alert: number }
  | { readonly op: 'withdraw'; readonly alert: number }
  | { readonly op: 'send'; readonly fate: Fate; readonly random: number }
  | { readonly op: 'later'; readonly seconds: number }

const op: fc.Arbitrary<Op> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ op: fc.constant('new' as const), lane: fc.nat(2), alert: fc.nat(6) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('withdraw' as const), alert: fc.nat(6) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constant('send' as const),
      fate: fc.constantFrom<Fate>('ok', 'ok', 'error', 'lost-answer', 'busy', 'crash'),
      random: fc.double({ min: 0, max: 0.999, noNaN: true }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant('later' as const),
      seconds: fc.constantFrom(0, 1, 5, 30, 61, 900),
    }),
  },
)

const ANSWERS: Record<Fate, Attempt> = {
  ok: { status: 200, retryAfterMs: null },
  error: { status: 500, retryAfterMs: null },
  'lost-answer': { status: null, retryAfterMs: null },
  busy: { status: 429, retryAfterMs: 40 * SECOND },
  crash: { status: null, retryAfterMs: null },
}

/** A sender that follows the plan, and receivers that write down what reached them. */
const simulate = () => {
  let queue: Delivery[] = []
  let now = 0
  let made = 0
  const seqs = new Map<string, number>()
  const sent = new Map<string, number[]>()
  const received: { lane: string; id: string; at: number }[] = []
  const uncertain = new Set<string>()
  const put = (next: Delivery): void => void (queue = queue.map((d) => (d.id === next.id ? next : d)))
  return {
    received,
    uncertain,
    sent,
    queue: () => queue,
    later: (ms: number) => (now += ms),
    add: (lane: number, alert: number) => {
      const seqOf = (key: string): number => (
        seqs.set(key, (seqs.get(key) ?? 0) + 1),
        seqs.get(key) as number
      )
      queue.push(...enqueue([notify(made++, lane, alert, now)], (n) => n.destination.accountId, seqOf))
    },
    withdraw: (alert: number) => void (queue = withdraw(queue, `a-${alert}`)),
    send: (fate: Fate, random: number) => {
      for (const message of sendable(
        queue,
        () => LIMIT,
        (lane) => sent.get(lane) ?? [],
        now,
      )) {
        // not before its time, whatever waits behind it
        expect(message.deliveries[0]?.nextAt).toBeLessThanOrEqual(now)
        sent.set(message.lane, [...(sent.get(message.lane) ?? []), now])
        for (const delivery of message.deliveries) {
          if (fate !== 'error' && fate !== 'busy')
            received.push({ lane: message.lane, id: delivery.id, at: now })
          if (fate === 'lost-answer' || fate === 'crash') uncertain.add(delivery.id)
          // a crash after sending: nothing of the attempt is stored
          if (fate !== 'crash') put(settleAttempt(delivery, ANSWERS[fate], now, random).delivery)
        }
      }
    },
  }
}

describe('outbox', () => {
  it('loses nothing, keeps the order of each destination, repeats only what was uncertain, holds its limit', () => {
    fc.assert(
      fc.property(fc.array(op, { maxLength: 120 }), (ops) => {
        const s = simulate()
        for (const o of ops) {
          if (o.op === 'new') s.add(o.lane, o.alert)
          else if (o.op === 'withdraw') s.withdraw(o.alert)
          else if (o.op === 'later') s.later(o.seconds * SECOND)
          else s.send(o.fate, o.random)
        }
        for (let i = 0; i < 400; i++) {
          s.later(30 * SECOND)
          s.send('ok', 0)
        }
        const firsts = new Map<string, string[]>()
        const times = new Map<string, number>()
        for (const { lane, id } of s.received) {
          if (!times.has(id)) firsts.set(lane, [...(firsts.get(lane) ?? []), id])
          times.set(id, (times.get(id) ?? 0) + 1)
        }
        for (const delivery of s.queue()) {
          expect(['sent', 'withdrawn']).toContain(delivery.status)
          if (delivery.status === 'sent') expect(times.get(delivery.id)).toBeGreaterThan(0)
        }
        for (const [id, n] of times) if (n > 1) expect(s.uncertain.has(id)).toBe(true)
        for (const ids of firsts.values()) {
          const numbers = ids.map((id) => Number(id.slice(2)))
          expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
        }
        for (const at of s.sent.values()) {
          for (let i = LIMIT.perMinute; i < at.length; i++)
            expect((at[i] as number) - (at[i - LIMIT.perMinute] as number)).toBeGreaterThanOrEqual(
              60 * SECOND,
            )
        }
      }),
      { numRuns: 500 },
    )
  })

  it('bundles what waits when a lane is full', () => {
    const s = simulate()
    for (let i = 0; i < 60; i++) s.add(0, i)
    for (let i = 0; i < 20; i++) s.send('ok', 0)
    expect(s.queue().every((d) => d.status === 'sent')).toBe(true)
    expect(s.sent.get('p-0')?.length).toBeLessThanOrEqual(20)
  })

  const delivery: Delivery = {
    id: 'n-1',
    alertId: 'a-1',
    kind: 'page',
    lane: 'l',
    seq: 1,
    queuedAt: 0,
    attempts: 0,
    nextAt: 0,
    status: 'queued',
  }

  it('disables a destination that is gone, does not follow redirects, honours Retry-After', () => {
    expect(settleAttempt(delivery, { status: 410, retryAfterMs: null }, 0, 0)).toMatchObject({
      disable: true,
      delivery: { status: 'failed' },
    })
    expect(settleAttempt(delivery, { status: 302, retryAfterMs: null }, 0, 0).delivery).toMatchObject({
      status: 'queued',
      nextAt: 2500,
    })
    expect(settleAttempt(delivery, { status: 503, retryAfterMs: HOUR }, 0, 0).delivery.nextAt).toBe(HOUR)
  })

  it('tries for a day with growing, jittered pauses and then gives up', () => {
    let current = delivery
    let now = 0
    const pauses: number[] = []
    while (current.status === 'queued') {
      current = settleAttempt(current, { status: 500, retryAfterMs: null }, now, 0.5).delivery
      if (current.status === 'queued') pauses.push(current.nextAt - now)
      now = current.nextAt
    }
    expect(current.status).toBe('failed')
    expect(now).toBeGreaterThan(23 * HOUR)
    expect(now).toBeLessThanOrEqual(24 * HOUR)
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b))
    expect(backoffMs(3, 0)).toBe(10_000)
    expect(backoffMs(3, 0.999)).toBeLessThan(20_001)
  })

  it('takes back pages, but never the news that an alert is over', () => {
    const both = [
      delivery,
      { ...delivery, id: 'n-2', kind: 'resolved' as const },
      { ...delivery, id: 'n-3', status: 'sent' as const },
    ]
    expect(withdraw(both, 'a-1').map((d) => d.status)).toEqual(['withdrawn', 'queued', 'sent'])
  })
})
