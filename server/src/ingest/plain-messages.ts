import { BATCH_LIMIT, ContentKind, DecidedBy, Decision, TEXT_LIMIT } from '@guanlan/contract/event'
import { usualInstant } from './instant.ts'
import type { Message } from './message.ts'

/**
 * Reads requests of messages that are written the way the API shows them: fields in its order, at most one space between
 * tokens. One expression finds a message's fields in a third of the time that a JSON parser and a check of its result take;
 * whatever it does not match is left to them, so that it has to know no other shape. A test holds the two against each other.
 */
interface PlainReader {
  /** Messages of a JSON array, or of lines, in UTF-8; undefined when any of them is not written so. */
  read(body: Uint8Array, lines: boolean): Message[] | undefined
}

/**
 * What is matched are bytes, a character each: most texts are never read under load, so that only what is looked at is decoded.
 * PLAIN are those of a string that stand for themselves. A text may also hold some escapes: without end they would overflow a stack.
 */
const PLAIN = '[^"\\\\\\x00-\\x1f]'
const anyOf = (names: readonly string[]) => `"(${names.join('|')})"`
const FIELDS = {
  id: '"([A-Za-z0-9._:-]{1,128})"',
  type: '"message\\.moderated"',
  time: `"(${PLAIN}{20,29})"`,
  group: '"([A-Za-z0-9._:-]{1,64})"',
  sender: `"(${PLAIN}{1,512})"`,
  kind: anyOf(ContentKind.options),
  text: `"(${PLAIN}*(?:\\\\.${PLAIN}*){0,200})"`,
  decision: anyOf(Decision.options),
  category: '"([a-z][a-z0-9-]*(?:\\.[a-z][a-z0-9-]*){0,2})"',
  by: anyOf(DecidedBy.options),
  decidedAt: `"(${PLAIN}{20,29})"`,
  confidence: '(?:0(?:\\.[0-9]{1,20})?|1(?:\\.0{1,20})?)',
} as const

const field = (name: keyof typeof FIELDS) => `"${name}": ?${FIELDS[name]}`
const optional = (name: keyof typeof FIELDS) => `(?:, ?${field(name)})?`
const CONTENT = `"content": ?\\{${field('kind')}${optional('text')}\\}`
const MODERATION =
  `"moderation": ?\\{${field('decision')}${optional('category')}, ?${field('by')}, ?${field('decidedAt')}` +
  `${optional('confidence')}\\}`
const MESSAGE =
  `\\{${(['id', 'type', 'time', 'group', 'sender'] as const).map(field).join(', ?')}, ?${CONTENT}, ?${MODERATION}\\}` +
  // What stands between two messages, and after the last.
  `(, ?|\\r?\\n|\\]?[ \\t\\r\\n]*$)`

/** Strings kept at most; a fresh start costs less than looking for the oldest. */
const KEPT = 20_000
const LONGEST_CATEGORY = 64
const LONGEST_SENDER = 128

/**
 * Strings that are few and outlive a request, each kept once: a string cut from a request would keep all of it, texts
 * included, for as long as it lives.
 */
function createNames(): (name: string) => string {
  const names = new Map<string, string>()
  return (name) => {
    const known = names.get(name)
    if (known !== undefined) return known
    if (names.size >= KEPT) names.clear()
    const own = Buffer.from(name).toString()
    names.set(own, own)
    return own
  }
}

function isAscii(bytes: string): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes.charCodeAt(i) > 127) return false
  return true
}

const decoded = (bytes: string) => (isAscii(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString('utf8'))

/** The text that is written between two quotes; undefined when it is too long, or its escapes are none. */
function textOf(written: string): (() => string) | undefined {
  if (written.includes('\\')) return unescaped(decoded(written))
  if (written.length > TEXT_LIMIT && decoded(written).length > TEXT_LIMIT) return undefined
  return () => decoded(written)
}

function unescaped(written: string): (() => string) | undefined {
  try {
    const text = JSON.parse(`"${written}"`) as string
    return text.length > TEXT_LIMIT ? undefined : () => text
  } catch {
    return undefined
  }
}

export function createPlainReader(): PlainReader {
  const pattern = new RegExp(MESSAGE, 'y')
  const nameOf = createNames()

  function messageOf(found: RegExpExecArray): Message | undefined {
    const category = found[8]
    const sentAt = usualInstant(found[2] as string)
    const decidedAt = usualInstant(found[10] as string)
    const sender = decoded(found[4] as string)
    const text = textOf(found[6] ?? '')
    if (Number.isNaN(sentAt + decidedAt) || text === undefined || sender.length > LONGEST_SENDER)
      return undefined
    if ((found[7] === 'allowed') !== (category === undefined)) return undefined
    if (category !== undefined && category.length > LONGEST_CATEGORY) return undefined
    return {
      id: found[1] as string,
      sentAt,
      group: nameOf(found[3] as string),
      sender,
      kind: nameOf(found[5] as string),
      text,
      decision: nameOf(found[7] as string),
      category: category === undefined ? undefined : nameOf(category),
      decidedBy: nameOf(found[9] as string),
      decidedAt,
    }
  }
  function readAll(text: string, lines: boolean): Message[] | undefined {
    const messages: Message[] = []
    const between = lines ? '\n' : ','
    for (let at = lines ? 0 : 1; at < text.length; at = pattern.lastIndex) {
      pattern.lastIndex = at
      const found = pattern.exec(text)
      const message = found === null ? undefined : messageOf(found)
      if (message === undefined || messages.length === BATCH_LIMIT) return undefined
      messages.push(message)
      const after = found?.[11] ?? ''
      if (pattern.lastIndex === text.length)
        return (lines ? after.trim() === '' : after.startsWith(']')) ? messages : undefined
      if (!after.includes(between)) return undefined
    }
    return undefined
  }
  return {
    read(body, lines) {
      const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1')
      if (!lines && !text.startsWith('[')) return undefined
      const messages = readAll(text, lines)
      // What was matched last stays reachable as RegExp.input.
      ;/^/.exec('')
      return messages
    },
  }
}
