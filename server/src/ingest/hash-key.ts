import type { Postgres } from '../ports/postgres.ts'

/**
 * The secret under which upstream ids are hashed, made at the first start and kept with the register: repeats and
 * corrections are found by it months later.
 */
export async function loadHashKey(
  postgres: Postgres,
  randomBytes: (length: number) => Uint8Array,
): Promise<Uint8Array> {
  const made = Buffer.from(randomBytes(32)).toString('hex')
  await postgres.query(
    `INSERT INTO setting (key, value) VALUES ('event-hash-key', to_jsonb($1::text)) ON CONFLICT (key) DO NOTHING`,
    [made],
  )
  const [row] = await postgres.query<{ value: string }>(
    `SELECT value FROM setting WHERE key = 'event-hash-key'`,
  )
  const key = Buffer.from(row?.value ?? '', 'hex')
  if (key.length !== 32) throw new Error('the setting event-hash-key is damaged: restore it from a backup')
  return new Uint8Array(key)
}
