import { describe, expect, it } from 'vitest'
import { sipHash, sipKey } from './siphash.ts'

describe('sipHash', () => {
  // Reference vectors of the SipHash paper: key 00..0f, message 00, 01, … of even length.
  const key = sipKey(Uint8Array.from({ length: 16 }, (_, i) => i))
  const vectors: Record<number, string> = {
    0: '310e0edd47db6f72',
    2: '5a4fa9d909806c0d',
    4: 'b7877127e09427cf',
    8: '6224939a79f5f593',
    16: 'db9bc2577fcc2a3f',
  }
  for (const [bytes, expected] of Object.entries(vectors)) {
    it(`gives the published value for ${bytes} bytes`, () => {
      const units = Array.from({ length: Number(bytes) / 2 }, (_, i) => 2 * i + ((2 * i + 1) << 8))
      const out = new Int32Array(2)
      sipHash(key, units, 0, units.length, out)
      expect(Buffer.from(out.buffer).toString('hex')).toBe(expected)
    })
  }

  it('refuses a short key', () => {
    expect(() => sipKey(new Uint8Array(15))).toThrow(RangeError)
  })
})
