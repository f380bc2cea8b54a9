import { KIND_BIT } from './id-table.ts'

/** What follows the hash of a row, in two strings of which each is the same for many rows. ASCII only. */
export interface RowPieces {
  /** Minute, hour and day; group, unit and source. */
  head: string
  /** Everything else, to the end of the line. */
  tail: string
}

/** Lines of rows as bytes, in one buffer that grows and is used again. */
export interface RowBytes {
  add(words: Uint32Array, row: RowPieces): void
  /** What was added; stays valid until the next change. */
  bytes(): Uint8Array
  clear(): void
}

const FIRST = 65_536
const HASH = 32
const HEX = Buffer.from('0123456789abcdef', 'latin1')

export function createRowBytes(): RowBytes {
  let buffer = Buffer.allocUnsafeSlow(FIRST)
  let length = 0

  function hex(word: number, at: number): void {
    for (let i = 0; i < 4; i++) {
      const byte = (word >>> (i * 8)) & 255
      buffer[at + i * 2] = HEX[byte >>> 4] as number
      buffer[at + i * 2 + 1] = HEX[byte & 15] as number
    }
  }
  return {
    add(words, { head, tail }) {
      const need = length + 4 + HASH + head.length + tail.length
      if (need > buffer.length) {
        const wider = Buffer.allocUnsafeSlow(Math.max(need, buffer.length * 2))
        buffer.copy(wider, 0, 0, length)
        buffer = wider
      }
      buffer[length] = 91
      buffer[length + 1] = 34
      hex((words[0] as number) & ~KIND_BIT, length + 2)
      for (let i = 1; i < 4; i++) hex(words[i] as number, length + 2 + i * 8)
      length += 2 + HASH
      length += buffer.write(head, length, 'latin1')
      length += buffer.write(tail, length, 'latin1')
    },
    bytes: () => buffer.subarray(0, length),
    clear: () => void (length = 0),
  }
}
