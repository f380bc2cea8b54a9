import { BATCH_LIMIT } from '@guanlan/contract/event'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { messageOf, type Message } from './message.ts'
import { createPlainReader } from './plain-messages.ts'
import { checkEvent } from './validate.ts'

const reader = createPlainReader()
/** Of each message what it is, its text as it reads. */
const spelled = (messages: readonly Message[] | undefined) =>
  messages?.map((message) => ({ ...message, text: message.text() }))
const read = (text: string, lines: boolean) => spelled(reader.read(Buffer.from(text), lines))

/** What the parser and the contract's schema make of a request; undefined when they refuse any of it. */
function slowly(text: string, lines: boolean) {
  try {
    const events = lines
      ? text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [JSON.parse(line) as unknown]))
      : JSON.parse(text)
    const messages = (events as unknown[]).map((raw) => {
      const checked = checkEvent(raw)
      if ('refusal' in checked || checked.event.type !== 'message.moderated') throw new Error('refused')
      return messageOf(checked.event)
    })
    return spelled(messages)
  } catch {
    return undefined
  }
}

const time = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .chain((date) => fc.constantFrom(date.toISOString(), `${date.toISOString().slice(0, 19)}+08:00`))
const decided = fc.record({ by: fc.constantFrom('automated', 'human'), decidedAt: time })
const rest = fc.record({ confidence: fc.constantFrom(0, 0.5, 1, 0.93, 1e-7) }, { requiredKeys: [] })
const moderation = fc.oneof(
  fc.tuple(decided, rest).map(([all, more]) => ({ decision: 'allowed', ...all, ...more })),
  fc
    .tuple(decided, rest, fc.constantFrom('fraud', 'leak.internal', 'a.b-c.d'))
    .map(([all, more, category]) => ({ decision: 'removed', category, ...all, ...more })),
)
const said = fc.oneof(
  fc.constantFrom('今天小区又停水了', 'a\nb', '"引号"', '\\', '😀'),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
)
const event = fc.record({
  ...{ id: fc.stringMatching(/^[A-Za-z0-9._:-]{1,40}$/), type: fc.constant('message.moderated'), time },
  ...{
    group: fc.stringMatching(/^g-[0-9]{1,20}$/),
    sender: fc.constantFrom('u-1', '用户 7', 'u'.repeat(128), '用'.repeat(128), 'u'.repeat(129)),
  },
  content: fc.record(
    { kind: fc.constantFrom('text', 'image'), text: said },
    { requiredKeys: ['kind'], noNullPrototype: true },
  ),
  moderation,
})
type Style = 'tight' | 'python' | 'pretty'
function written(events: readonly object[], style: Style, lines: boolean): string {
  // As Python writes: a space after each comma and colon outside of strings.
  const spaced = (json: string) =>
    json.replace(/("(?:[^"\\]|\\.)*")|([,:])/g, (_, text, mark) => text ?? `${mark} `)
  const one = (each: object) => (style === 'tight' ? JSON.stringify(each) : spaced(JSON.stringify(each)))
  if (lines) return events.map(one).join('\n')
  if (style === 'pretty') return JSON.stringify(events, undefined, 2)
  return `[${events.map(one).join(style === 'tight' ? ',' : ', ')}]`
}

it('reads messages as parser and schema do, written tightly or with spaces', () => {
  fc.assert(
    fc.property(
      fc.array(event, { minLength: 1, maxLength: 5 }),
      fc.constantFrom<Style>('tight', 'python'),
      fc.boolean(),
      (events, style, lines) => {
        const text = written(events, style, lines)
        const isUsual = !/e-/.test(text.replace(/"(?:[^"\\]|\\.)*"/g, ''))
        expect(read(text, lines)).toEqual(isUsual ? slowly(text, lines) : undefined)
      },
    ),
    { numRuns: 2_000 },
  )
})

it('takes nothing that parser or schema refuse, and nothing otherwise than they do', () => {
  const seen = { read: 0, left: 0 }
  const piece = fc.constantFrom(
    ...[
      '"',
      '\\',
      ',',
      ':',
      '{',
      '}',
      '[',
      ']',
      ' ',
      '\n',
      '\r',
      '\t',
      '\u0000',
      '\u00a0',
      '\ufeff',
      '0',
      'x',
      '.',
    ],
    ...[
      '\\u0041',
      '\\x',
      '\\n',
      '"text":"t",',
      ',"extra":1',
      '"id":"b",',
      'allowed',
      'removed',
      '"category":"fraud",',
    ],
  )
  const change = fc.tuple(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.nat(3),
    fc.oneof(fc.constant(''), piece),
  )
  fc.assert(
    fc.property(
      fc.array(event, { minLength: 1, maxLength: 2 }),
      fc.constantFrom<Style>('tight', 'python', 'pretty'),
      fc.boolean(),
      fc.array(change, { maxLength: 2 }),
      (events, style, lines, changes) => {
        let text = written(events, style, lines)
        for (const [where, removed, added] of changes) {
          const at = Math.floor(where * text.length)
          text = text.slice(0, at) + added + text.slice(at + removed)
        }
        const found = read(text, lines)
        seen[found === undefined ? 'left' : 'read']++
        if (found !== undefined) expect(found).toEqual(slowly(text, lines))
      },
    ),
    { numRuns: 10_000 },
  )
  expect(seen.read).toBeGreaterThan(1_000)
  expect(seen.left).toBeGreaterThan(1_000)
})

const AT = '2026-11-21T09:30:12.345+08:00'
const message = (text: string) => ({
  ...{ id: 'm-1', type: 'message.moderated', time: AT, group: 'g-1', sender: 'u' },
  ...{ content: { kind: 'text', text }, moderation: { decision: 'allowed', by: 'human', decidedAt: AT } },
})

it('keeps the limits of the contract, also for bodies that are as large as a request may be', () => {
  const bodyOf = (text: string, count = 1) =>
    JSON.stringify(Array.from({ length: count }, () => message(text)))
  expect(read(bodyOf('x'.repeat(10_000)), false)).toHaveLength(1)
  expect(read(bodyOf('x'.repeat(10_001)), false)).toBeUndefined()
  expect(read(bodyOf('水'.repeat(10_000)), false)).toHaveLength(1)
  expect(read(bodyOf('水'.repeat(10_001)), false)).toBeUndefined()
  expect(read(bodyOf('x', BATCH_LIMIT), false)).toHaveLength(BATCH_LIMIT)
  expect(read(bodyOf('x', BATCH_LIMIT + 1), false)).toBeUndefined()
  for (const endless of ['x'.repeat(8_000_000), '\n'.repeat(4_000_000), '"'.repeat(4_000_000)]) {
    expect(read(bodyOf(endless), false)).toBeUndefined()
    expect(read(bodyOf(endless).slice(0, -20), false)).toBeUndefined()
  }
})

it('keeps nothing of a request within reach', () => {
  expect(read(JSON.stringify([message('不要留下')]), false)).toHaveLength(1)
  expect(RegExp.input).toBe('')
})
