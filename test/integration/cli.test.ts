import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from '../helpers/cli.ts'
import { freePort, spawnServer } from '../helpers/server.ts'
import type { ProcessServer } from '../helpers/server.ts'
import { GROUPS_CSV, UNITS_CSV } from '../helpers/tables.ts'
import { ROOT, tempDir } from '../helpers/workspace.ts'

const temp = tempDir()
const dataDir = path.join(temp.path, 'data')
const units = path.join(temp.path, 'units.csv')
const groups = path.join(temp.path, 'groups.csv')
let port = 0
const env = () => ({ GUANLAN_DATA_DIR: dataDir, PORT: String(port) })

/** Runs a command that has to work and gives its JSON. */
async function json<T>(...args: string[]): Promise<T> {
  const result = await runCli([...args, '--json'], env())
  expect(result.stderr).toBe('')
  expect(result.code).toBe(0)
  expect(result.stdout.trim().split('\n')).toHaveLength(1)
  return JSON.parse(result.stdout) as T
}

function event(id: string, group: string) {
  const now = new Date(Date.now() - 1000).toISOString()
  return {
    id,
    type: 'message.moderated',
    time: now,
    group,
    sender: `u-${id}`,
    content: { kind: 'text', text: '今天小区又停水了' },
    moderation: { decision: 'removed', category: 'fraud', by: 'automated', decidedAt: now },
  }
}

const post = (server: { url: string }, key: string, body: unknown) =>
  fetch(`${server.url}/api/v1/events`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  })

beforeAll(async () => {
  port = await freePort()
  writeFileSync(units, UNITS_CSV)
  writeFileSync(groups, GROUPS_CSV)
})
afterAll(() => temp.remove())

type Key = { id: string; secret: string }

function commandsWork(way: string, suffix: string) {
  it(`imports a register, ${way}`, async () => {
    const result = await json<{ ok: boolean; written: boolean }>('register', 'import', units, groups)
    expect(result).toMatchObject({ ok: true })
  })

  it(`refuses a wrong register whole, ${way}`, async () => {
    const wrong = path.join(temp.path, 'wrong.csv')
    writeFileSync(wrong, GROUPS_CSV.replace('north', 'nowhere'))
    const { code, stdout } = await runCli(['register', 'import', units, wrong, '--json'], env())
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, written: false })
    expect(code).toBe(1)
  })

  it(`makes, rotates and revokes a key, ${way}`, async () => {
    const key = await json<Key>('key', 'create', '--source', `src-${suffix}`, '--unit', 'north')
    expect(key.secret).toMatch(/^glk_/)
    const next = await json<Key>('key', 'rotate', key.id, '--overlap', '0')
    expect(next.secret).not.toBe(key.secret)
    await json('key', 'revoke', next.id)
    const listed = await json<{ id: string; state: string; secret?: string }[]>('key', 'list')
    expect(listed.find(({ id }) => id === next.id)).toMatchObject({ state: 'revoked' })
    expect(JSON.stringify(listed)).not.toContain(next.secret)
  })

  it(`makes a display token, ${way}`, async () => {
    const token = await json<Key>('token', 'create', '--name', `wall ${suffix}`, '--scope', 'org')
    expect(token.secret).toMatch(/^gld_/)
    const args = ['token', 'create', '--name', `hall ${suffix}`, '--scope', 'org', '--privacy']
    expect(await json<Key>(...args, 'counts')).toMatchObject({ privacyClass: 'counts' })
    const listed = await json<{ name: string; privacyClass: string }[]>('token', 'list')
    const classOf = (name: string) => listed.find((each) => each.name === name)?.privacyClass
    expect([classOf(`wall ${suffix}`), classOf(`hall ${suffix}`)]).toEqual(['words', 'counts'])
    expect((await runCli([...args, 'everything'], env())).code).not.toBe(0)
  })

  it(`makes an account with a password that is shown once, ${way}`, async () => {
    const args = [
      '--email',
      `${suffix}@example.org`,
      '--name',
      'Duty',
      '--role',
      'duty:city',
      '--role',
      'leader:north',
    ]
    const user = await json<{ id: string; password: string }>('user', 'create', ...args)
    expect(user.password.length).toBeGreaterThanOrEqual(12)
    const listed = await json<{ id: string; grants: object[] }[]>('user', 'list')
    expect(listed.find(({ id }) => id === user.id)?.grants).toHaveLength(2)
    expect(JSON.stringify(listed)).not.toContain(user.password)
  })

  it(`says what is wrong in one line, ${way}`, async () => {
    const { code, stderr } = await runCli(['key', 'create', '--source', 'x', '--unit', 'nowhere'], env())
    expect(stderr).toMatch(/^guanlan: .+\n$/)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(code).toBe(1)
  })

  it(`imports from standard input and says where refused lines are listed, ${way}`, async () => {
    const lines = [
      ...Array.from({ length: 2_500 }, (_, i) => event(`in-${i}`, 'g-n1')),
      event('in-x', 'g-none'),
    ]
    const input = lines.map((line) => JSON.stringify(line)).join('\n')
    const args = ['import', '-', '--source', `past-${suffix}`, '--json']
    const first = await runCli(args, env(), { input })
    expect(first.stderr).toBe('')
    const counts = JSON.parse(first.stdout) as { rejectsFile: string }
    expect(counts).toMatchObject({ lines: 2_501, accepted: 2_500, duplicates: 0, rejected: 1 })
    expect(counts.rejectsFile).toBe(path.join(dataDir, 'imports', `past-${suffix}.rejects.tsv`))
    expect(readFileSync(counts.rejectsFile, 'utf8')).toBe(
      'line\tcode\tpointer\n2501\tunknown_group\t/group\n',
    )
    const again = JSON.parse((await runCli(args, env(), { input })).stdout) as object
    expect(again).toMatchObject({ accepted: 0, duplicates: 2_500, rejected: 1 })
  })

  it(`loses nothing of an input that has ended before anybody reads it, ${way}`, async () => {
    const input = JSON.stringify(event('short', 'g-n1'))
    const { stdout, stderr } = await runCli(['import', '-', '--source', `short-${suffix}`, '--json'], env(), {
      input,
    })
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toMatchObject({ lines: 1, accepted: 1 })
  })

  it(`examines the installation, ${way}`, async () => {
    const { code, stdout } = await runCli(['doctor', '--json'], env())
    const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: { check: string; ok: boolean }[] }
    expect(findings.find(({ check }) => check === 'register')).toMatchObject({ ok: true })
    expect(code).toBe(ok ? 0 : 1)
  })
}

