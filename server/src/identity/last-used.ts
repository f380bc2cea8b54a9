import type { Postgres } from '../ports/postgres.ts'

/** When a secret was last used, kept in memory and written in one go: a busy key would otherwise write on each request. */
export interface LastUsed {
  note(id: string, at: number): void
  of(id: string): number | undefined
  flush(): Promise<void>
}

export function createLastUsed(postgres: Postgres, table: 'ingest_key' | 'display_token'): LastUsed {
  let waiting = new Map<string, number>()
  return {
    note: (id, at) => void waiting.set(id, at),
    of: (id) => waiting.get(id),
    async flush() {
      if (waiting.size === 0) return
      const writing = waiting
      waiting = new Map()
      const times = [...writing.values()].map((at) => new Date(at).toISOString())
      await postgres.query(
        `UPDATE ${table} SET last_used_at = greatest(last_used_at, used.at)
         FROM unnest($1::text[], $2::timestamptz[]) AS used (id, at) WHERE ${table}.id = used.id`,
        [[...writing.keys()], times],
      )
    },
  }
}
