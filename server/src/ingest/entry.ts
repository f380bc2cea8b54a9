/**
 * What the spool holds for one accepted batch: hashed ids, the finished JSONCompactEachRow lines of its messages, and its
 * corrections by hash. Nothing else may enter, because a deleted value stays readable in the file.
 *
 * Layout, little endian: version u8, spare u8, months u16, rows u32, corrections u32, row bytes u32, correction bytes u32,
 * spare u32, acceptedAt f64; then ids (16 bytes each, rows first), months (u16: year * 12 + month), rows, corrections.
 */
export interface Entry {
  readonly rowCount: number
  /** Four words an id: those of the rows in their order, then those of the corrections. */
  readonly ids: Uint32Array
  /** Distinct months of the local days of the rows. */
  readonly months: Uint16Array
  readonly rows: Uint8Array
  readonly corrections: readonly SpooledCorrection[]
  readonly acceptedAt: number
}

/** A correction as it waits: `target` and `id` are 32 hex digits of keyed hashes. */
export interface SpooledCorrection {
  target: string
  id: string
  decidedAt: number
  decision: string
  category: string
  tier: string
  by: string
  source: string
}

const VERSION = 1
const HEADER = 32
const decoder = new TextDecoder('latin1')

export function encodeEntry(entry: {
  rowCount: number
  ids: Uint32Array
  months: Iterable<number>
  rows: string
  corrections: readonly SpooledCorrection[]
  acceptedAt: number
}): Uint8Array {
  const months = Uint16Array.from(entry.months)
  const corrections = entry.corrections.map((correction) => JSON.stringify(correction)).join('\n')
  const size = HEADER + entry.ids.byteLength + months.byteLength + entry.rows.length + corrections.length
  const bytes = Buffer.allocUnsafeSlow(size)
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER)
  view.setUint8(0, VERSION)
  view.setUint8(1, 0)
  view.setUint16(2, months.length, true)
  view.setUint32(4, entry.rowCount, true)
  view.setUint32(8, entry.corrections.length, true)
  view.setUint32(12, entry.rows.length, true)
  view.setUint32(16, corrections.length, true)
  view.setUint32(20, 0, true)
  view.setFloat64(24, entry.acceptedAt, true)
  let at = HEADER
  for (const words of [entry.ids, months]) {
    bytes.set(new Uint8Array(words.buffer, words.byteOffset, words.byteLength), at)
    at += words.byteLength
  }
  // Rows and corrections are ASCII by construction: ids, codes and numbers only.
  at += bytes.write(entry.rows, at, 'latin1')
  bytes.write(corrections, at, 'latin1')
  return bytes
}

/** @throws Error when the value was not written by this version */
export function decodeEntry(value: Uint8Array): Entry {
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength)
  if (view.getUint8(0) !== VERSION) throw new Error('the spool was written by another version')
  const monthCount = view.getUint16(2, true)
  const rowCount = view.getUint32(4, true)
  const idCount = rowCount + view.getUint32(8, true)
  const rowBytes = view.getUint32(12, true)
  const correctionBytes = view.getUint32(16, true)
  let at = HEADER
  // Copied, because the words must be aligned and the spool may reuse its buffer.
  const take = (length: number) => new Uint8Array(value.subarray(at, (at += length)))
  const ids = new Uint32Array(take(idCount * 16).buffer)
  const months = new Uint16Array(take(monthCount * 2).buffer)
  const rows = take(rowBytes)
  const text = decoder.decode(take(correctionBytes))
  const corrections = text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as SpooledCorrection)
  return { rowCount, ids, months, rows, corrections, acceptedAt: view.getFloat64(24, true) }
}
