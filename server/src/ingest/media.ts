import { isUtf8, transcode } from 'node:buffer'
import { appError } from '@guanlan/contract/errors'
import { BATCH_LIMIT } from '@guanlan/contract/event'
import type { Message } from './message.ts'
import { createPlainReader } from './plain-messages.ts'

/** Events of a request: as they were sent (`cloud`: each is a CloudEvent around an event), or messages that are sound already. */
export type Decoded = { form: 'json' | 'cloud'; events: unknown[] } | { form: 'plain'; events: Message[] }

const MEDIA = {
  'application/json': 'json',
  'application/x-ndjson': 'ndjson',
  'application/cloudevents+json': 'cloud',
  'application/cloudevents-batch+json': 'cloud-batch',
} as const
export type Media = (typeof MEDIA)[keyof typeof MEDIA]

/** @throws AppError unsupported_media_type */
export function mediaOf(contentType: string | undefined): Media {
  const [name = '', ...parameters] = (contentType ?? '').toLowerCase().split(';')
  const media = (MEDIA as Record<string, Media | undefined>)[name.trim()]
  const charset = parameters
    .map((parameter) => parameter.trim())
    .find((parameter) => parameter.startsWith('charset='))
  if (media === undefined || (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset))) {
    throw appError('unsupported_media_type', `takes ${Object.keys(MEDIA).join(', ')}, in UTF-8`)
  }
  return media
}

/** UTF-8 as a string, without a byte order mark. By way of UTF-16 it takes a quarter of the time of a TextDecoder. */
function text(bytes: Uint8Array): string {
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  const content = marked ? bytes.subarray(3) : bytes
  return content.length === 0 ? '' : transcode(content, 'utf8', 'utf16le').toString('utf16le')
}

function parse(json: string, what: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    // The parser's own message may quote the body.
    throw appError('bad_request', `${what} is not JSON, or was cut short`)
  }
}

function parseLines(lines: string): unknown[] {
  const events: unknown[] = []
  let number = 0
  // Line by line, so that a body of nothing but line ends is refused before it becomes millions of strings.
  for (let from = 0; from < lines.length;) {
    const found = lines.indexOf('\n', from)
    const end = found === -1 ? lines.length : found
    const line = lines.slice(from, end)
    from = end + 1
    number++
    if (line.trim() === '') {
      if (number - events.length > BATCH_LIMIT) throw tooMany()
      continue
    }
    if (events.length === BATCH_LIMIT) throw tooMany()
    events.push(parse(line, `line ${number}`))
  }
  return events
}

const tooMany = () => appError('too_large', `takes at most ${BATCH_LIMIT} events in a request`)

const plain = createPlainReader()

/** @throws AppError bad_request, too_large */
export function decodeEvents(media: Media, body: Uint8Array): Decoded {
  if (!isUtf8(body)) throw appError('bad_request', 'the body is not UTF-8')
  if (media === 'json' || media === 'ndjson') {
    const messages = plain.read(body, media === 'ndjson')
    if (messages !== undefined) return { form: 'plain', events: messages }
  }
  const decoded = text(body)
  if (media === 'ndjson') return { form: 'json', events: parseLines(decoded) }
  const value = parse(decoded, 'the body')
  const cloud = media !== 'json'
  if (media === 'cloud' && Array.isArray(value))
    throw appError('bad_request', 'takes one event; a batch has a media type of its own')
  if (media === 'cloud-batch' && !Array.isArray(value))
    throw appError('bad_request', 'takes an array of events')
  const events: unknown[] = Array.isArray(value) ? value : [value]
  if (events.length > BATCH_LIMIT) throw tooMany()
  return { form: cloud ? 'cloud' : 'json', events }
}
