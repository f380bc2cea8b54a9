import path from 'node:path'
import type { Clock } from '@guanlan/server/lib/clock'
import { silentLogger } from '@guanlan/server/lib/logger'
import { createAudit } from '@guanlan/server/identity/audit'
import { createIdentity } from '@guanlan/server/identity/identity'
import { createChanges } from '@guanlan/server/register/changes'
import { createDirectory } from '@guanlan/server/register/directory'
import { loadTaxonomy } from '@guanlan/server/register/taxonomy'
import { startPostgres } from './postgres.ts'
import { createTestRandom } from './random.ts'

const SEEDS = path.join(import.meta.dirname, '../../seeds')

/** A clock that stands until it is moved. */
export function createTestClock(iso: string): Clock & { set(iso: string): void; advance(ms: number): void } {
  let now = Date.parse(iso)
  return {
    now: () => now,
    set: (value) => void (now = Date.parse(value)),
    advance: (ms) => void (now += ms),
  }
}

/** Register and accounts over a real Postgres, wired as app.ts does it. The organisation is `city` with two districts. */
export async function startRegister(
  options: { now?: string; units?: readonly (readonly [string, string | null])[] } = {},
) {
  const { postgres, close } = await startPostgres()
  const clock = createTestClock(options.now ?? new Date().toISOString())
  const random = createTestRandom()
  const audit = createAudit(postgres, clock)
  const changes = createChanges({ postgres, logger: silentLogger, intervalMs: 100 })
  const directory = createDirectory({ postgres, taxonomy: await loadTaxonomy(SEEDS) })
  changes.on('register', directory.reload)
  const config = { publicUrl: 'http://127.0.0.1:18080', rateLimits: { signInPerMinute: 1000 } }
  const units =
    options.units ??
    ([
      ['city', null],
      ['north', 'city'],
      ['south', 'city'],
      ['estate', 'north'],
    ] as const)
  for (const [id, parent] of units) {
    await postgres.query('INSERT INTO unit (id, name, created_at) VALUES ($1, $1, now())', [id])
    await postgres.query(
      "INSERT INTO unit_parent (unit_id, parent_id, from_day) VALUES ($1, $2, '2000-01-01')",
      [id, parent],
    )
  }
  const identity = await createIdentity({
    postgres,
    clock,
    random,
    config,
    directory,
    audit,
    changes,
    logger: silentLogger,
  })
  await changes.poll()
  return {
    postgres,
    clock,
    random,
    audit,
    changes,
    directory,
    identity,
    async stop() {
      await changes.stop()
      await identity.stop()
      await close()
    },
  }
}

export type TestRegister = Awaited<ReturnType<typeof startRegister>>
