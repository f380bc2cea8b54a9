import { z } from 'zod'
import { describe, expect, it } from 'vitest'
import { parsePart } from './problem.ts'

const Body = z.strictObject({ name: z.string(), tags: z.array(z.string()).optional() })

describe('parts of a request', () => {
  it.each([{ name: 'a\u0000b' }, { name: 'x', tags: ['ok', '\ud800'] }, { name: '\udc00x' }])(
    'refuses what no database keeps: %j',
    (value) => {
      expect(() => parsePart(Body, value, 'body')).toThrow(/no text has/)
    },
  )
  it('takes every character that is one', () => {
    const value = { name: '云汀 😀 𠀀 \t\n', tags: ['\ue000'] }
    expect(parsePart(Body, value, 'body')).toEqual(value)
  })
})
