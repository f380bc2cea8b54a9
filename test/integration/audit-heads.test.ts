import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Webhook } from 'standardwebhooks'
import { createAudit } from '@guanlan/server/identity/audit'
import { createAuditHeads } from '@guanlan/server/identity/audit-heads'
import { createPost } from '@guanlan/server/notify/post'
import type { TestPostgres } from '../helpers/postgres.ts'
import { startPostgres } from '../helpers/postgres.ts'
import { createTestClock } from '../helpers/register.ts'

const SECRET = `whsec_${Buffer.from('thirty-two bytes of a test secret').toString('base64')}`
const clock = createTestClock('2026-11-21T04:00:00Z')
const taken: { seq: number; hash: string; day: string }[] = []
let status = 200
let test: TestPostgres
let url: string

const receiver = createServer((req, res) => {
  const parts: Buffer[] = []
  req.on('data', (part: Buffer) => parts.push(part))
  req.on('end', () => {
    const body = Buffer.concat(parts).toString()
    const headers = Object.fromEntries(
      ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => [
        name,
        String(req.headers[name]),
      ]),
    )
    // The signature is that of the standard's own library; a time of the test's clock is told to it.
    const sent = new Date(Number(headers['webhook-timestamp']) * 1000)
    const signed = new Webhook(SECRET).sign(headers['webhook-id'] ?? '', sent, body)
    const good = signed === headers['webhook-signature']
    if (good && status === 200) taken.push((JSON.parse(body) as { data: (typeof taken)[number] }).data)
    res.writeHead(good ? status : 401).end()
  })
})

beforeAll(async () => {
  test = await startPostgres()
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/heads`
})
afterAll(async () => {
  await new Promise((resolve) => receiver.close(resolve))
  await test.close()
})

const audit = () => createAudit(test.postgres, clock)
function keeper(allowPrivate: string[] = ['127.0.0.0/8']) {
  const post = createPost({ allowPrivate, timeoutMs: 60_000, now: () => clock.now() })
  return createAuditHeads({
    ...{ postgres: test.postgres, audit: audit(), clock, post, receiver: { url, secret: SECRET } },
    today: () => new Date(clock.now()).toISOString().slice(0, 10),
  })
}
const append = async (count: number) => {
  for (let n = 0; n < count; n++) await audit().append('cli', 'key.create', `key-${n}`)
}

/** What somebody with the database in hand can do. */
const tamper = (statement: string) =>
  test.postgres.transaction(async (sql) => {
    await sql.query('ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_append_only')
    await sql.query('ALTER TABLE audit_head DISABLE TRIGGER audit_head_kept')
    await sql.query(statement)
    await sql.query('ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_append_only')
    await sql.query('ALTER TABLE audit_head ENABLE TRIGGER audit_head_kept')
  })

describe('heads of the audit', () => {
  it('are kept once a day, signed, sent again until they are taken, and never to a private address unasked', async () => {
    expect(await keeper().tick()).toBe(0)
    await append(3)
    expect(await keeper([]).tick()).toBe(0)
    expect(await keeper().status()).toMatchObject({
      waiting: 1,
      days: [{ seq: 3, attempts: 1, receivedAt: null }],
    })
    clock.advance(61_000)
    status = 503
    expect(await keeper().tick()).toBe(0)
    status = 200
    expect(await keeper().tick()).toBe(0)
    clock.advance(2 * 60_000)
    expect(await keeper().tick()).toBe(1)
    expect(await keeper().tick()).toBe(0)
    expect(taken).toEqual([{ day: '2026-11-21', seq: 3, hash: (await audit().head()).hash }])
    await append(2)
    clock.advance(86_400_000)
    expect(await keeper().tick()).toBe(1)
    expect(await keeper().status()).toMatchObject({
      receiver: new URL(url).host,
      waiting: 0,
      days: [{ seq: 5 }, { seq: 3, attempts: 3 }],
    })
  })

  it('stay as they were kept', async () => {
    for (const statement of ["UPDATE audit_head SET hash = 'x'", 'DELETE FROM audit_head'])
      await expect(test.postgres.query(statement)).rejects.toThrow(/kept as it was/)
  })

  it('show a cut tail, one that was filled up again, and a past written anew', async () => {
    const kept = () => keeper().kept()
    expect(await audit().verify(await kept())).toMatchObject({ ok: true, entries: 5 })
    await tamper('DELETE FROM audit_entry WHERE seq > 4')
    expect(await audit().verify()).toMatchObject({ ok: true })
    expect(await audit().verify(await kept())).toMatchObject({ ok: false, problem: 'cut', seq: 5 })
    clock.advance(1000)
    await append(3)
    expect(await audit().verify(await kept())).toMatchObject({ ok: false, problem: 'rewritten', seq: 5 })
    // Whoever has the database changes the heads here as well: what the receiver took is out of reach.
    await tamper(`DELETE FROM audit_head WHERE seq = 5`)
    expect(await audit().verify(await kept())).toMatchObject({ ok: true })
    expect(await audit().verify(taken)).toMatchObject({ ok: false, problem: 'rewritten', seq: 5 })
  })
})
