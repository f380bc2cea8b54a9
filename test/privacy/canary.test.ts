import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { io } from 'socket.io-client'
import { afterAll, expect, it } from 'vitest'
import { PANEL_NAMES } from '@guanlan/contract/panels'
import { openEmbeddedClickHouse } from '@guanlan/server/store/clickhouse-embedded'
import { runCli } from '../helpers/cli.ts'
import { correction, message, post, registerGroups } from '../helpers/events.ts'
import { spawnServer } from '../helpers/server.ts'
import type { ProcessServer } from '../helpers/server.ts'
import { tempDir } from '../helpers/workspace.ts'

/** Strings that are sent in every field that may not be kept, and then looked for everywhere. */
const CANARIES = {
  word: '琥珀鲸鱼',
  latin: 'zqxamberwhale',
  sender: 'zqxsender4417',
  field: 'zqxfield9903',
  broken: 'zqxbroken2268',
}
const SENDERS = 40

const temp = tempDir('guanlan-canary-')
const dataDir = path.join(temp.path, 'data')
afterAll(() => temp.remove())

const escaped = (text: string) =>
  [...text].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
/** A canary as bytes might hold it: UTF-8, UTF-16, JSON escapes, base64 at each of its three alignments, hex. */
function formsOf(canary: string): Buffer[] {
  const utf8 = Buffer.from(canary)
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), utf8]).toString('base64')
    return Buffer.from(text.slice(Math.ceil((shift * 4) / 3), text.length - 4))
  })
  return [
    utf8,
    Buffer.from(canary, 'utf16le'),
    Buffer.from(escaped(canary)),
    Buffer.from(utf8.toString('hex')),
    ...base64,
  ]
}
const FORMS = Object.entries(CANARIES).map(([name, canary]) => [name, formsOf(canary)] as const)

function found(bytes: Uint8Array | string): string[] {
  const buffer = Buffer.from(bytes as string)
  return FORMS.flatMap(([name, forms]) => (forms.some((form) => buffer.includes(form)) ? [name] : []))
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
}
/** A file that the killed server's database removes while it closes is read as empty; the last look comes after a clean stop. */
function readIfThere(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}
const foundInFiles = () =>
  filesBelow(dataDir).flatMap((file) =>
    found(readIfThere(file)).map((name) => `${name} in ${path.relative(dataDir, file)}`),
  )

function batch(round: number): Record<string, unknown>[] {
  return Array.from({ length: SENDERS }, (_, i) =>
    message({
      id: `m-${CANARIES.sender}-${round}-${i}`,
      sender: `${CANARIES.sender}-${i}`,
      // Too few people say it for a cell; the rest of the text is common.
      content: {
        kind: 'text',
        text: i < 3 ? `${CANARIES.word} ${CANARIES.latin} 小区又停水了` : '小区又停水了，什么时候来水',
      },
    }),
  )
}

/** Everything a producer may get wrong, with a canary in it. */
function refusedBodies(): [string | Uint8Array, { type?: string; encoding?: string }][] {
  const { field, broken, sender, word } = CANARIES
  const moderation = {
    decision: 'removed',
    category: field,
    by: 'human',
    decidedAt: new Date().toISOString(),
  }
  const events = [
    message({ [field]: field }),
    message({ group: field }),
    message({ id: `${sender} ${field}` }),
    message({ type: field }),
    message({ time: field }),
    message({ sender: [sender] }),
    message({ content: { kind: 'text', text: word.repeat(3000) } }),
    message({ moderation }),
    { ...correction(field, { decision: 'removed' }), [field]: 1 },
    field,
  ]
  const cloud = { specversion: '1.0', id: field, source: field, type: field, data: { sender } }
  return [
    [JSON.stringify(events), {}],
    [events.map((event) => JSON.stringify(event)).join('\n'), { type: 'application/x-ndjson' }],
    [JSON.stringify(cloud), { type: 'application/cloudevents+json' }],
    [`[{"id":"${broken}","text":"${broken}`, {}],
    [`{"sender":"${broken}"`, { type: 'application/x-ndjson' }],
    [gzipSync(`"${broken}`), { encoding: 'gzip' }],
    [Buffer.concat([Buffer.from(`"${broken}`), Buffer.from([0xff])]), {}],
    [`"${broken}"`, { type: `text/${broken}` }],
  ]
}

interface Heard {
  frames: string[]
  close(): void
}

async function listen(server: ProcessServer, token: string): Promise<Heard> {
  const frames: string[] = []
  const socket = io(`${server.url}/live`, {
    transports: ['websocket'],
    auth: { token },
    forceNew: true,
    reconnection: false,
  })
  socket.onAny((...event: unknown[]) => void frames.push(JSON.stringify(event)))
  await new Promise<void>((resolve, reject) => {
    socket.once('connect_error', reject)
    socket.once('connect', resolve)
  })
  for (const panel of PANEL_NAMES)
    frames.push(JSON.stringify(await socket.emitWithAck('subscribe', { panel, scope: 'org' })))
  return { frames, close: () => socket.close() }
}