describe('commands without a server open the engines themselves', () => {
  commandsWork('alone', 'alone')

  it('leave the directory free', async () => {
    expect(readdirSync(dataDir)).not.toContain('guanlan.lock')
  })
})

describe('commands beside a running server run inside it', () => {
  let server: ProcessServer
  beforeAll(async () => {
    server = await spawnServer({ dataDir, port })
  })
  afterAll(async () => {
    await server.stop()
  })
  commandsWork('inside', 'inside')

  it('the socket is for its owner only', () => {
    expect(statSync(path.join(dataDir, 'admin.sock')).mode & 0o777).toBe(0o600)
  })

  it('a key made outside is known inside at once, and events it sends are backed up', async () => {
    const key = await json<Key>('key', 'create', '--source', 'live', '--unit', 'city')
    const answer = await post(server, key.secret, [
      event('a-1', 'g-n1'),
      event('a-2', 'g-s1'),
      event('a-3', 'g-none'),
    ])
    expect(await answer.json()).toMatchObject({
      accepted: 2,
      rejected: [{ index: 2, code: 'unknown_group' }],
    })
    const target = path.join(temp.path, 'backup')
    const result = await json<{ tables: Record<string, number> }>('backup', target)
    expect(result.tables).toMatchObject({ unit: 3, chat_group: 3 })
    const again = await runCli(['backup', target], env())
    expect(again).toMatchObject({ code: 1 })
    expect(again.stderr).toContain('exists already')
  })

  it('a restored directory knows accounts, keys and events, and repeats are still found', async () => {
    const restored = path.join(temp.path, 'restored')
    const there = { GUANLAN_DATA_DIR: restored, PORT: String(await freePort()) }
    const result = await runCli(['restore', path.join(temp.path, 'backup')], there)
    expect(result.stderr).toBe('')
    expect(result.code).toBe(0)
    expect((await runCli(['restore', path.join(temp.path, 'backup')], there)).stderr).toMatch(
      /holds data already/,
    )
    const copy = await spawnServer({ dataDir: restored, port: Number(there.PORT) })
    try {
      const key = await copy.createKey({ source: 'live', unit: 'city' })
      const answer = await post(copy, key, [event('a-1', 'g-n1'), event('a-4', 'g-n2')])
      expect(await answer.json()).toMatchObject({ accepted: 1, duplicates: 1 })
    } finally {
      copy.process.child.kill('SIGTERM')
      await copy.process.ended
    }
  })
})

describe('npx guanlan', () => {
  it('is linked at the root of the repository', () => {
    const help = execFileSync(path.join(ROOT, 'node_modules/.bin/guanlan'), ['--help'], { encoding: 'utf8' })
    for (const name of [
      'start',
      'migrate',
      'backup',
      'restore',
      'doctor',
      'key',
      'user',
      'token',
      'register',
    ])
      expect(help).toContain(name)
  })
})
