/**
 * Keyed hash of up to three integers to 32 bits: HalfSipHash-2-4 (Aumasson, Bernstein 2012; the 32-bit variant of
 * SipHash), so that thresholds and sketch positions cannot be computed or inverted without the secret.
 */
export type KeyedHash = (a: number, b: number, c: number) => number

/** `secret`: at least 16 bytes; `domain` separates uses of one secret. */
export function createKeyedHash(secret: Uint8Array, domain: number): KeyedHash {
  if (secret.length < 16) throw new RangeError('a secret of at least 16 bytes is needed')
  const view = new DataView(secret.buffer, secret.byteOffset, secret.byteLength)
  // All 128 bits enter the 64-bit key through one keyed pass over the second half.
  const half = halfSip(view.getInt32(0, true), view.getInt32(4, true))
  const k0 = half(view.getInt32(8, true), view.getInt32(12, true), domain)
  const k1 = half(view.getInt32(12, true), view.getInt32(8, true), ~domain)
  return halfSip(k0, k1)
}

function halfSip(k0: number, k1: number): KeyedHash {
  // Two rounds a message word and four at the end, in one flat loop: this runs for every candidate word of a tick.
  return (a, b, c) => {
    let v0 = k0
    let v1 = k1
    let v2 = 0x6c796765 ^ k0
    let v3 = 0x74656462 ^ k1
    for (let i = 0; i < 12; i++) {
      const word = i < 2 ? a : i < 4 ? b : i < 6 ? c : 12 << 24
      const first = (i & 1) === 0 && i < 8
      if (first) v3 ^= word
      if (i === 8) v2 ^= 0xff
      v0 = (v0 + v1) | 0
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0
      v0 = (v0 << 16) | (v0 >>> 16)
      v2 = (v2 + v3) | 0
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2
      v0 = (v0 + v3) | 0
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0
      v2 = (v2 + v1) | 0
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2
      v2 = (v2 << 16) | (v2 >>> 16)
      if (!first && i < 8) v0 ^= word
    }
    return (v1 ^ v3) >>> 0
  }
}

/** Folds an integer of up to 53 bits to 32 well-mixed bits (murmur3 finaliser); never 0, so 0 can mean "empty". */
export function fold53(value: number): number {
  const low = value | 0
  const high = (value / 4294967296) | 0
  let h = low ^ Math.imul(high, 0x9e3779b1)
  h ^= h >>> 16
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  h ^= h >>> 16
  return h === 0 ? 1 : h
}
