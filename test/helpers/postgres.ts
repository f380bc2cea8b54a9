import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { chmod } from 'node:fs/promises'
import type { Postgres } from '@guanlan/server/ports/postgres'
import { migratePostgres } from '@guanlan/server/store/migrations'
import { openEmbeddedPostgres } from '@guanlan/server/store/postgres-embedded'

export interface TestPostgres {
  readonly postgres: Postgres
  close(): Promise<void>
}

/** A real, migrated Postgres in a folder of its own. */
export async function startPostgres(): Promise<TestPostgres> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'guanlan-test-'))
  await chmod(dir, 0o755)
  const postgres = await openEmbeddedPostgres({ dir })
  await migratePostgres(postgres)
  return {
    postgres,
    async close() {
      await postgres.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
