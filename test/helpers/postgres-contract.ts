import type { Postgres } from '@guanlan/server/ports/postgres'
import { migratePostgres } from '@guanlan/server/store/migrations'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/** What either driver has to do. */
export function postgresContract(
  name: string,
  open: () => Promise<{ postgres: Postgres; close(): Promise<void> }>,
) {
  describe(name, () => {
    let postgres: Postgres
    let close: () => Promise<void>
    beforeAll(async () => {
      ;({ postgres, close } = await open())
    })
    afterAll(() => close())

    it('applies the migrations once, also when two start together', async () => {
      const [first, second] = await Promise.all([migratePostgres(postgres), migratePostgres(postgres)])
      expect([...first, ...second].filter((file) => file === '0001_setting.sql')).toHaveLength(1)
      expect(await migratePostgres(postgres)).toEqual([])
    })

    it('gives days as their text and big integers as numbers', async () => {
      const rows = await postgres.query(
        "SELECT '2026-11-21'::date AS day, 5000000000::bigint AS big, '{\"a\":1}'::jsonb AS json, now() AS at",
      )
      expect(rows).toEqual([
        { day: '2026-11-21', big: 5_000_000_000, json: { a: 1 }, at: expect.any(Date) as Date },
      ])
    })

    it('rolls back a transaction that throws', async () => {
      const insert = "INSERT INTO setting (key, value) VALUES ($1, to_jsonb('x'::text))"
      await expect(
        postgres.transaction(async (sql) => {
          await sql.query(insert, ['rolled-back'])
          throw new Error('no')
        }),
      ).rejects.toThrow('no')
      await postgres.transaction((sql) => sql.query(insert, ['kept']))
      const rows = await postgres.query<{ key: string }>(
        "SELECT key FROM setting WHERE key IN ('rolled-back', 'kept')",
      )
      expect(rows).toEqual([{ key: 'kept' }])
    })

    it('keeps the audit append-only', async () => {
      await postgres.query(
        "INSERT INTO audit_entry (at, actor, action, target, prev_hash, hash) VALUES (now(), 'cli', 'a', 't', '0', '1')",
      )
      await expect(postgres.query('DELETE FROM audit_entry')).rejects.toThrow(/append-only/)
    })
  })
}
