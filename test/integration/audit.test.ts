import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AuditHead } from '@guanlan/server/identity/audit'
import { createAudit } from '@guanlan/server/identity/audit'
import type { TestPostgres } from '../helpers/postgres.ts'
import { startPostgres } from '../helpers/postgres.ts'
import { createTestClock } from '../helpers/register.ts'

let test: TestPostgres
const clock = createTestClock('2026-11-21T04:00:00.123Z')

beforeAll(async () => {
  test = await startPostgres()
})
afterAll(() => test.close())

/** What somebody with the database in hand can do: the trigger is no hindrance to its owner. */
const tamper = (statement: string) =>
  test.postgres.transaction(async (sql) => {
    await sql.query('ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_append_only')
    await sql.query(statement)
    await sql.query('ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_append_only')
  })

describe('the audit chain', () => {
  let head: AuditHead
  const audit = () => createAudit(test.postgres, clock)

  beforeEach(async () => {
    await tamper('DELETE FROM audit_entry')
    for (let n = 1; n <= 6; n += 1) {
      clock.advance(1)
      head = await audit().append('cli', 'key.create', `key-${n}`, {
        unit: '北区',
        rate: n,
        nested: { b: [1, null], a: true },
      })
    }
  })

  it('holds over entries as they were written', async () => {
    expect(head.seq).toBe(6)
    expect(await audit().verify([head])).toEqual({ ok: true, entries: 6, head })
  })

  it('stays whole when many append at once', async () => {
    await Promise.all(
      Array.from({ length: 30 }, (_each, n) => audit().append('cli', 'finding.follow', String(n))),
    )
    expect(await audit().verify()).toMatchObject({ ok: true, entries: 36 })
  })

  it('keeps an entry only together with the change that it records', async () => {
    const failed = test.postgres.transaction(async (sql) => {
      await audit().append('cli', 'register.import', 'register', {}, sql)
      throw new Error('the change failed')
    })
    await expect(failed).rejects.toThrow('the change failed')
    expect(await audit().head()).toEqual(head)
    expect((await audit().append('cli', 'key.rotate', 'x')).seq).toBe(7)
  })

  it.each(['UPDATE audit_entry SET actor = actor', 'DELETE FROM audit_entry', 'TRUNCATE audit_entry'])(
    'refuses: %s',
    async (statement) => {
      await expect(test.postgres.query(statement)).rejects.toThrow(/append-only/)
    },
  )

  it.each([
    ["UPDATE audit_entry SET actor = 'somebody' WHERE seq = 3", 'changed', 3],
    ["UPDATE audit_entry SET at = at + interval '1 second' WHERE seq = 3", 'changed', 3],
    ["UPDATE audit_entry SET detail = '{}' WHERE seq = 6", 'changed', 6],
    ["UPDATE audit_entry SET hash = repeat('a', 64) WHERE seq = 6", 'changed', 6],
    ['DELETE FROM audit_entry WHERE seq = 3', 'removed', 4],
    ['DELETE FROM audit_entry WHERE seq = 1', 'removed', 2],
    [
      'UPDATE audit_entry SET seq = CASE seq WHEN 3 THEN -4 WHEN 4 THEN -3 END WHERE seq IN (3, 4); UPDATE audit_entry SET seq = -seq WHERE seq < 0',
      'changed',
      3,
    ],
    [
      'DELETE FROM audit_entry WHERE seq = 3; UPDATE audit_entry SET seq = -(seq - 1) WHERE seq > 3; UPDATE audit_entry SET seq = -seq WHERE seq < 0',
      'changed',
      3,
    ],
  ])('finds: %s', async (statement, problem, seq) => {
    await tamper(statement)
    expect(await audit().verify()).toMatchObject({ ok: false, problem, seq })
  })

  it('finds an entry out of order whose own hash was made right', async () => {
    const rows = await test.postgres.query<{ prev_hash: string }>(
      'SELECT prev_hash FROM audit_entry WHERE seq = 5',
    )
    await tamper(`UPDATE audit_entry SET prev_hash = '${rows[0]?.prev_hash}' WHERE seq = 4`)
    expect(await audit().verify()).toMatchObject({ ok: false, problem: 'changed', seq: 4 })
  })

  it('finds a cut tail by a head remembered elsewhere, and only by it', async () => {
    await tamper('DELETE FROM audit_entry WHERE seq > 4')
    expect(await audit().verify()).toMatchObject({ ok: true, entries: 4 })
    expect(await audit().verify([head])).toMatchObject({ ok: false, problem: 'cut', seq: 5 })
  })

  it('finds a past that was written anew with right hashes', async () => {
    await tamper('DELETE FROM audit_entry')
    for (let n = 1; n <= 8; n += 1) await audit().append('cli', 'key.create', `forged-${n}`)
    expect(await audit().verify()).toMatchObject({ ok: true })
    expect(await audit().verify([head])).toMatchObject({ ok: false, problem: 'rewritten', seq: 6 })
  })

  it('lists newest first, by actor, action, target and time', async () => {
    await audit().append('user-1', 'session.sign-in', 'user-1')
    expect((await audit().list({ limit: 2 })).map((entry) => entry.seq)).toEqual([7, 6])
    expect((await audit().list({ limit: 9, action: 'key' })).length).toBe(6)
    expect((await audit().list({ limit: 9, actor: 'user-1' })).length).toBe(1)
    expect(
      (await audit().list({ limit: 9, target: 'key-2', beforeSeq: 3 })).map((entry) => entry.seq),
    ).toEqual([2])
    expect(await audit().list({ limit: 9, fromMs: clock.now() + 1 })).toEqual([])
  })
})
