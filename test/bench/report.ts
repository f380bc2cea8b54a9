// npm run bench -- report [--json] [--events 20000000] [--dir PATH]: a weekly report over four weeks of events, from the
// request of the draft to the last of its five forms. `--dir` keeps the filled store there for the next run.

import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { ReportFormat } from '@guanlan/contract/report-work'
import { openEmbeddedClickHouse } from '@guanlan/server/store/clickhouse-embedded'
import { registerGroups } from '../helpers/events.ts'
import { accountWith, createCaller, signIn, type Call } from '../helpers/http-client.ts'
import { spawnServer } from '../helpers/server.ts'
import { tempDir } from '../helpers/workspace.ts'
import { treeMemory } from './processes.ts'
import { fillHour, hoursOf } from './rollups-fill.ts'

const ORGANISATION = { groups: 300, units: 40 }
/** The last of the four weeks that are filled. */
const WEEK = '2026-W46'
const FORMATS: ReportFormat[] = ['docx', 'xlsx', 'pdf', 'csv', 'json']
const CATEGORIES = [
  ...['fraud', 'gambling', 'leak.internal'].map((code) => ({ code, tier: 'illegal' })),
  ...['abuse.insult', 'vulgar', 'false.unverified'].map((code) => ({ code, tier: 'harmful' })),
  ...['ads', 'spam.flood', 'offtopic'].map((code) => ({ code, tier: 'conduct' })),
]
const groupId = (i: number) => `g-${String(i).padStart(5, '0')}`

/** Four weeks of decisions through the product's own tables, and the days' visibility: every group may be shown. */
async function fill(dataDir: string, temp: string, events: number): Promise<number> {
  const clickhouse = await openEmbeddedClickHouse({
    dir: path.join(dataDir, 'clickhouse'),
    configFile: path.join(temp, 'engine.xml'),
    backupDir: path.join(temp, 'backups'),
  })
  const began = performance.now()
  const hours = hoursOf(events)
  for (const hour of hours)
    await clickhouse.command(fillHour({ ...ORGANISATION, actedPercent: 3, categories: CATEGORIES }, hour))
  const first = hours[0]?.at ?? 0
  await clickhouse.command(`
    INSERT INTO group_visibility (day, group_id, unit_id, own, shown_at, version) SETTINGS insert_deduplicate = 0
    SELECT toDate(toDateTime(${first}, 'Asia/Shanghai')) + day AS day, concat('g-', leftPad(toString(number), 5, '0')) AS group_id,
      concat('u-', toString(number % ${ORGANISATION.units})) AS unit_id, 1 AS own, unit_id AS shown_at, 1 AS version
    FROM numbers(${ORGANISATION.groups}) ARRAY JOIN range(28) AS day`)
  await clickhouse.close()
  return Math.round((performance.now() - began) / 1000)
}

interface Filled {
  readonly events: number
  readonly fillSeconds: number
  /** Of the account that writes the report. */
  readonly email: string
}

/** A stopped installation with its register, an author and the events; what a folder already holds is taken as it is. */
async function prepare(dir: string, events: number): Promise<Filled> {
  const marker = path.join(dir, 'filled.json')
  if (existsSync(marker)) {
    const filled = JSON.parse(readFileSync(marker, 'utf8')) as Filled
    if (filled.events !== events) throw new Error(`${dir} holds ${filled.events} events: take another folder`)
    return filled
  }
  const groups = Array.from({ length: ORGANISATION.groups }, (_, i) => ({
    id: groupId(i),
    unit: `u-${i % ORGANISATION.units}`,
  }))
  const units = [
    ['city', ''] as const,
    ...Array.from({ length: ORGANISATION.units }, (_, i) => [`u-${i}`, 'city'] as const),
  ]
  const dataDir = path.join(dir, 'data')
  const server = await spawnServer({ dataDir })
  let email: string
  try {
    await registerGroups(server, groups, units)
    email = (await accountWith(server, 'communications', 'city')).email
    await server.stop()
  } finally {
    if (server.process.child.exitCode === null) await server.kill9()
  }
  const filled: Filled = { events, email, fillSeconds: await fill(dataDir, dir, events) }
  writeFileSync(marker, JSON.stringify(filled))
  return filled
}

