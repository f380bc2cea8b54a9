import { mkdir, mkdtemp, readdir, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLocalTime } from '../lib/local-day.ts'
import { openIdIndex, type IdIndex, type IdIndexOptions } from './id-index.ts'

const time = createLocalTime('Asia/Shanghai')
const NOON = Date.parse('2026-11-21T12:00:00+08:00')
const DAY = 86_400_000
let directory = ''
let now = NOON
const failures: unknown[] = []

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'guanlan-ids-'))
  now = NOON
  failures.length = 0
})
afterEach(async () => {
  await rm(directory, { recursive: true })
  expect(failures).toEqual([])
})

const openIndex = (extra: Partial<IdIndexOptions> = {}) =>
  openIdIndex({
    directory,
    time,
    clock: { now: () => now },
    onError: (error) => failures.push(error),
    flushAt: 64,
    ...extra,
  })

/** A well-mixed id for a number, so that runs interpolate as over real hashes. */
function idOf(number: number, kind = 0): Uint32Array {
  const mix = (seed: number) => {
    let x = Math.imul(number + 1, 0x9e3779b1) ^ Math.imul(seed, 0x85ebca6b)
    x = Math.imul(x ^ (x >>> 16), 0x45d9f3b)
    return (x ^ (x >>> 15)) >>> 0
  }
  const words = Uint32Array.of(mix(1), mix(2), mix(3), mix(4))
  words[0] = (((words[0] as number) & ~1) | kind) >>> 0
  return words
}
async function persist(index: IdIndex, numbers: number[], kind = 0): Promise<void> {
  const ids = new Uint32Array(numbers.length * 4)
  numbers.forEach((number, i) => ids.set(idOf(number, kind), i * 4))
  index.remember(ids)
  await index.persist(ids)
}
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

describe('index of seen ids', () => {
  it('knows exactly what it was given, through runs, merges and restarts', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 30 }),
        async (sizes) => {
          await rm(directory, { recursive: true })
          let index = await openIndex()
          let next = 0
          for (const [step, size] of sizes.entries()) {
            await persist(index, range(next, next + size))
            next += size
            if (step % 7 === 6) {
              await index.close()
              index = await openIndex()
            }
          }
          for (let number = 0; number < next; number++) expect(index.find(idOf(number), 0)).toBe('message')
          for (let number = next; number < next + 500; number++)
            expect(index.find(idOf(number), 0)).toBeUndefined()
          await index.close()
        },
      ),
      { numRuns: 12 },
    )
  })

  it('tells corrections from messages, in the table and on disk', async () => {
    const index = await openIndex()
    await persist(index, range(0, 40), 1)
    expect(index.find(idOf(3), 0)).toBe('correction')
    await persist(index, range(100, 300))
    await index.close()
    const again = await openIndex()
    expect(again.find(idOf(3), 0)).toBe('correction')
    expect(again.find(idOf(150), 0)).toBe('message')
    await again.close()
  })

  it('merges runs, one file for a day that is over', async () => {
    const index = await openIndex()
    for (let step = 0; step < 40; step++) await persist(index, range(step * 70, step * 70 + 70))
    const yesterday = async () =>
      (await readdir(directory)).filter((name) => name.startsWith('2026-11-21')).length
    expect(await yesterday()).toBeGreaterThan(1)
    now += DAY
    // Merging goes on beside what is written; a block lets it take a step.
    for (let step = 0; (await yesterday()) > 1; step++) {
      await persist(index, range(10_000 + step * 70, 10_000 + step * 70 + 70))
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    await index.close()
    expect(await yesterday()).toBe(1)
    const again = await openIndex()
    for (const number of range(0, 2800)) expect(again.find(idOf(number), 0)).toBe('message')
    await again.close()
  })

  it('forgets after 7 days, not before', async () => {
    let index = await openIndex()
    await persist(index, range(0, 10))
    await index.close()
    now += 7 * DAY
    index = await openIndex()
    expect(index.find(idOf(1), 0)).toBe('message')
    await index.close()
    now += DAY
    index = await openIndex()
    expect(index.find(idOf(1), 0)).toBeUndefined()
    await index.close()
  })

  it('keeps at least the bound of ids and not much more', async () => {
    let index = await openIndex({ maxIds: 1000 })
    for (let step = 0; step < 60; step++) {
      await persist(index, range(step * 70, step * 70 + 70))
      if (step % 10 === 9) {
        await index.close()
        index = await openIndex({ maxIds: 1000 })
      }
    }
    const kept = range(0, 4200).filter((number) => index.find(idOf(number), 0) !== undefined)
    expect(kept.length).toBeGreaterThanOrEqual(1000)
    expect(kept.length).toBeLessThan(2500)
    expect(Math.min(...kept)).toBe(4200 - kept.length)
    await index.close()
  })

  it('writes a run again that could not be written, and leaves nothing of the failed one', async () => {
    const index = await openIndex()
    // Its log is the first file and the next one the second: the run would be the third, and a directory is in its way.
    await mkdir(join(directory, '2026-11-21.0.3.run', 'in-the-way'), { recursive: true })
    await persist(index, range(0, 100))
    await vi.waitFor(() => expect(failures).toHaveLength(1))
    failures.length = 0
    await persist(index, range(100, 150))
    expect(index.stats().runs).toBe(0)
    expect((await readdir(directory)).filter((name) => name.endsWith('.partial'))).toEqual([])
    now += 10_000
    await persist(index, range(150, 160))
    await vi.waitFor(() => expect(index.stats().runs).toBe(1))
    for (const number of range(0, 160)) expect(index.find(idOf(number), 0)).toBe('message')
    // And turns over as before.
    await vi.waitFor(async () => {
      await persist(index, range(160, 165))
      expect(index.stats().runs).toBe(2)
    })
    await index.close()
  })

  it('survives a log that was cut short and a partial run', async () => {
    const index = await openIndex()
    await persist(index, range(0, 20))
    await index.close()
    const [log = ''] = (await readdir(directory)).filter((name) => name.endsWith('.log'))
    await truncate(join(directory, log), 20 * 16 - 5)
    const again = await openIndex()
    expect(again.find(idOf(18), 0)).toBe('message')
    expect(again.find(idOf(19), 0)).toBeUndefined()
    await again.close()
  })
})
