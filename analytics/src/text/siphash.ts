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

/** State v0..v3 as (low, high) pairs, and the message word m in places 8 and 9. */
type State = Int32Array

function add(s: State, a: number, b: number): void {
  const low = (s[a]! >>> 0) + (s[b]! >>> 0)
  s[a + 1] = s[a + 1]! + s[b + 1]! + (low > 0xffffffff ? 1 : 0)
  s[a] = low
}

/** s[a] = rotate-left(s[a], bits) xor s[b], 0 < bits < 32. */
function rotateXor(s: State, a: number, bits: number, b: number): void {
  const low = s[a]!
  const high = s[a + 1]!
  s[a] = ((low << bits) | (high >>> (32 - bits))) ^ s[b]!
  s[a + 1] = ((high << bits) | (low >>> (32 - bits))) ^ s[b + 1]!
}

function swap(s: State, a: number): void {
  const low = s[a]!
  s[a] = s[a + 1]!
  s[a + 1] = low
}

function round(s: State): void {
  add(s, 0, 2)
  rotateXor(s, 2, 13, 0)
  swap(s, 0)
  add(s, 4, 6)
  rotateXor(s, 6, 16, 4)
  add(s, 0, 6)
  rotateXor(s, 6, 21, 0)
  add(s, 4, 2)
  rotateXor(s, 2, 17, 4)
  swap(s, 4)
}

function absorb(s: State, low: number, high: number): void {
  s[6] = s[6]! ^ low
  s[7] = s[7]! ^ high
  round(s)
  round(s)
  s[0] = s[0]! ^ low
  s[1] = s[1]! ^ high
}

const state: State = new Int32Array(8)

/** Hash of units[start..end) into out[0] (low half) and out[1] (high half). */
export function sipHash(
  key: SipKey,
  units: ArrayLike<number>,
  start: number,
  end: number,
  out: Int32Array,
): void {
  const s = state
  s[0] = key[0]! ^ 0x70736575
  s[1] = key[1]! ^ 0x736f6d65
  s[2] = key[2]! ^ 0x6e646f6d
  s[3] = key[3]! ^ 0x646f7261
  s[4] = key[0]! ^ 0x6e657261
  s[5] = key[1]! ^ 0x6c796765
  s[6] = key[2]! ^ 0x79746573
  s[7] = key[3]! ^ 0x74656462
  let i = start
  for (; i + 4 <= end; i += 4)
    absorb(s, units[i]! | (units[i + 1]! << 16), units[i + 2]! | (units[i + 3]! << 16))
  let low = 0
  if (i < end) low = units[i]!
  if (i + 1 < end) low |= units[i + 1]! << 16
  const high = (i + 2 < end ? units[i + 2]! : 0) | ((((end - start) * 2) & 0xff) << 24)
  absorb(s, low, high)
  s[4] = s[4]! ^ 0xff
  for (let k = 0; k < 4; k++) round(s)
  out[0] = s[0]! ^ s[2]! ^ s[4]! ^ s[6]!
  out[1] = s[1]! ^ s[3]! ^ s[5]! ^ s[7]!
}
