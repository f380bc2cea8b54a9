import type { Random } from '../lib/random.ts'
import type { Postgres } from '../ports/postgres.ts'

/** The secret that signs session cookies: random, made at first start, the same for all nodes on one database. */
export async function authSecret(postgres: Postgres, random: Random): Promise<string> {
  await postgres.query('INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING', [
    'auth_secret',
    JSON.stringify(random(32).toString('hex')),
  ])
  const rows = await postgres.query<{ value: string }>('SELECT value FROM setting WHERE key = $1', [
    'auth_secret',
  ])
  if (rows[0] === undefined) throw new Error('the session secret could not be read')
  return rows[0].value
}
