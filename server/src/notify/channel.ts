import type { AlertLevel } from '@guanlan/contract/alert-rule'

/** A message as a channel gets it; everything in it may leave on that channel. */
export interface Outgoing {
  /** Id of the first notification in it: the webhook id of every attempt. */
  readonly id: string
  readonly kind: 'page' | 'resolved' | 'reminder' | 'code' | 'report'
  readonly level: AlertLevel
  readonly title: string
  /** Lines of plain text, most important first. */
  readonly lines: readonly string[]
  /** The alert, or the page on which it can be acknowledged. */
  readonly link: string
  readonly alertIds: readonly string[]
  readonly at: number
}

export interface Target {
  readonly accountId: string
  readonly address: string
  readonly secret: string
}

/** Answer of a receiver: an HTTP status or what stands for one; null when there was none. */
export interface Answer {
  readonly status: number | null
  readonly retryAfterMs: number | null
}

/** One way to tell somebody. A new one is a new file and one line in registry.ts. */
export interface Channel {
  readonly name: string
  /** Several people read what arrives there: a message then leads to signing in, never to a link that acts as one of them. */
  readonly shared?: true
  /** Messages that may leave to one address in any minute. */
  readonly perMinute: number
  /** Notifications that fit one message. */
  readonly bundle: number
  /** Bytes of UTF-8 a message may have. */
  readonly maxBytes: number
  /** What an address must look like, or null when it is fine. */
  problemOf(address: string): string | null
  /** Resolves also when the receiver refuses; throws only by mistake. */
  send(message: Outgoing, target: Target): Promise<Answer>
}

export const NO_ANSWER: Answer = { status: null, retryAfterMs: null }

/** Cuts lines so that the text has at most `maxBytes` of UTF-8; the first line and the link always stay. */
export function fitLines(lines: readonly string[], last: string, maxBytes: number): string {
  const size = (text: string) => Buffer.byteLength(text, 'utf8')
  const kept: string[] = []
  let left = maxBytes - size(last) - 1
  for (const line of lines) {
    const cost = size(line) + 1
    if (cost > left) break
    kept.push(line)
    left -= cost
  }
  if (kept.length === 0 && lines[0] !== undefined) kept.push(cutBytes(lines[0], Math.max(0, left)))
  return [...kept, last].join('\n')
}

/** At most `maxBytes` of UTF-8, never inside a character. */
export function cutBytes(text: string, maxBytes: number): string {
  let out = ''
  let used = 0
  for (const character of text) {
    used += Buffer.byteLength(character, 'utf8')
    if (used > maxBytes) break
    out += character
  }
  return out
}

/** A message that waits in the outbox. */
export interface QueueRow {
  readonly id: string
  readonly alertId: string
  readonly kind: Outgoing['kind']
  readonly lane: string
  readonly seq: number
  readonly accountId: string
  readonly channel: string
  readonly payload: Record<string, unknown>
  readonly queuedAt: number
  readonly attempts: number
  readonly nextAt: number
}
