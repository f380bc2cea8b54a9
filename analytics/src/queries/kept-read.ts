import { isFresh } from '../is-fresh.ts'
import type { Read } from './read.ts'

const MOST_KEPT = 500

/** A reader that gives the same question the same answer for a while. @param now ms since epoch */
export function keepFor(keptMs: number, now: () => number, read: Read): Read {
  const kept = new Map<string, { at: number; rows: Promise<unknown[]> }>()
  return <T>(sql: string, params: Record<string, unknown>) => {
    const key = `${sql}\n${JSON.stringify(params)}`
    const known = kept.get(key)
    if (known !== undefined && isFresh(known.at, now(), keptMs)) return known.rows as Promise<T[]>
    const rows = read<T>(sql, params)
    kept.delete(key)
    kept.set(key, { at: now(), rows })
    rows.catch(() => kept.delete(key))
    for (const oldest of kept.keys()) {
      if (kept.size <= MOST_KEPT) break
      kept.delete(oldest)
    }
    return rows
  }
}
