import type { Postgres } from '../ports/postgres.ts'
import { startError } from '../lib/start-error.ts'
import { overPool } from './postgres-pool.ts'

const MINIMUM_MAJOR = 14

/** Opens a Postgres server by URL. @throws StartError when it does not answer or is too old. */
export async function openPostgresServer(url: string): Promise<Postgres> {
  const postgres = overPool({ connectionString: url })
  let major: number
  try {
    const rows = await postgres.query<{ version: string }>(
      "SELECT current_setting('server_version_num') AS version",
    )
    major = Math.floor(Number(rows[0]?.version) / 10_000)
  } catch (cause) {
    await postgres.close()
    throw startError(
      'DATABASE_URL does not answer: check address, user, password and that its database exists',
      cause,
    )
  }
  if (major < MINIMUM_MAJOR) {
    await postgres.close()
    throw startError(`Postgres ${major} is too old: ${MINIMUM_MAJOR} or newer is needed`)
  }
  return postgres
}
