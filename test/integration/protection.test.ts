import { chmod, mkdtemp, readdir, readFile, rm, writeFile, stat } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HistoryDeletion, Holdings, RetentionProof, SaltReceipts } from '@guanlan/contract/protection'
import type { Finding } from '@guanlan/server/admin/doctor'
import type { Postgres } from '@guanlan/server/ports/postgres'
import { isSealed, openBackup } from '@guanlan/server/admin/sealed-backup'
import { runCli } from '../helpers/cli.ts'
import { message, post, registerGroups } from '../helpers/events.ts'
import { accountWith } from '../helpers/http-client.ts'
import type { Call } from '../helpers/http-client.ts'
import type { TestServer } from '../helpers/server.ts'
import { startServer } from '../helpers/server.ts'
import { postgresOf } from '../helpers/server-postgres.ts'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
let server: TestServer
let admin: Call
let key: string
let postgres: Postgres
let folder: string

beforeAll(async () => {
  server = await startServer({ env: { GUANLAN_API_PER_MINUTE: '100000' } })
  postgres = postgresOf(server)
  folder = await mkdtemp(path.join(os.tmpdir(), 'guanlan-protection-'))
  // Postgres does not run as root; its own user has to reach the restored data.
  await chmod(folder, 0o755)
  await registerGroups(server, [
    { id: 'g-stays', unit: 'north' },
    { id: 'g-goes', unit: 'north-1' },
  ])
  key = await server.createKey({ source: 'gate', unit: 'city' })
  admin = (await accountWith(server, 'sysadmin', 'city')).call
  for (const group of ['g-stays', 'g-goes']) for (const hoursAgo of [1, 26]) await send(group, hoursAgo)
})
afterAll(async () => {
  await postgres.close()
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Twelve people, two messages each, a third of them acted on. */
async function send(group: string, hoursAgo: number): Promise<void> {
  const time = new Date(Date.now() - hoursAgo * HOUR_MS).toISOString()
  const events = Array.from({ length: 24 }, (_, index) => {
    const acted = index % 3 === 0
    const decision = acted ? { decision: 'removed', category: 'fraud' } : { decision: 'allowed' }
    return message({
      ...{ group, time, sender: `${group}-${index % 12}` },
      moderation: { ...decision, by: 'automated', decidedAt: time },
    })
  })
  expect((await post(server.url, events, { key })).body).toMatchObject({ accepted: 24 })
}

describe('what is held', () => {
  it('is read from both engines, every table described, and no column could hold text or a sender', async () => {
    const { holdings, unknowable } = (await admin('GET', '/api/v1/protection/holdings'))
      .body as unknown as Holdings
    const undescribed = holdings
      .filter((holding) => holding.what === null)
      .map((each) => `${each.engine} ${each.table}`)
    expect(undescribed).toEqual([])
    expect(new Set(holdings.map((holding) => holding.engine))).toEqual(new Set(['clickhouse', 'postgres']))
    expect(holdings.find((each) => each.table === 'decision_raw')).toMatchObject({ keepDays: 180 })
    const endless = holdings.filter(
      (each) => each.keepDays === null && each.end === null && each.table !== 'decision_in',
    )
    expect(endless.map((each) => each.table)).toEqual([])
    const suspicious = holdings.flatMap((each) =>
      each.engine === 'postgres'
        ? []
        : each.columns.filter(({ name }) => /sender|text$|content|message_id|author|user/i.test(name)),
    )
    expect(suspicious).toEqual([])
    expect(unknowable.map((each) => each.code)).toEqual(expect.arrayContaining(['text', 'sender', 'person']))
  })

  it('is stated as a record of processing, with the periods in force', async () => {
    const record = await admin('GET', '/api/v1/protection/processing-record')
    expect(record.body).toMatchObject({ organisation: 'city' })
    expect(record.text).toContain('180 days')
    const csv = (await admin('GET', '/api/v1/protection/processing-record.csv?locale=en')).text
    expect(csv).toMatch(/^\uFEFF?activity,purpose/)
    const { activities } = record.body as unknown as { activities: { id: string }[] }
    expect(csv.trim().split('\r\n')).toHaveLength(activities.length + 1)
  })
})

describe('salts', () => {
  it('have receipts by day, in the audit, with nothing derived from them', async () => {
    const { receipts, proves, provesNot } = (await admin('GET', '/api/v1/protection/salts'))
      .body as unknown as SaltReceipts
    expect(receipts.length).toBeGreaterThanOrEqual(2)
    expect(new Set(receipts.map((each) => each.day)).size).toBe(receipts.length)
    expect(receipts[0]).toMatchObject({ id: expect.stringMatching(/^[0-9a-f]{24}$/), end: null })
    expect(proves.length * provesNot.length).toBeGreaterThan(0)
  })
})

describe('the history of a group', () => {
  const totals = async (call: Call, unit: string) => {
    const day = (hoursAgo: number) => new Date(Date.now() - hoursAgo * HOUR_MS).toISOString().slice(0, 10)
    return (await call('GET', `/api/v1/totals?unit=${unit}&from=${day(72)}&to=${day(-16)}`)).body
  }

  it('goes from every table, its parents follow, and the rollups still add up', async () => {
    const { call: lead } = await accountWith(server, 'communications', 'city')
    await expect.poll(async () => (await totals(lead, 'city'))['accepted']).toBe(96)
    const remove = (call: Call, body: object) => call('POST', '/api/v1/groups/g-goes/history-deletion', body)
    const preview = (await remove(lead, {})).body as unknown as HistoryDeletion
    expect(preview).toMatchObject({ done: false, units: ['city', 'north', 'north-1'] })
    expect(preview.tables.filter((each) => each.hasRows).map((each) => each.table)).toEqual(
      expect.arrayContaining(['decision_raw', 'hour_group', 'hour_delay', 'hour_first', 'active_people']),
    )
    expect((await totals(lead, 'city'))['accepted']).toBe(96)
    await postgres.query(
      `INSERT INTO risk_mark (kind, subject, at, actor, score, needed)
       SELECT 'group', 'group:' || id, now(), 'user-x', 40, true FROM unnest(ARRAY['g-goes', 'g-stays']) AS id`,
    )
    const marked = (await remove(lead, {})).body as unknown as HistoryDeletion
    expect(marked.tables).toContainEqual({ table: 'risk_mark', hasRows: true })
    const request = { preview: false, reason: '群解散后按约定删除' }
    expect((await remove(lead, request)).body).toMatchObject({ pointer: '/confirm' })
    expect((await remove(lead, { ...request, confirm: 'g-goes', reason: '' })).body).toMatchObject({
      pointer: '/reason',
    })
    const { call: lower } = await accountWith(server, 'communications', 'north')
    expect((await remove(lower, { ...request, confirm: 'g-goes' })).status).toBe(403)
    const done = (await remove(lead, { ...request, confirm: 'g-goes' })).body as unknown as HistoryDeletion
    expect(done.done).toBe(true)
    expect(done.tables.filter((each) => each.hasRows)).toEqual([])
    expect(done.tables).toContainEqual({ table: 'risk_mark', hasRows: false })
    expect(await postgres.query('SELECT subject FROM risk_mark')).toEqual([{ subject: 'group:g-stays' }])
    expect(done.changes.length * done.stays.length).toBeGreaterThan(0)
    expect(await server.admin('reconcile', { repair: false })).toMatchObject({ differences: [] })
    expect((await totals(lead, 'city'))['accepted']).toBe(48)
    const { call: auditor } = await accountWith(server, 'auditor', 'city')
    expect((await auditor('GET', '/api/v1/audit?target=g-goes&action=group')).body).toMatchObject({
      entries: [
        { action: 'group.history-deleted', detail: { left: false } },
        { action: 'group.history-delete' },
      ],
    })
  })
})

describe('looking after it', () => {
  it('doctor holds the audit against heads from outside', async () => {
    const look = async (heads: object[]) =>
      (await server.admin<{ findings: Finding[] }>('doctor', { heads })).findings.find(
        (each) => each.check === 'audit',
      )
    expect(await look([])).toMatchObject({ ok: true })
    expect(await look([{ seq: 1, hash: '0'.repeat(64) }])).toMatchObject({
      ok: false,
      detail: expect.stringContaining('rewritten'),
    })
    expect(await look([{ seq: 1_000_000, hash: '0'.repeat(64) }])).toMatchObject({
      ok: false,
      detail: expect.stringContaining('cut'),
    })
  })

  it('seals a backup so that only its passphrase opens it, whole', async () => {
    const keyFile = path.join(folder, 'passphrase')
    await writeFile(keyFile, 'correct horse battery staple\n')
    const sealed = path.join(folder, 'sealed')
    await server.admin('backup', { target: sealed, keyFile })
    expect(await isSealed(sealed)).toBe(true)
    const names = await readdir(sealed)
    expect(names.filter((name) => !/^(\d+|files)\.sealed$|^sealed\.json$/.test(name))).toEqual([])
    for (const name of names) {
      const bytes = await readFile(path.join(sealed, name))
      expect(bytes.includes('g-stays'), name).toBe(false)
    }
    expect(await readdir(server.dataDir)).not.toContain('backup-staging')
    const plain = path.join(folder, 'plain')
    await openBackup(sealed, plain, keyFile)
    expect(await readFile(path.join(plain, 'postgres/chat_group.ndjson'), 'utf8')).toContain('g-stays')
    expect(JSON.parse(await readFile(path.join(plain, 'manifest.json'), 'utf8'))).toMatchObject({ format: 1 })

    const env = { GUANLAN_DATA_DIR: path.join(folder, 'restored') }
    expect((await runCli(['restore', sealed], env)).stderr).toMatch(/sealed: give its passphrase/)
    expect(await runCli(['restore', sealed, '--key-file', keyFile], env)).toMatchObject({
      code: 0,
      stderr: '',
    })
    expect(await readdir(env.GUANLAN_DATA_DIR)).not.toContain('restore-staging')
    const rosterKey = await readFile(path.join(server.dataDir, 'roster.key'), 'utf8')
    expect(rosterKey).toMatch(/^[0-9a-f]{64}\n$/)
    expect(await readFile(path.join(env.GUANLAN_DATA_DIR, 'roster.key'), 'utf8')).toBe(rosterKey)
    for (const root of [server.dataDir, env.GUANLAN_DATA_DIR])
      expect((await stat(path.join(root, 'roster.key'))).mode & 0o777).toBe(0o600)
    const wrong = path.join(folder, 'wrong')
    await writeFile(wrong, 'another passphrase of some length')
    await expect(openBackup(sealed, path.join(folder, 'p2'), wrong)).rejects.toMatchObject({
      code: 'bad_request',
    })
    const [first, second] = ['0.sealed', '1.sealed'].map((name) => path.join(sealed, name)) as [
      string,
      string,
    ]
    const [a, b] = [await readFile(first), await readFile(second)]
    const tampered = Buffer.from(a)
    tampered[50] = (tampered[50] ?? 0) ^ 1
    for (const [bytes, why] of [
      [tampered, 'changed'],
      [a.subarray(0, -1), 'cut'],
      [Buffer.concat([a, a.subarray(0, 20)]), 'longer'],
      [b, 'exchanged'],
    ] as const) {
      await writeFile(first, bytes)
      await expect(openBackup(sealed, path.join(folder, why), keyFile), why).rejects.toMatchObject({
        code: 'bad_request',
      })
    }
    await writeFile(first, a)
    await rm(second)
    await expect(openBackup(sealed, path.join(folder, 'missing'), keyFile)).rejects.toThrow()
  })
})

describe('retention', () => {
  it('has a proof for today within minutes of the start, recorded in the audit', async () => {
    // What it does by itself each minute.
    await server.tick?.(MINUTE_MS)
    await expect
      .poll(
        async () =>
          ((await admin('GET', '/api/v1/protection/retention')).body as unknown as { proofs: unknown[] })
            .proofs.length,
      )
      .toBeGreaterThan(0)
    const proofs = (await admin('GET', '/api/v1/protection/retention')).body[
      'proofs'
    ] as unknown as RetentionProof[]
    expect(proofs[0]).toMatchObject({ kept: true })
    expect(proofs[0]?.lines.find((line) => line.table === 'decision_raw')).toMatchObject({
      keepDays: 180,
      left: 0,
    })
    const { call: auditor } = await accountWith(server, 'auditor', 'city')
    // After a midnight there is one of each day, the newest first.
    const { entries } = (await auditor('GET', '/api/v1/audit?action=retention')).body as unknown as {
      entries: unknown[]
    }
    expect(entries[0]).toMatchObject({
      ...{ seq: proofs[0]?.auditSeq, detail: { digest: proofs[0]?.digest, kept: true } },
    })
  })
})
