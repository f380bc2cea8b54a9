import type { RowPieces } from './row.ts'

/**
 * What the spool holds for one accepted batch: hashed ids, the pieces of the JSONCompactEachRow lines of its messages, and its
 * corrections by hash. Nothing else may enter, because a deleted value stays readable in the file.
 *
 * Layout, little endian: version u8, spare u8, months u16, rows u32, corrections u32, piece bytes u32, correction bytes u32,
 * spare u32, acceptedAt f64; then ids (16 bytes each, rows first), months (u16: year * 12 + month), three places a row (u16),
 * the pieces that they count, corrections. Messages share most pieces, so that a row takes a quarter of its line.
 * Version 2 did not say which rows are history; version 1 moreover had no places, and whole lines instead of pieces.
 */
export interface Entry {
  readonly rowCount: number
  /** Four words an id: those of the rows in their order, then those of the corrections. */
  readonly ids: Uint32Array
  /** Distinct months of the local days of the rows. */
  readonly months: Uint16Array
  /** The lines of the rows, the same each time; ASCII. */
  lines(): string
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
  /** Imported: what it says changes history only. */
  history?: true
}

const VERSION = 3
const WITHOUT_HISTORY = 2
const WHOLE_LINES = 1
const HEADER = 32
const PLACES = 3

/** Each different piece once, and three places among them a row. */
function pack(rows: readonly RowPieces[]): { places: Uint16Array; pieces: string } {
  const known = new Map<string, number>()
  const places = new Uint16Array(rows.length * PLACES)
  let at = 0
  const put = (piece: string) => {
    let place = known.get(piece)
    if (place === undefined) known.set(piece, (place = known.size))
    places[at++] = place
  }
  for (const { when, where, what } of rows) {
    put(when)
    put(where)
    put(what)
  }
  return { places, pieces: [...known.keys()].join('\n') }
}

function unpack(ids: Uint32Array, places: Uint16Array, pieces: readonly string[]): string {
  // All hashes at once, and pieces joined by reference.
  const hex = Buffer.from(ids.buffer, ids.byteOffset, (places.length / PLACES) * 16).toString('hex')
  let lines = ''
  for (let at = 0, from = 0; at < places.length; at += PLACES) {
    const [when, where, what] = [places[at] as number, places[at + 1] as number, places[at + 2] as number]
    lines += `["${hex.slice(from, (from += 32))}${pieces[when]}${pieces[where]}${pieces[what]}\n`
  }
  return lines
}

/** @param entry.ids four words each; those of messages come first, the bit of their kind is clear */
export function encodeEntry(entry: {
  rows: readonly RowPieces[]
  ids: Uint32Array
  months: Iterable<number>
  corrections: readonly SpooledCorrection[]
  acceptedAt: number
}): Uint8Array {
  const months = Uint16Array.from(entry.months)
  const { places, pieces } = pack(entry.rows)
  const corrections = entry.corrections.map((correction) => JSON.stringify(correction)).join('\n')
  const words = [entry.ids, months, places]
  const size = words.reduce((sum, each) => sum + each.byteLength, HEADER + pieces.length + corrections.length)
  const bytes = Buffer.allocUnsafeSlow(size)
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER)
  view.setUint8(0, VERSION)
  view.setUint8(1, 0)
  view.setUint16(2, months.length, true)
  view.setUint32(4, entry.rows.length, true)
  view.setUint32(8, entry.corrections.length, true)
  view.setUint32(12, pieces.length, true)
  view.setUint32(16, corrections.length, true)
  view.setUint32(20, 0, true)
  view.setFloat64(24, entry.acceptedAt, true)
  let at = HEADER
  for (const each of words) {
    bytes.set(new Uint8Array(each.buffer, each.byteOffset, each.byteLength), at)
    at += each.byteLength
  }
  // Pieces and corrections are ASCII by construction: ids, codes and numbers only.
  at += bytes.write(pieces, at, 'latin1')
  bytes.write(corrections, at, 'latin1')
  return bytes
}

/** Lines of rows from before they said whether they are history: they counted as not. */
export const withHistory = (lines: string): string => lines.replaceAll(']\n', ',0]\n')

/** @throws Error when the value was written by a later version */
export function decodeEntry(value: Uint8Array): Entry {
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength)
  const version = view.getUint8(0)
  if (version > VERSION || version < WHOLE_LINES) throw new Error('the spool was written by another version')
  const monthCount = view.getUint16(2, true)
  const rowCount = view.getUint32(4, true)
  const idCount = rowCount + view.getUint32(8, true)
  const placeCount = version === WHOLE_LINES ? 0 : rowCount * PLACES
  let at = HEADER
  // Copied, because the words must be aligned and the spool may reuse its buffer.
  const take = (length: number) => new Uint8Array(value.subarray(at, (at += length))).buffer
  const ids = new Uint32Array(take(idCount * 16))
  const months = new Uint16Array(take(monthCount * 2))
  const places = new Uint16Array(take(placeCount * 2))
  const pieces = Buffer.from(take(view.getUint32(12, true))).toString('latin1')
  const text = Buffer.from(take(view.getUint32(16, true))).toString('latin1')
  const corrections = text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as SpooledCorrection)
  const stored = () => (version === WHOLE_LINES ? pieces : unpack(ids, places, pieces.split('\n')))
  const lines = () => (version <= WITHOUT_HISTORY ? withHistory(stored()) : stored())
  return { rowCount, ids, months, lines, corrections, acceptedAt: view.getFloat64(24, true) }
}
