import { createHash } from 'node:crypto'
import type { Random } from '@guanlan/server/lib/random'

/** Bytes that differ at each call and repeat with each run. */
export function createTestRandom(seed = 'test'): Random {
  let calls = 0
  return (size) => {
    const blocks: Buffer[] = []
    for (let have = 0; have < size; have += 32) {
      blocks.push(
        createHash('sha256')
          .update(`${seed}:${(calls += 1)}`)
          .digest(),
      )
    }
    return Buffer.concat(blocks).subarray(0, size)
  }
}
