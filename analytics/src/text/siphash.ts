// SipHash-2-4 with a 64-bit result (Aumasson & Bernstein 2012) over UTF-16 units, on 32-bit halves: a keyed hash that
// is cheap enough to be taken of every candidate stretch of a message.

/** 128-bit key as four 32-bit integers, little end first. */
export type SipKey = Int32Array

/** Throws RangeError unless the secret has at least 16 bytes; only the first 16 are used. */
export function sipKey(secret: Uint8Array): SipKey {
  if (secret.length < 16) throw new RangeError('a SipHash key needs 16 bytes')
  const view = new DataView(secret.buffer, secret.byteOffset, 16)
  return Int32Array.from({ length: 4 }, (_, i) => view.getInt32(4 * i, true))
}

/** 1 if a + b, both without sign, reaches beyond the 32 bits of `sum` (Warren, Hacker's Delight, 2-16). */
const carry = (a: number, b: number, sum: number): number => ((a & b) | ((a | b) & ~sum)) >>> 31

/**
 * Hash of units[start..end) into out[0] (low half) and out[1] (high half). One loop over all rounds with its state in
 * local variables, (low, high) each: two rounds a message word, the last of which holds the length, and four at the end.
 */
export function sipHash(
  key: SipKey,
  units: ArrayLike<number>,
  start: number,
  end: number,
  out: Int32Array,
): void {
  const words = ((end - start) >> 2) + 1
  let v0l = key[0]! ^ 0x70736575
  let v0h = key[1]! ^ 0x736f6d65
  let v1l = key[2]! ^ 0x6e646f6d
  let v1h = key[3]! ^ 0x646f7261
  let v2l = key[0]! ^ 0x6e657261
  let v2h = key[1]! ^ 0x6c796765
  let v3l = key[2]! ^ 0x79746573
  let v3h = key[3]! ^ 0x74656462
  let low = 0
  let high = 0
  for (let round = 0; round < 2 * words + 4; round++) {
    if ((round & 1) === 0) {
      const at = start + 2 * round
      const isLast = round === 2 * (words - 1)
      if (round < 2 * words) {
        low = (at < end ? units[at]! : 0) | (at + 1 < end ? units[at + 1]! << 16 : 0)
        high = (at + 2 < end ? units[at + 2]! : 0) | (at + 3 < end ? units[at + 3]! << 16 : 0)
        if (isLast) high |= (((end - start) * 2) & 0xff) << 24
        v3l ^= low
        v3h ^= high
      } else if (round === 2 * words) v2l ^= 0xff
    }
    let sum = (v0l + v1l) | 0
    v0h = (v0h + v1h + carry(v0l, v1l, sum)) | 0
    v0l = sum
    let spare = v1l
    v1l = ((v1l << 13) | (v1h >>> 19)) ^ v0l
    v1h = ((v1h << 13) | (spare >>> 19)) ^ v0h
    spare = v0l
    v0l = v0h
    v0h = spare
    sum = (v2l + v3l) | 0
    v2h = (v2h + v3h + carry(v2l, v3l, sum)) | 0
    v2l = sum
    spare = v3l
    v3l = ((v3l << 16) | (v3h >>> 16)) ^ v2l
    v3h = ((v3h << 16) | (spare >>> 16)) ^ v2h
    sum = (v0l + v3l) | 0
    v0h = (v0h + v3h + carry(v0l, v3l, sum)) | 0
    v0l = sum
    spare = v3l
    v3l = ((v3l << 21) | (v3h >>> 11)) ^ v0l
    v3h = ((v3h << 21) | (spare >>> 11)) ^ v0h
    sum = (v2l + v1l) | 0
    v2h = (v2h + v1h + carry(v2l, v1l, sum)) | 0
    v2l = sum
    spare = v1l
    v1l = ((v1l << 17) | (v1h >>> 15)) ^ v2l
    v1h = ((v1h << 17) | (spare >>> 15)) ^ v2h
    spare = v2l
    v2l = v2h
    v2h = spare
    if ((round & 1) === 1 && round < 2 * words) {
      v0l ^= low
      v0h ^= high
    }
  }
  out[0] = v0l ^ v1l ^ v2l ^ v3l
  out[1] = v0h ^ v1h ^ v2h ^ v3h
}
