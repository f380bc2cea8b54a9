import { describe, expect, it } from 'vitest'
import { fold53 } from '../privacy/sketch-hash.ts'
import { createPeoplePool, linearCount } from './people-pool.ts'

const people = (n: number, from = 1): number[] =>
  Array.from({ length: n }, (_, i) => fold53((from + i) * 7_777_777_777 + 12_345))

function fill(pool: ReturnType<typeof createPeoplePool>, block: number, who: readonly number[]): number {
  let size = 0
  for (const person of who) size = pool.addExact(block, size, person)
  return size
}

describe('pool of people', () => {
  it('counts exactly up to 192, however often somebody speaks', () => {
    const pool = createPeoplePool()
    const block = pool.take()
    const who = people(192)
    expect(fill(pool, block, [...who, ...who])).toBe(192)
    const seen = new Set<number>()
    pool.each(block, (person) => seen.add(person))
    expect(seen).toEqual(new Set(who))
    expect(pool.addExact(block, 192, 0x7ffffff1)).toBe(-1)
  })

  it('estimates within five per cent once a block has turned into a bitmap', () => {
    const pool = createPeoplePool()
    const block = pool.take()
    const who = people(3000)
    fill(pool, block, who.slice(0, 193))
    let bits = pool.toBitmap(block)
    for (const person of who.slice(193)) bits = pool.addBit(block, bits, person)
    expect(Math.abs(linearCount(bits) - 3000)).toBeLessThan(150)
    const again = who.reduce((sum, person) => pool.addBit(block, sum, person), bits)
    expect(again).toBe(bits)
  })

  it('hands a returned block out empty, and none beyond its capacity', () => {
    const pool = createPeoplePool(4)
    const blocks = [pool.take(), pool.take(), pool.take()]
    expect(new Set(blocks).size).toBe(3)
    expect(blocks).not.toContain(0)
    expect(pool.take()).toBe(0)
    fill(pool, blocks[1]!, people(50))
    pool.give(blocks[1]!)
    const again = pool.take()
    expect(again).toBe(blocks[1])
    let left = 0
    pool.each(again, () => left++)
    expect(left).toBe(0)
  })

  it('keeps what it holds while it grows, by at most a page of 256 KiB at a time', () => {
    const pool = createPeoplePool(2048)
    const first = pool.take()
    fill(pool, first, people(100))
    let before = pool.bytes()
    for (let i = 0; i < 1500; i++) {
      fill(pool, pool.take(), people(3, 1000 + i))
      expect(pool.bytes() - before).toBeLessThanOrEqual(256 * 1024)
      before = pool.bytes()
    }
    const seen = new Set<number>()
    pool.each(first, (person) => seen.add(person))
    expect(seen).toEqual(new Set(people(100)))
  })
})