async function answersOf(server: ProcessServer, key: string): Promise<string[]> {
  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)
  const paths = [
    '/healthz',
    '/readyz',
    '/metrics',
    '/api/openapi.json',
    '/api/v1/source/health',
    `/api/v1/totals?unit=city&from=${today}&to=${today}`,
  ]
  return Promise.all(
    paths.map(async (at) =>
      (await fetch(`${server.url}${at}`, { headers: { Authorization: `Bearer ${key}` } })).text(),
    ),
  )
}

/** Every row of every table as text: columns are compressed on disk, so their files alone prove little. */
async function rowsOfStore(): Promise<string[]> {
  const clickhouse = await openEmbeddedClickHouse({
    dir: path.join(dataDir, 'clickhouse'),
    configFile: path.join(temp.path, 'engine.xml'),
    backupDir: path.join(temp.path, 'backups'),
  })
  const tables = await clickhouse.query<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'",
  )
  const rows: string[] = []
  for (const { name } of tables) rows.push(JSON.stringify(await clickhouse.query(`SELECT * FROM ${name}`)))
  await clickhouse.close()
  return rows
}

it('finds nothing of texts, words, senders and upstream ids anywhere after they were sent', async () => {
  let server = await spawnServer({ dataDir, env: { GUANLAN_LOG_LEVEL: 'debug' } })
  await registerGroups(server, [
    { id: 'g-1', unit: 'north-1' },
    { id: 'g-2', unit: 'north-1' },
  ])
  const key = await server.createKey({ source: 'chat', unit: 'city', read: true })
  const { secret: token } = await server.admin<{ secret: string }>('token.create', {
    name: 'wall',
    scope: 'org',
  })
  const heard = await listen(server, token)
  const answers: string[] = []
  for (let round = 0; round < 4; round++) {
    const sent = await post(server.url, batch(round), { key })
    expect(sent.body.accepted).toBe(SENDERS)
    const change = { decision: 'allowed' }
    const corrections = [
      correction(`m-${CANARIES.sender}-${round}-1`, change),
      correction(`${CANARIES.sender}-unknown-${round}`, change),
    ]
    answers.push(JSON.stringify((await post(server.url, corrections, { key })).body))
  }
  for (const [body, options] of refusedBodies()) {
    const answer = await post(server.url, body, { key, ...options })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    answers.push(JSON.stringify([answer.body, ...answer.headers]))
  }
  const lines = [...batch(9), ...batch(8).map((event) => ({ ...event, [CANARIES.field]: 1 }))].map((event) =>
    JSON.stringify(event),
  )
  const input = `${lines.join('\n')}\n{"id":"${CANARIES.broken}\n`
  const rejects = path.join(temp.path, 'rejects.tsv')
  const imported = await runCli(
    ['import', '-', '--source', 'chat', '--rejects', rejects, '--json'],
    { GUANLAN_DATA_DIR: dataDir },
    { input },
  )
  expect(JSON.parse(imported.stdout)).toMatchObject({ accepted: SENDERS, rejected: SENDERS + 1 })
  answers.push(
    ...(await answersOf(server, key)),
    imported.stdout,
    imported.stderr,
    readFileSync(rejects, 'utf8'),
  )
  await expect.poll(() => heard.frames.length).toBeGreaterThan(PANEL_NAMES.length + 3)
  heard.close()

  // A kill in the middle of a batch leaves what a crash leaves; a clean stop afterwards leaves the rest.
  const last = post(server.url, batch(10), { key }).catch(() => undefined)
  await server.kill9()
  await last
  const logs = [server.process.stdout(), server.process.stderr()]
  expect(foundInFiles()).toEqual([])
  server = await spawnServer({ dataDir, env: { GUANLAN_LOG_LEVEL: 'debug' } })
  await server.admin('import.settle')
  await server.stop()
  logs.push(server.process.stdout(), server.process.stderr())

  expect(foundInFiles()).toEqual([])
  for (const text of [...answers, ...heard.frames, ...logs]) expect(found(text)).toEqual([])
  const rows = await rowsOfStore()
  expect(rows.some((text) => text.includes('north-1'))).toBe(true)
  for (const text of rows) expect(found(text)).toEqual([])

  // The search itself would find it.
  writeFileSync(
    path.join(dataDir, 'planted'),
    `xx${Buffer.from(`y${CANARIES.sender}`).toString('base64')}${CANARIES.word}`,
  )
  expect(foundInFiles().map((line) => line.split(' ')[0])).toEqual(expect.arrayContaining(['word', 'sender']))
})
