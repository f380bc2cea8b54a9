import { createHmac } from 'node:crypto'
import type { Analyser } from '@guanlan/analytics/text/analyser'
import type { HashedRoster } from '@guanlan/analytics/text/roster'
import type { RosterState } from '@guanlan/contract/gazetteer'
import type { Audit } from '../identity/audit.ts'
import type { Clock } from '../lib/clock.ts'
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
  updated_at: Date
}

/** Names of the organisation's people, kept out of topics; in the database as hashes under a key that is not there. */
export function createRosterKeeper(deps: {
  postgres: Postgres
  analyser: Analyser
  audit: Audit
  clock: Clock
  /** The installation's key; the roster's own is derived from it. */
  hashKey: Uint8Array
}): RosterKeeper {
  const { postgres, analyser, audit, clock } = deps
  const secret = new Uint8Array(createHmac('sha256', deps.hashKey).update('name roster').digest())
  let seen: number | null = null
  let roster: HashedRoster | undefined

  async function reload(): Promise<void> {
    const [stamp] = await postgres.query<{ updated_at: Date }>('SELECT updated_at FROM name_roster')
    if ((stamp?.updated_at.getTime() ?? null) === seen) return
    const [row] = await postgres.query<Row>('SELECT hashes, starts, updated_at FROM name_roster')
    if (row === undefined) return
    const hashes = new Int32Array(
      row.hashes.buffer.slice(row.hashes.byteOffset, row.hashes.byteOffset + row.hashes.length),
    )
    roster = { hashes, starts: new Uint8Array(row.starts) }
    analyser.setRoster(roster, secret)
    seen = row.updated_at.getTime()
  }

  async function state(): Promise<RosterState> {
    const [row] = await postgres.query<{ size: number; updated_at: Date }>(
      'SELECT length(hashes) / 8 AS size, updated_at FROM name_roster',
    )
    return { size: row?.size ?? 0, updatedAt: row?.updated_at.toISOString() ?? null }
  }

  return {
    reload,
    state,
    current: () => (roster === undefined ? undefined : { roster, secret }),
    async replace(actor, names) {
      const hashed = analyser.hashRoster(names, secret)
      const hashes = Buffer.from(hashed.hashes.buffer, hashed.hashes.byteOffset, hashed.hashes.byteLength)
      await postgres.transaction(async (tx) => {
        await tx.query(
          `INSERT INTO name_roster (hashes, starts, updated_at) VALUES ($1, $2, $3)
           ON CONFLICT (only_row) DO UPDATE SET hashes = EXCLUDED.hashes, starts = EXCLUDED.starts, updated_at = EXCLUDED.updated_at`,
          [hashes, Buffer.from(hashed.starts), new Date(clock.now())],
        )
        await audit.append(actor, 'vocabulary.roster', 'roster', { names: hashed.hashes.length / 2 }, tx)
      })
      seen = null
      await reload()
      return state()
    },
  }
}
