import { blake3 } from '@noble/hashes/blake3.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createKeyedHash, deriveKey } from './keyed-hash.ts'

function reference(key: Uint8Array, text: string): string {
  return Buffer.from(blake3(new TextEncoder().encode(text), { key, dkLen: 16 })).toString('hex')
}
function own(key: Uint8Array, text: string): string {
  const out = new Uint32Array(4)
  createKeyedHash(key).hash(text, out)
  return Buffer.from(out.buffer).toString('hex')
}
const keys = fc.uint8Array({ minLength: 32, maxLength: 32 })

describe('keyed hash', () => {
  it('equals keyed BLAKE3 for any string of one chunk', () => {
    const texts = fc.oneof(fc.string({ maxLength: 300 }), fc.string({ unit: 'grapheme', maxLength: 120 }))
    fc.assert(fc.property(keys, texts, (key, text) => own(key, text) === reference(key, text)))
  })

  it('is right at block edges, also after a longer input', () => {
    const key = new Uint8Array(32).fill(7)
    const hash = createKeyedHash(key)
    const out = new Uint32Array(4)
    for (const length of [1024, 0, 1, 63, 64, 65, 127, 128, 129, 1023]) {
      hash.hash('x'.repeat(length), out)
      expect(Buffer.from(out.buffer).toString('hex')).toBe(reference(key, 'x'.repeat(length)))
    }
  })

  it('refuses what does not fit and wrong keys', () => {
    expect(() => own(new Uint8Array(32), '水'.repeat(400))).toThrow(RangeError)
    expect(() => createKeyedHash(new Uint8Array(16))).toThrow(RangeError)
  })

  it('derives keys that differ by purpose and by secret', () => {
    const hex = (key: Uint8Array) => Buffer.from(key).toString('hex')
    const secret = new Uint8Array(32).fill(1)
    expect(hex(deriveKey(secret, 'a'))).not.toBe(hex(deriveKey(secret, 'b')))
    expect(hex(deriveKey(secret, 'a'))).not.toBe(hex(deriveKey(new Uint8Array(32).fill(2), 'a')))
    expect(deriveKey(secret, 'a')).toHaveLength(32)
  })
})
