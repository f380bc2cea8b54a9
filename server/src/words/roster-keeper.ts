import { createHmac } from 'node:crypto'
import type { Analyser } from '@guanlan/analytics/text/analyser'
import type { HashedRoster } from '@guanlan/analytics/text/roster'
import type { RosterState } from '@guanlan/contract/gazetteer'
import type { Audit } from '../identity/audit.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import type { Postgres } from '../ports/postgres.ts'

export interface RosterKeeper {
  reload(): Promise<void>
  state(): Promise<RosterState>
  replace(actor: string, names: readonly string[]): Promise<RosterState>
  /** What is in force, for the search for new words. */
  current(): { roster: HashedRoster; secret: Uint8Array } | undefined
}

interface Row {
  hashes: Buffer
  starts: Buffer
  key_check: Buffer | null
  updated_at: Date
}

const secretOf = (key: Uint8Array) => new Uint8Array(createHmac('sha256', key).update('name roster').digest())

/** Tells keys apart, and nothing of them: kept beside what was hashed under one. */
export const rosterKeyCheck = (rosterKey: Uint8Array) =>
  createHmac('sha256', secretOf(rosterKey)).update('which key').digest().subarray(0, 8)

/**
 * Names of the organisation's people, kept out of topics; in the database as hashes under a key that is in the data directory
 * only. A list that was loaded before there was such a key stays in force under the former one until it is loaded again.
 */
export function createRosterKeeper(deps: {
  postgres: Postgres
  analyser: Analyser
  audit: Audit
  clock: Clock
  logger: Logger
  rosterKey: Uint8Array
  /** The installation's key: what was loaded by earlier versions is hashed under one derived from it. */
  hashKey: Uint8Array
}): RosterKeeper {
  const { postgres, analyser, audit, clock, logger } = deps
  const keyCheck = rosterKeyCheck(deps.rosterKey)
  let seen: number | null = null
  let inForce: { roster: HashedRoster; secret: Uint8Array } | undefined

  async function reload(): Promise<void> {
    const [stamp] = await postgres.query<{ updated_at: Date }>('SELECT updated_at FROM name_roster')
    if ((stamp?.updated_at.getTime() ?? null) === seen) return
    const [row] = await postgres.query<Row>('SELECT hashes, starts, key_check, updated_at FROM name_roster')
    if (row === undefined) return
    seen = row.updated_at.getTime()
    if (row.key_check !== null && !keyCheck.equals(row.key_check)) {
      logger.warn(
        {},
        'the names to keep out of topics were hashed under a key that is not here: load them again',
      )
      return
    }
    const hashes = new Int32Array(
      row.hashes.buffer.slice(row.hashes.byteOffset, row.hashes.byteOffset + row.hashes.length),
    )
    const secret = secretOf(row.key_check === null ? deps.hashKey : deps.rosterKey)
    inForce = { roster: { hashes, starts: new Uint8Array(row.starts) }, secret }
    analyser.setRoster(inForce.roster, secret)
  }

  async function state(): Promise<RosterState> {
    const [row] = await postgres.query<{ size: number; updated_at: Date }>(
      'SELECT length(hashes) / 8 AS size, updated_at FROM name_roster WHERE key_check IS NULL OR key_check = $1',
      [keyCheck],
    )
    return { size: row?.size ?? 0, updatedAt: row?.updated_at.toISOString() ?? null }
  }

  return {
    reload,
    state,
    current: () => inForce,
    async replace(actor, names) {
      const hashed = analyser.hashRoster(names, secretOf(deps.rosterKey))
      const hashes = Buffer.from(hashed.hashes.buffer, hashed.hashes.byteOffset, hashed.hashes.byteLength)
      await postgres.transaction(async (tx) => {
        await tx.query(
          `INSERT INTO name_roster (hashes, starts, updated_at, key_check) VALUES ($1, $2, $3, $4)
           ON CONFLICT (only_row) DO UPDATE SET hashes = EXCLUDED.hashes, starts = EXCLUDED.starts, updated_at = EXCLUDED.updated_at,
             key_check = EXCLUDED.key_check`,
          [hashes, Buffer.from(hashed.starts), new Date(clock.now()), keyCheck],
        )
        await audit.append(actor, 'vocabulary.roster', 'roster', { names: hashed.hashes.length / 2 }, tx)
      })
      seen = null
      await reload()
      return state()
    },
  }
}
