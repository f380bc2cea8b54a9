import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createInFlight } from './in-flight.ts'

const request = (size: number) => ({ ids: new Uint32Array(size * 4), count: 0, done: Promise.resolve(true) })

it('finds what is under way and nothing else, also when hashes share their slot', () => {
  const id = fc.tuple(fc.nat(3), fc.nat(1), fc.nat(1), fc.nat(2)).map((words) => Uint32Array.from(words))
  fc.assert(
    fc.property(
      fc.array(fc.array(id, { maxLength: 8 }), { maxLength: 5 }),
      fc.array(id),
      (batches, asked) => {
        const inFlight = createInFlight()
        const open = batches.map((ids) => ({ own: request(ids.length), ids }))
        for (const { own, ids } of open) for (const each of ids) inFlight.add(own, each)
        const key = (words: Uint32Array) => [(words[0] as number) & ~1, ...words.subarray(1)].join()
        for (let left = open.length; left >= 0; left--) {
          const known = new Set(open.slice(0, left).flatMap(({ ids }) => ids.map(key)))
          for (const words of asked) expect(inFlight.find(words) !== undefined).toBe(known.has(key(words)))
          const last = open[left - 1]
          if (last !== undefined) inFlight.release(last.own)
        }
      },
    ),
    { numRuns: 300 },
  )
})

it('says which request holds an id, and as what', () => {
  const inFlight = createInFlight()
  const [a, b] = [request(1), request(1)]
  inFlight.add(a, Uint32Array.of(4, 1, 1, 1))
  inFlight.add(b, Uint32Array.of(7, 1, 1, 1))
  expect(inFlight.find(Uint32Array.of(5, 1, 1, 1))).toEqual({ as: 'message', by: a })
  expect(inFlight.find(Uint32Array.of(6, 1, 1, 1))).toEqual({ as: 'correction', by: b })
})
