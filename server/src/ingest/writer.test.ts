import { afterEach, expect, it } from 'vitest'
import type { Spool } from '../ports/spool.ts'
import { createWriter, type Writer } from './writer.ts'

const quiet = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined }

let writer: Writer | undefined
afterEach(async () => writer?.stop())

/** A writer over a spool that holds nothing; its numbers are what a disk that refused some writes leaves. */
async function overEmpty(numbers: { lastSeq: number; durableSeq: number }) {
  const nothing = async () => undefined
  const spool: Spool = {
    ...{ depth: 0, bytes: 0, blocked: null, setNotes: nothing, removeThrough: nothing, close: nothing },
    ...{ append: () => Promise.reject(new Error('full')), read: () => [], getNote: () => undefined },
    get lastSeq() {
      return numbers.lastSeq
    },
    get durableSeq() {
      return numbers.durableSeq
    },
  }
  const made = createWriter({
    ...{ spool, logger: quiet, newToken: () => 't', onUnknown: () => undefined },
    clock: { now: () => Date.UTC(2026, 10, 21) },
    ids: { persist: nothing, remember: () => undefined },
    clickhouse: { query: async () => [], insertBlock: nothing },
  })
  writer = made
  await made.start()
  return made
}

it('waits for no value that the disk refused', async () => {
  const numbers = { lastSeq: 7, durableSeq: 7 }
  const made = await overEmpty(numbers)
  await made.drained()
  numbers.lastSeq = 9
  await expect(made.drained()).resolves.toBeUndefined()
})

it('nor for one that a former process counted and never wrote', async () => {
  const numbers = { lastSeq: 7, durableSeq: 7 }
  const made = await overEmpty(numbers)
  await made.drained()
  numbers.lastSeq = numbers.durableSeq = 9
  await expect(Promise.all([made.drained(), made.land()])).resolves.toHaveLength(2)
})
