import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openEmbeddedClickHouse } from '@guanlan/server/store/clickhouse-embedded'
import { runCli, spawnCli } from '../helpers/cli.ts'
import { message } from '../helpers/events.ts'
import { GROUPS_CSV, UNITS_CSV } from '../helpers/tables.ts'
import { tempDir } from '../helpers/workspace.ts'

const EVENTS = 60_000
const REFUSED_EACH = 1_000
const temp = tempDir('guanlan-import-')
const dataDir = path.join(temp.path, 'data')
const file = path.join(temp.path, 'history.ndjson')
const env = { GUANLAN_DATA_DIR: dataDir }
afterAll(() => temp.remove())

interface Counts {
  lines: number
  accepted: number
  duplicates: number
  rejected: number
  resumed: boolean
}

beforeAll(async () => {
  const [units, groups] = [path.join(temp.path, 'units.csv'), path.join(temp.path, 'groups.csv')]
  writeFileSync(units, UNITS_CSV)
  writeFileSync(groups, GROUPS_CSV)
  expect((await runCli(['register', 'import', units, groups], env)).code).toBe(0)
  const at = (i: number) => new Date(Date.now() - 3_600_000 - i * 10).toISOString()
  const line = (i: number) =>
    JSON.stringify(
      message({ id: `h-${i}`, time: at(i), group: i % REFUSED_EACH === 0 ? 'g-nowhere' : 'g-n1' }),
    )
  writeFileSync(file, Array.from({ length: EVENTS }, (_, i) => line(i)).join('\n'))
})

async function stored() {
  const clickhouse = await openEmbeddedClickHouse({
    dir: path.join(dataDir, 'clickhouse'),
    configFile: path.join(temp.path, 'engine.xml'),
    backupDir: path.join(temp.path, 'backups'),
  })
  const count = async (what: string, table: string) =>
    Number((await clickhouse.query<{ n: number }>(`SELECT ${what} AS n FROM ${table}`))[0]?.n)
  const counts = {
    rows: await count('count()', 'decision_raw'),
    ids: await count('uniqExact(event_hash)', 'decision_raw'),
    minutes: await count('sum(events)', 'minute_unit'),
    hours: await count('sum(events)', 'hour_group'),
  }
  await clickhouse.close()
  return counts
}

it('a file import that is killed in the middle goes on where it was, and everything counts once', async () => {
  const state = path.join(dataDir, 'imports')
  const first = spawnCli(['import', file, '--source', 'past', '--json'], env)
  let over = false
  void first.ended.then(() => (over = true))
  const saved = () => existsSync(state) && readdirSync(state).some((name) => name.endsWith('.json'))
  while (!saved() && !over) await new Promise((resolve) => setTimeout(resolve, 5))
  first.child.kill('SIGKILL')
  expect((await first.ended).stdout, 'killed before it was done').toBe('')

  const second = await runCli(['import', file, '--source', 'past', '--json'], env)
  expect(second.stderr).toBe('')
  const counts = JSON.parse(second.stdout) as Counts
  const refused = EVENTS / REFUSED_EACH
  expect(counts).toMatchObject({ lines: EVENTS, rejected: refused, resumed: true })
  expect(counts.accepted + counts.duplicates).toBe(EVENTS - refused)
  const wanted = EVENTS - refused
  expect(await stored()).toEqual({ rows: wanted, ids: wanted, minutes: wanted, hours: wanted })

  const third = JSON.parse(
    (await runCli(['import', file, '--source', 'past', '--json'], env)).stdout,
  ) as Counts
  expect(third).toMatchObject({ accepted: 0, duplicates: wanted, resumed: false })
})
