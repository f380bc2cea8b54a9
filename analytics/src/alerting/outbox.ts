/**
 * Delivery of notifications, decided purely: what leaves next, and what becomes of an attempt. At least once, in order in
 * each lane (one destination), never faster than the lane's limit; the effects of a transition are stored as queued rows
 * in the same transaction (docs/alerting-design.md).
 */
import type { Effect, Notify } from './alert-state.ts'

export interface Delivery {
  /** the notification's id: the webhook id of every attempt */
  readonly id: string
  readonly alertId: string
  readonly kind: Notify['kind']
  /** one destination, e.g. account and channel, or a robot's address */
  readonly lane: string
  /** order within the lane */
  readonly seq: number
  readonly queuedAt: number
  readonly attempts: number
  readonly nextAt: number
  readonly status: 'queued' | 'sent' | 'withdrawn' | 'failed'
}

export interface LaneLimit {
  /** messages that may leave in any 60 s */
  readonly perMinute: number
  /** notifications that fit one message when more are waiting than may leave */
  readonly bundle: number
}

/** Answer of a receiver: an HTTP status, or no answer at all. */
export interface Attempt {
  readonly status: number | null
  readonly retryAfterMs: number | null
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const DAY = 24 * 60 * MINUTE
const FIRST_RETRY = 5 * SECOND
const LONGEST_RETRY = 15 * MINUTE

/** Queued rows of a transition's effects. `seqOf` gives the lane's next number. */
export const enqueue = (
  effects: readonly Effect[],
  laneOf: (notify: Notify) => string,
  seqOf: (lane: string) => number,
): Delivery[] =>
  effects.flatMap((effect): Delivery[] => {
    if (effect.type !== 'notify') return []
    const { id, alertId, kind, at } = effect
    const lane = laneOf(effect)
    return [
      { id, alertId, kind, lane, seq: seqOf(lane), queuedAt: at, attempts: 0, nextAt: at, status: 'queued' },
    ]
  })

/** Pages that have not left are taken back when somebody took the alert or it ended; what was sent stays sent. */
export const withdraw = (queue: readonly Delivery[], alertId: string): Delivery[] =>
  queue.map((d) =>
    d.alertId === alertId && d.kind === 'page' && d.status === 'queued' ? { ...d, status: 'withdrawn' } : d,
  )

export interface Message {
  readonly lane: string
  /** in order; one of them unless the lane is full */
  readonly deliveries: readonly Delivery[]
}

/**
 * What may leave now: in each lane the oldest queued one, when its time has come and the limit allows; the others of the
 * lane wait behind it. Many waiting are bundled into one message.
 *
 * @param sentAt times at which messages left a lane in the last minute
 */
export const sendable = (
  queue: readonly Delivery[],
  limitOf: (lane: string) => LaneLimit,
  sentAt: (lane: string) => readonly number[],
  now: number,
): Message[] => {
  const lanes = new Map<string, Delivery[]>()
  for (const delivery of queue) {
    if (delivery.status !== 'queued') continue
    const waiting = lanes.get(delivery.lane)
    if (waiting) waiting.push(delivery)
    else lanes.set(delivery.lane, [delivery])
  }
  return [...lanes].flatMap(([lane, waiting]): Message[] => {
    waiting.sort((a, b) => a.seq - b.seq)
    const limit = limitOf(lane)
    const free = limit.perMinute - sentAt(lane).filter((at) => at > now - MINUTE).length
    if ((waiting[0] as Delivery).nextAt > now || free <= 0) return []
    const size = waiting.length > free ? Math.min(limit.bundle, waiting.length) : 1
    return [{ lane, deliveries: waiting.slice(0, size) }]
  })
}

/** Doubling from 5 s to 15 min, with full jitter in the upper half; `random` in [0,1). */
export const backoffMs = (attempts: number, random: number): number => {
  const longest = Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** Math.max(0, attempts - 1))
  return Math.round(longest * (0.5 + 0.5 * random))
}

export interface Settled {
  readonly delivery: Delivery
  /** 410: the receiver wants nothing more; the destination is switched off and its owner told */
  readonly disable: boolean
}

/**
 * What became of one attempt. 2xx: sent. 410: failed, lane disabled. Anything else (3xx too: redirects are not followed)
 * is tried again, not before Retry-After, for a day; then it failed, and says so.
 */
export const settleAttempt = (delivery: Delivery, attempt: Attempt, now: number, random: number): Settled => {
  const attempts = delivery.attempts + 1
  const { status, retryAfterMs } = attempt
  if (status !== null && status >= 200 && status < 300)
    return { delivery: { ...delivery, attempts, status: 'sent' }, disable: false }
  if (status === 410) return { delivery: { ...delivery, attempts, status: 'failed' }, disable: true }
  const wait = Math.max(backoffMs(attempts, random), Math.min(DAY, retryAfterMs ?? 0))
  if (now + wait - delivery.queuedAt > DAY)
    return { delivery: { ...delivery, attempts, status: 'failed' }, disable: false }
  return { delivery: { ...delivery, attempts, nextAt: now + wait }, disable: false }
}
