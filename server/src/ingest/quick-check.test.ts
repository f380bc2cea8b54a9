import { GuanlanEvent, Timestamp } from '@guanlan/contract/event'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { instantOf, usualInstant } from './instant.ts'
import { isPlainMessage } from './quick-check.ts'

const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`))
const offset = fc.oneof(fc.constant('Z'), fc.stringMatching(/^[+-][012][0-9]:[0-6][0-9]$/))
const roughTime = fc
  .tuple(
    fc.stringMatching(/^[0-9]{4}-[01][0-9]-[0-3][0-9]T[012][0-9]:[0-6][0-9]:[0-6][0-9]$/),
    fc.oneof(
      fc.constant(''),
      digits(3).map((ms) => `.${ms}`),
      fc.stringMatching(/^[.,:]?[0-9]{0,4}$/),
    ),
    offset,
  )
  .map((parts) => parts.join(''))
const soundTime = fc
  .date({ min: new Date('0001-01-02'), max: new Date('9999-12-30'), noInvalidDate: true })
  .chain((date) => fc.constantFrom(date.toISOString(), `${date.toISOString().slice(0, 19)}+08:00`))
const time = fc.oneof(soundTime, roughTime, fc.string())

it('reads a usual time as Date.parse does, and only what the contract takes', () => {
  fc.assert(
    fc.property(time, (text) => {
      const usual = usualInstant(text)
      if (Number.isNaN(usual)) return
      expect(Timestamp.safeParse(text).success).toBe(true)
      expect(usual).toBe(Date.parse(text))
    }),
    { numRuns: 5_000 },
  )
})

it('knows the usual shapes, leap days and the offset sign', () => {
  for (const text of [
    '2024-02-29T00:00:00Z',
    '2000-02-29T23:59:59.999-11:30',
    '2026-11-21T09:30:12.345+08:00',
  ])
    expect(usualInstant(text)).toBe(Date.parse(text))
  for (const text of [
    '2023-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-00-01T00:00:00Z',
  ])
    expect(usualInstant(text)).toBeNaN()
  expect(instantOf('2026-11-21T09:30:12.345678Z')).toBe(Date.parse('2026-11-21T09:30:12.345678Z'))
})

const acted = fc.record(
  {
    decision: fc.constantFrom('warned', 'restricted', 'removed'),
    category: fc.constantFrom('fraud', 'leak.internal', 'a.b.c'),
    by: fc.constantFrom('automated', 'human'),
    decidedAt: soundTime,
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
  },
  { requiredKeys: ['decision', 'category', 'by', 'decidedAt'] },
)
const allowed = acted.map(({ category: _, ...rest }) => ({ ...rest, decision: 'allowed' }))
const soundEvent = fc.record({
  id: fc.stringMatching(/^[A-Za-z0-9._:-]{1,128}$/),
  type: fc.constant('message.moderated'),
  time: soundTime,
  group: fc.stringMatching(/^[A-Za-z0-9._:-]{1,64}$/),
  sender: fc.string({ minLength: 1, maxLength: 20 }),
  content: fc.record(
    { kind: fc.constantFrom('text', 'image', 'voice'), text: fc.string() },
    { requiredKeys: ['kind'] },
  ),
  moderation: fc.oneof(acted, allowed),
})
const place = fc.constantFrom(
  ...['id', 'type', 'time', 'group', 'sender', 'content', 'moderation', 'extra', '__proto__'],
  ...['content/kind', 'content/text', 'content/extra', 'moderation/decision', 'moderation/category'],
  ...['moderation/by', 'moderation/decidedAt', 'moderation/confidence', 'moderation/extra'],
)
const odd = fc.oneof(
  fc.constantFrom(
    '',
    'a b',
    'a\n',
    'a/b',
    'A',
    '.a',
    'a.b.c.d',
    'allowed',
    'removed',
    'message.corrected',
    'human',
  ),
  fc.constantFrom(...[64, 65, 128, 129, 10_000, 10_001].map((length) => 'x'.repeat(length))),
  ...[roughTime, fc.double(), fc.anything({ maxDepth: 1 })],
)

/** A sound event with some of its places replaced, added or taken away. */
const event = fc
  .tuple(soundEvent, fc.array(fc.tuple(place, odd), { maxLength: 2 }))
  .map(([sound, changes]) => {
    const changed = structuredClone(sound) as Record<string, unknown>
    for (const [path, value] of changes) {
      const [field = '', inner] = path.split('/')
      const at = inner === undefined ? changed : changed[field]
      if (typeof at !== 'object' || at === null) continue
      Object.defineProperty(at, inner ?? field, {
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      })
    }
    return changed
  })

it('takes nothing that the schema refuses, and takes it as it is', () => {
  const seen = { plain: 0, other: 0 }
  fc.assert(
    fc.property(event, (raw) => {
      // Events come from a parser, so that absent and undefined are the same.
      const sent: unknown = JSON.parse(JSON.stringify(raw))
      const plain = isPlainMessage(sent)
      seen[plain ? 'plain' : 'other']++
      if (!plain) return
      const parsed = GuanlanEvent.safeParse(sent)
      expect(parsed.success).toBe(true)
      expect(parsed.data).toEqual(sent)
    }),
    { numRuns: 5_000 },
  )
  expect(seen.plain).toBeGreaterThan(1_000)
  expect(seen.other).toBeGreaterThan(1_000)
})

it('recognises what producers send', () => {
  const at = '2026-11-21T09:30:12.345+08:00'
  const base = {
    id: 'm-1',
    type: 'message.moderated',
    time: at,
    group: 'g-1',
    sender: 'u',
    content: { kind: 'text', text: '停水' },
  }
  expect(
    isPlainMessage({ ...base, moderation: { decision: 'allowed', by: 'automated', decidedAt: at } }),
  ).toBe(true)
  expect(
    isPlainMessage({
      ...base,
      moderation: { decision: 'removed', category: 'fraud', by: 'human', decidedAt: at, confidence: 0.5 },
    }),
  ).toBe(true)
})
