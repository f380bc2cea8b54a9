import type { Analyser } from '@guanlan/analytics/text/analyser'
import type { HashedRoster } from '@guanlan/analytics/text/roster'
import { expect, it } from 'vitest'
import { silentLogger } from '../lib/logger.ts'
import type { Postgres } from '../ports/postgres.ts'
import { createRosterKeeper } from './roster-keeper.ts'

type Row = { hashes: Buffer; starts: Buffer; key_check: Buffer | null; updated_at: Date }
const key = (byte: number) => new Uint8Array(32).fill(byte)

/** A keeper of an installation with that key file over a table of one row. */
function keeperOf(table: { row?: Row }, rosterKey: Uint8Array) {
  const inForce: Uint8Array[] = []
  const warnings: string[] = []
  const query = async (sql: string, values: readonly unknown[] = []) => {
    if (sql.includes('INSERT')) {
      const [hashes, starts, updated_at, key_check] = values as [Buffer, Buffer, Date, Buffer]
      table.row = { hashes, starts, updated_at, key_check }
      return []
    }
    const { row } = table
    if (row === undefined) return []
    const known = row.key_check === null || row.key_check.equals((values[0] as Buffer) ?? Buffer.of())
    return sql.includes('WHERE') && !known ? [] : [{ ...row, size: row.hashes.length / 8 }]
  }
  const postgres = { query, transaction: async <T>(work: (sql: object) => Promise<T>) => work({ query }) }
  const keeper = createRosterKeeper({
    postgres: postgres as unknown as Postgres,
    analyser: {
      hashRoster: (_names: readonly string[], secret: Uint8Array): HashedRoster => ({
        hashes: new Int32Array([secret[0] ?? 0, 0]),
        starts: new Uint8Array(1),
      }),
      setRoster: (_roster: HashedRoster, secret: Uint8Array) => void inForce.push(secret),
    } as unknown as Analyser,
    audit: { append: async () => undefined } as never,
    clock: { now: () => 1 },
    logger: { ...silentLogger, warn: (_fields, message) => void warnings.push(message) },
    rosterKey,
    hashKey: key(9),
  })
  return { keeper, inForce, warnings }
}

it('hashes names under the key of the data directory, and says so when it is gone', async () => {
  const table: { row?: Row } = {}
  const first = keeperOf(table, key(1))
  expect(await first.keeper.replace('a-1', ['王小明'])).toMatchObject({ size: 1 })
  const again = keeperOf(table, key(1))
  await again.keeper.reload()
  expect(again.inForce).toEqual(first.inForce)
  const elsewhere = keeperOf(table, key(2))
  await elsewhere.keeper.reload()
  await elsewhere.keeper.reload()
  expect(elsewhere.inForce).toEqual([])
  expect(elsewhere.keeper.current()).toBeUndefined()
  expect(elsewhere.warnings).toEqual([expect.stringContaining('load them again')])
  expect(await elsewhere.keeper.state()).toEqual({ size: 0, updatedAt: null })
})

it('keeps names of an earlier version in force under their former key until they are loaded again', async () => {
  const table: { row?: Row } = {
    row: { hashes: Buffer.alloc(8), starts: Buffer.alloc(1), key_check: null, updated_at: new Date(0) },
  }
  const { keeper, inForce, warnings } = keeperOf(table, key(1))
  await keeper.reload()
  expect([inForce.length, warnings]).toEqual([1, []])
  expect(await keeper.state()).toMatchObject({ size: 1 })
  await keeper.replace('a-1', ['王小明'])
  expect(inForce[1]).not.toEqual(inForce[0])
  expect(table.row?.key_check).toHaveLength(8)
})
