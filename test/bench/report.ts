// npm run bench -- report [--json] [--events 20000000]: a weekly report over four weeks of events, from the request of the
// draft to the last of its five forms.

import path from 'node:path'
import { parseArgs } from 'node:util'
import type { ReportFormat } from '@guanlan/contract/report-work'
import { openEmbeddedClickHouse } from '@guanlan/server/store/clickhouse-embedded'
import { registerGroups } from '../helpers/events.ts'
import { accountWith, createCaller } from '../helpers/http-client.ts'
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
    INSERT INTO group_visibility SETTINGS insert_deduplicate = 0
    SELECT toDate(toDateTime(${first}, 'Asia/Shanghai')) + day AS day, concat('g-', leftPad(toString(number), 5, '0')) AS group_id,
      concat('u-', toString(number % ${ORGANISATION.units})) AS unit_id, 1 AS own, unit_id AS shown_at, 1 AS version
    FROM numbers(${ORGANISATION.groups}) ARRAY JOIN range(28) AS day`)
  await clickhouse.close()
  return Math.round((performance.now() - began) / 1000)
}

/** Most anonymous memory of the server and everything it starts while `work` runs, above what it had before. */
async function growthDuring(pid: number, work: () => Promise<void>): Promise<number> {
  const before = treeMemory(pid).anonMb
  let most = before
  const timer = setInterval(() => (most = Math.max(most, treeMemory(pid).anonMb)), 200)
  try {
    await work()
  } finally {
    clearInterval(timer)
  }
  return most - before
}

/** The report benchmark. */
export async function run(args: string[]): Promise<object> {
  const { values } = parseArgs({ args, options: { events: { type: 'string', default: '20000000' } } })
  const events = Number(values.events)
  const temp = tempDir('guanlan-report-')
  const dataDir = path.join(temp.path, 'data')
  const groups = Array.from({ length: ORGANISATION.groups }, (_, i) => ({
    id: groupId(i),
    unit: `u-${i % ORGANISATION.units}`,
  }))
  const units = [
    ['city', ''] as const,
    ...Array.from({ length: ORGANISATION.units }, (_, i) => [`u-${i}`, 'city'] as const),
  ]
  let server = await spawnServer({ dataDir })
  try {
    await registerGroups(server, groups, units)
    const author = await accountWith(server, 'communications', 'city')
    await server.stop()
    const fillSeconds = await fill(dataDir, temp.path, events)
    server = await spawnServer({ dataDir })
    const pid = server.process.child.pid ?? 0
    const formSeconds: Record<string, number> = {}
    let draftSeconds = 0
    const call = createCaller(server.url, { cookie: author.cookie })
    let violations: unknown
    const rssGrowthMb = await growthDuring(pid, async () => {
      const began = performance.now()
      const made = await call('POST', '/api/v1/reports', {
        ...{ kind: 'week', scope: 'org', period: WEEK },
      })
      if (made.status !== 201) throw new Error(`the draft was answered with ${made.status}: ${made.text}`)
      draftSeconds = (performance.now() - began) / 1000
      const { edition } = made.body as unknown as {
        edition: { id: string; figures: Record<string, { value: unknown }> }
      }
      violations = edition.figures['violations']?.value ?? edition.figures['total']?.value
      for (const format of FORMATS) {
        const from = performance.now()
        const file = await call('GET', `/api/v1/reports/${edition.id}/export/${format}`)
        if (file.status !== 200) throw new Error(`${format} was answered with ${file.status}: ${file.text}`)
        formSeconds[format] = Math.round(performance.now() - from) / 1000
      }
    })
    const seconds = draftSeconds + Object.values(formSeconds).reduce((sum, each) => sum + each, 0)
    return {
      seconds: Math.round(seconds * 100) / 100,
      ...{ rssGrowthMb, events, draftSeconds: Math.round(draftSeconds * 100) / 100, formSeconds },
      ...{ violations, fillSeconds },
      dataset: `${ORGANISATION.groups} groups in ${ORGANISATION.units} units, 28 days in the demo's rhythm, 3 % acted on; the last week reported`,
    }
  } finally {
    if (server.process.child.exitCode === null) await server.kill9()
    temp.remove()
  }
}
