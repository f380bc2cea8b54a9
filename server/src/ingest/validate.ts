import {
  GuanlanEvent,
  type CorrectedEvent,
  type ModeratedEvent,
  type RejectionCode,
} from '@guanlan/contract/event'
import type { z } from 'zod'
import { isPlainMessage } from './quick-check.ts'

/** Why an event is refused. No part of it comes from the event: pointers name fields of the contract only. */
export interface Refusal {
  code: RejectionCode
  pointer?: string
  detail: string
}
export type Checked = { event: ModeratedEvent | CorrectedEvent } | { refusal: Refusal }

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const refuse = (code: RejectionCode, pointer: string, detail: string): { refusal: Refusal } => ({
  refusal: { code, ...(pointer === '' ? {} : { pointer }), detail },
})

type Issue = z.core.$ZodIssue

/** What is wrong, in words of the contract: a schema's own message may repeat what was sent. */
function explain(issue: Issue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return 'has a field that is not part of the contract'
    case 'invalid_type':
      return issue.input === undefined ? `is missing or not ${issue.expected}` : `is not ${issue.expected}`
    case 'invalid_value':
      return `takes one of ${issue.values.join(', ')}`
    case 'invalid_union':
      return 'takes message.moderated or message.corrected'
    case 'too_big':
      return `takes at most ${issue.maximum}${issue.origin === 'string' ? ' characters' : ''}`
    case 'too_small':
      return `takes at least ${issue.minimum}${issue.origin === 'string' ? ' characters' : ''}`
    case 'invalid_format':
      return issue.format === 'datetime'
        ? 'takes an RFC 3339 time with offset'
        : 'has characters or a length that are not taken'
    case 'custom':
      return issue.message
    default:
      return 'is not as the contract says'
  }
}

/**
 * Checks one event against the contract.
 * A category that no taxonomy could hold is an unknown category, like any other that is not in it.
 */
export function checkEvent(raw: unknown): Checked {
  if (isPlainMessage(raw)) return { event: raw }
  const parsed = GuanlanEvent.safeParse(raw)
  if (parsed.success) return { event: parsed.data }
  const [issue] = parsed.error.issues
  if (issue === undefined) return refuse('invalid_event', '', 'is not as the contract says')
  const pointer = issue.path.map((part) => `/${String(part)}`).join('')
  const category = isObject(raw) && isObject(raw.moderation) ? raw.moderation.category : undefined
  if (pointer === '/moderation/category' && issue.code !== 'custom' && typeof category === 'string') {
    return refuse('unknown_category', pointer, 'is not in the taxonomy')
  }
  return refuse('invalid_event', pointer, explain(issue))
}

const CLOUD_TYPES: Record<string, string> = {
  'cn.guanlan.message.moderated.v1': 'message.moderated',
  'cn.guanlan.message.corrected.v1': 'message.corrected',
}
const ENVELOPE = new Set([
  'specversion',
  'id',
  'type',
  'source',
  'time',
  'data',
  'datacontenttype',
  'dataschema',
  'traceparent',
  'tracestate',
])
const FROM_ENVELOPE = new Set(['id', 'type', 'time'])

function checkEnvelope(raw: Record<string, unknown>, source: string): Refusal | undefined {
  if (Object.keys(raw).some((key) => !ENVELOPE.has(key))) {
    return refuse('invalid_event', '', 'has an attribute that is not part of the contract').refusal
  }
  if (raw.specversion !== '1.0') return refuse('invalid_event', '/specversion', 'takes 1.0').refusal
  if (typeof raw.type !== 'string' || !Object.hasOwn(CLOUD_TYPES, raw.type)) {
    return refuse('invalid_event', '/type', `takes one of ${Object.keys(CLOUD_TYPES).join(', ')}`).refusal
  }
  if (typeof raw.source !== 'string')
    return refuse('invalid_event', '/source', 'is missing or not a string').refusal
  if (raw.source !== source) return refuse('source_mismatch', '/source', "is not the key's source").refusal
  if (raw.datacontenttype !== undefined && raw.datacontenttype !== 'application/json') {
    return refuse('invalid_event', '/datacontenttype', 'takes application/json').refusal
  }
  if (!isObject(raw.data)) return refuse('invalid_event', '/data', 'is missing or not an object').refusal
  if (Object.keys(raw.data).some((key) => FROM_ENVELOPE.has(key))) {
    return refuse('invalid_event', '/data', 'repeats an attribute of the envelope').refusal
  }
  return undefined
}

/** Checks an event inside a CloudEvents 1.0 envelope; pointers are into the envelope. */
export function checkCloudEvent(raw: unknown, source: string): Checked {
  if (!isObject(raw)) return refuse('invalid_event', '', 'is not an object')
  const refusal = checkEnvelope(raw, source)
  if (refusal !== undefined) return { refusal }
  const type = CLOUD_TYPES[raw.type as string]
  const time = type === 'message.moderated' ? { time: raw.time } : {}
  const checked = checkEvent({ ...(raw.data as object), id: raw.id, type, ...time })
  if ('event' in checked) return checked
  const { pointer = '', ...rest } = checked.refusal
  const inEnvelope = FROM_ENVELOPE.has(pointer.split('/')[1] ?? '')
  return { refusal: { ...rest, pointer: inEnvelope ? pointer : `/data${pointer}` } }
}
