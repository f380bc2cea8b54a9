// npm run bench -- ingest [--json] [--rate 20000] [--settle 30] [--seconds 60] [--unpaced 20]

import path from 'node:path'
import { openEmbeddedClickHouse } from '@guanlan/server/store/clickhouse-embedded'
import { registerGroups, TEST_UNITS } from '../helpers/events.ts'
import { spawnServer } from '../helpers/server.ts'
import { tempDir } from '../helpers/workspace.ts'
import type { LoadPlan, LoadReport } from './ingest-load.ts'
import { runScript, treeMemory } from './processes.ts'

const GROUPS = 300

function option(args: readonly string[], name: string, fallback: number): number {
  const at = args.indexOf(`--${name}`)
  return at < 0 ? fallback : Number(args[at + 1])
}

async function landed(dataDir: string, temp: string): Promise<{ rows: number; ids: number }> {
  const clickhouse = await openEmbeddedClickHouse({
    dir: path.join(dataDir, 'clickhouse'),
    configFile: path.join(temp, 'engine.xml'),
    backupDir: path.join(temp, 'backups'),
  })
  const [row] = await clickhouse.query<{ rows: number; ids: number }>(
    'SELECT count() AS rows, uniqExact(event_hash) AS ids FROM decision_raw',
  )
  await clickhouse.close()
  return { rows: Number(row?.rows), ids: Number(row?.ids) }
}

interface Sample {
  at: number
  anonMb: number
  fileMb: number
}

/** Least-squares slope of anonymous memory, MB a minute. */
function slopePerMinute(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number) =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / Math.max(1, samples.length)
  const [at, anon] = [mean((sample) => sample.at), mean((sample) => sample.anonMb)]
  const [rise, run] = samples.reduce(
    ([up, along], sample) => [up + (sample.at - at) * (sample.anonMb - anon), along + (sample.at - at) ** 2],
    [0, 0],
  )
  return run === 0 ? 0 : Math.round((rise / run) * 60_000)
}

/** The ingest benchmark: the product as a process of its own on its embedded engines, the generator as another. */
export async function run(args: string[]): Promise<object> {
  const temp = tempDir('guanlan-bench-')
  const dataDir = path.join(temp.path, 'data')
  const units = TEST_UNITS.map(([id]) => id).filter((id) => id !== 'city')
  const groups = Array.from({ length: GROUPS }, (_, i) => ({
    id: `g-${i}`,
    unit: units[i % units.length] as string,
  }))
  // As the image is run (deploy/Dockerfile).
  const env = { MALLOC_ARENA_MAX: '2' }
  const server = await spawnServer({ dataDir, env })
  const samples: Sample[] = []
  const timer = setInterval(() => {
    const { pid } = server.process.child
    if (pid !== undefined) samples.push({ at: Date.now(), ...treeMemory(pid) })
  }, 2_000)
  try {
    await registerGroups(server, groups)
    const { secret: key } = await server.admin<{ secret: string }>('key.create', {
      source: 'bench',
      unit: 'city',
      ratePerSecond: 1_000_000,
    })
    const { secret: token } = await server.admin<{ secret: string }>('token.create', {
      name: 'bench',
      scope: 'org',
    })
    const plan: LoadPlan = {
      ...{
        url: server.url,
        key,
        token,
        groups: groups.map(({ id }) => id),
        sockets: 50,
        senders: 5_000,
        batch: 100,
      },
      ...{
        warmSeconds: 10,
        settleSeconds: option(args, 'settle', 30),
        pacedSeconds: option(args, 'seconds', 60),
        eventsPerSecond: option(args, 'rate', 20_000),
      },
      unpacedSeconds: option(args, 'unpaced', 20),
    }
    const report = await runScript<LoadReport>(new URL('./ingest-load.ts', import.meta.url), plan)
    clearInterval(timer)
    await server.admin('import.settle')
    await server.stop()
    const { rows, ids } = await landed(dataDir, temp.path)
    const { engineRowsPerSecond } = await runScript<{ engineRowsPerSecond: number }>(
      new URL('./ingest-engine.ts', import.meta.url),
      {},
    )
    const { pacedFrom, pacedTo, acknowledged, unpacedAccepted, unpacedSeconds, ...figures } = report
    const during = samples.filter(({ at }) => at >= pacedFrom && at <= pacedTo)
    const third = Math.max(1, Math.floor(during.length / 3))
    const mean = (list: readonly Sample[]) =>
      Math.round(list.reduce((sum, { anonMb }) => sum + anonMb, 0) / Math.max(1, list.length))
    const saturationPerSecond = Math.round(unpacedAccepted / unpacedSeconds)
    return {
      ...figures,
      rssAnonMb: Math.max(...during.map(({ anonMb }) => anonMb)),
      rssFileMb: Math.max(...during.map(({ fileMb }) => fileMb)),
      rssAnonMbFirstThird: mean(during.slice(0, third)),
      rssAnonMbLastThird: mean(during.slice(-third)),
      rssAnonMbPerMinute: slopePerMinute(during),
      rssAnonMbUnpaced: Math.max(...samples.map(({ anonMb }) => anonMb)),
      acknowledged,
      lost: acknowledged - ids,
      doubled: rows - ids,
      saturationPerSecond,
      engineRowsPerSecond,
      ratioToEngine: Math.round((saturationPerSecond / engineRowsPerSecond) * 100) / 100,
      dataset: `${GROUPS} groups, 5,000 senders, generated texts of about 25 characters, 10 % acted on`,
    }
  } finally {
    clearInterval(timer)
    if (server.process.child.exitCode === null) await server.kill9()
    temp.remove()
  }
}