const SETTLED_SECONDS = 10
const SETTLED_MB = 5

/**
 * Waits until the server has done what every start does (windows, visibility and histories are read back, some 250 MB),
 * so that it is not counted as the report's: memory has not grown for ten seconds. Resolves with that memory.
 */
async function settled(pid: number): Promise<{ startMb: number; settledMb: number }> {
  const startMb = treeMemory(pid).anonMb
  const seen = [startMb]
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    const settledMb = treeMemory(pid).anonMb
    seen.push(settledMb)
    const past = seen.slice(-SETTLED_SECONDS)
    if (seen.length > SETTLED_SECONDS && settledMb - Math.min(...past) <= SETTLED_MB)
      return { startMb, settledMb }
  }
}

/** Most anonymous memory of the server and everything it starts while `work` runs, above what it had before. */
async function growthDuring(
  pid: number,
  work: (mark: (step: string) => void) => Promise<void>,
): Promise<{ rssGrowthMb: number; growthMbBy: Record<string, number> }> {
  const before = treeMemory(pid).anonMb
  const most: Record<string, number> = {}
  let step = 'draft'
  const look = () => (most[step] = Math.max(most[step] ?? 0, treeMemory(pid).anonMb - before))
  const timer = setInterval(look, 100)
  try {
    await work((next) => {
      look()
      step = next
    })
  } finally {
    clearInterval(timer)
  }
  return { rssGrowthMb: Math.max(...Object.values(most)), growthMbBy: most }
}

interface Timed {
  draftSeconds: number
  formSeconds: Record<string, number>
  violations: unknown
}

/** The draft, then one form after the other; @param mark is called before each form */
async function makeAll(call: Call, mark: (step: string) => void): Promise<Timed> {
  const began = performance.now()
  const made = await call('POST', '/api/v1/reports', { kind: 'week', scope: 'org', period: WEEK })
  if (made.status !== 201) throw new Error(`the draft was answered with ${made.status}: ${made.text}`)
  const draftSeconds = (performance.now() - began) / 1000
  const { edition } = made.body as unknown as {
    edition: { id: string; figures: Record<string, { value: unknown }> }
  }
  const formSeconds: Record<string, number> = {}
  for (const format of FORMATS) {
    mark(format)
    const from = performance.now()
    const file = await call('GET', `/api/v1/reports/${edition.id}/export/${format}`)
    if (file.status !== 200) throw new Error(`${format} was answered with ${file.status}: ${file.text}`)
    formSeconds[format] = Math.round(performance.now() - from) / 1000
  }
  const violations = edition.figures['violations']?.value ?? edition.figures['total']?.value
  return { draftSeconds, formSeconds, violations }
}

/** The report benchmark. */
export async function run(args: string[]): Promise<object> {
  const { values } = parseArgs({
    args,
    options: { events: { type: 'string', default: '20000000' }, dir: { type: 'string' } },
  })
  const temp = tempDir('guanlan-report-')
  const dir = values.dir ?? temp.path
  mkdirSync(dir, { recursive: true })
  chmodSync(dir, 0o711)
  const { events, email, fillSeconds } = await prepare(dir, Number(values.events))
  const server = await spawnServer({ dataDir: path.join(dir, 'data') })
  try {
    const call = createCaller(server.url, { cookie: await signIn(server.url, email) })
    let timed: Timed = { draftSeconds: 0, formSeconds: {}, violations: null }
    const pid = server.process.child.pid ?? 0
    const memory = await settled(pid)
    const growth = await growthDuring(pid, async (mark) => {
      timed = await makeAll(call, mark)
    })
    const { draftSeconds, formSeconds, violations } = timed
    const seconds = draftSeconds + Object.values(formSeconds).reduce((sum, each) => sum + each, 0)
    return {
      seconds: Math.round(seconds * 100) / 100,
      ...{ rssGrowthMb: growth.rssGrowthMb, events, growthMbBy: growth.growthMbBy, ...memory },
      ...{ draftSeconds: Math.round(draftSeconds * 100) / 100, formSeconds, violations, fillSeconds },
      dataset: `${ORGANISATION.groups} groups in ${ORGANISATION.units} units, 28 days in the demo's rhythm, 3 % acted on; the last week reported`,
    }
  } finally {
    await server.stop()
    temp.remove()
  }
}
