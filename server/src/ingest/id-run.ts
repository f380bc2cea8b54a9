import { closeSync, openSync, readSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { compareIds, kindOf, type KnownAs } from './id-table.ts'

/**
 * A run: a file of ids in order with a filter that stays in memory. Most look-ups end at the filter (with 9 bits an id there are
 * about 2 % false positives, with 16 a tenth of that); the others read one or two pages of the file, found by interpolation
 * because hashes are uniform.
 * File: header (4 words: magic, version, ids, filter words), ids (16 bytes each), filter.
 */
export interface IdRun {
  readonly path: string
  readonly count: number
  /** Memory held by the filter. */
  readonly bytes: number
  find(words: Uint32Array, at: number): KnownAs | undefined
  /** `count` ids from position `first`, for merging. */
  read(first: number, count: number): Uint32Array
  close(): void
}

const MAGIC = 0x44_49_4c_47
const VERSION = 1
const HEADER_BYTES = 16
const ID_BYTES = 16
const PROBES = 6
/** A filter block is one cache line: all probes of an id fall into it. */
const BLOCK_WORDS = 16
const WINDOW = 256

/** Ending of a file that is not whole yet. */
export const PARTIAL = '.partial'

function blocksFor(count: number, bitsPerId: number): number {
  return Math.max(1, Math.ceil((count * bitsPerId) / (BLOCK_WORDS * 32)))
}

function setBits(filter: Uint32Array, words: Uint32Array, at: number): void {
  const base = ((words[at + 3] as number) % (filter.length / BLOCK_WORDS)) * BLOCK_WORDS
  let bits = words[at + 1] as number
  for (let probe = 0; probe < PROBES; probe++) {
    if (probe === 3) bits = words[at + 2] as number
    const bit = bits & 511
    filter[base + (bit >>> 5)] = (filter[base + (bit >>> 5)] as number) | (1 << (bit & 31))
    bits >>>= 9
  }
}

function mayHold(filter: Uint32Array, words: Uint32Array, at: number): boolean {
  const base = ((words[at + 3] as number) % (filter.length / BLOCK_WORDS)) * BLOCK_WORDS
  let bits = words[at + 1] as number
  for (let probe = 0; probe < PROBES; probe++) {
    if (probe === 3) bits = words[at + 2] as number
    const bit = bits & 511
    if (((filter[base + (bit >>> 5)] as number) & (1 << (bit & 31))) === 0) return false
    bits >>>= 9
  }
  return true
}

function readFully(fd: number, bytes: Uint8Array, position: number): void {
  let done = 0
  while (done < bytes.length) {
    const got = readSync(fd, bytes, done, bytes.length - done, position + done)
    if (got === 0) throw new Error('a file of hashed ids is shorter than it says')
    done += got
  }
}

const asBytes = (words: Uint32Array) => new Uint8Array(words.buffer, words.byteOffset, words.byteLength)

/** @throws Error when the file is cut short or not a run */
export function openRun(path: string): IdRun {
  const fd = openSync(path, 'r')
  const header = new Uint32Array(HEADER_BYTES / 4)
  readFully(fd, asBytes(header), 0)
  const [magic, version, count = 0, filterWords = 0] = header
  if (magic !== MAGIC || version !== VERSION) {
    closeSync(fd)
    throw new Error('not a file of hashed ids')
  }
  const filter = new Uint32Array(filterWords)
  readFully(fd, asBytes(filter), HEADER_BYTES + count * ID_BYTES)
  const window = new Uint32Array(WINDOW * 4)

  function load(first: number, length: number, into: Uint32Array): void {
    readFully(fd, asBytes(into).subarray(0, length * ID_BYTES), HEADER_BYTES + first * ID_BYTES)
  }
  /** Looks through the ids [first, first + length) already loaded; -1 and 1 say on which side of them the id belongs. */
  function search(words: Uint32Array, at: number, length: number): KnownAs | -1 | 1 | undefined {
    if (compareIds(words, at, window, 0) < 0) return -1
    if (compareIds(words, at, window, (length - 1) * 4) > 0) return 1
    let low = 0
    let high = length - 1
    while (low <= high) {
      const middle = (low + high) >>> 1
      const order = compareIds(words, at, window, middle * 4)
      if (order === 0) return kindOf(window[middle * 4] as number)
      if (order < 0) high = middle - 1
      else low = middle + 1
    }
    return undefined
  }
  return {
    path,
    count,
    bytes: filter.byteLength,
    find(words, at) {
      if (!mayHold(filter, words, at)) return undefined
      let low = 0
      let high = count
      let guess = Math.floor(((words[at] as number) / 2 ** 32) * count) - WINDOW / 2
      while (low < high) {
        const first = Math.max(low, Math.min(guess, high - WINDOW))
        const length = Math.min(WINDOW, high - first)
        load(first, length, window)
        const found = search(words, at, length)
        if (found !== -1 && found !== 1) return found
        if (found === -1) high = first
        else low = first + length
        guess = found === -1 ? first - WINDOW : first + length
      }
      return undefined
    },
    read(first, length) {
      const ids = new Uint32Array(length * 4)
      load(first, length, ids)
      return ids
    },
    close: () => closeSync(fd),
  }
}

/** Writes ids in order as they come and makes the file appear whole, flushed, under its name at the end. */
export interface RunWriter {
  append(ids: Uint32Array): Promise<void>
  /** Flushes, renames and opens the run. */
  finish(): Promise<IdRun>
  /** Closes and removes what was written so far. */
  abandon(): Promise<void>
}

/** @param most upper bound of the ids to come; with `bitsPerId` it sizes the filter */
export async function createRunWriter(path: string, most: number, bitsPerId: number): Promise<RunWriter> {
  const partial = path + PARTIAL
  const file = await open(partial, 'w', 0o600)
  const filter = new Uint32Array(blocksFor(most, bitsPerId) * BLOCK_WORDS)
  let count = 0
  async function abandon(): Promise<void> {
    await file.close()
    await rm(partial, { force: true })
  }
  await file.writeFile(new Uint8Array(HEADER_BYTES)).catch(async (error: unknown) => {
    await abandon()
    throw error
  })
  return {
    async append(ids) {
      for (let at = 0; at < ids.length; at += 4) setBits(filter, ids, at)
      await file.writeFile(asBytes(ids))
      count += ids.length / 4
    },
    async finish() {
      await file.writeFile(asBytes(filter))
      await file.write(asBytes(Uint32Array.of(MAGIC, VERSION, count, filter.length)), 0, HEADER_BYTES, 0)
      await file.sync()
      await file.close()
      await rename(partial, path)
      return openRun(path)
    },
    abandon,
  }
}
