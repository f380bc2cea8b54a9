import type { Snapshot, SubscribeErrorCode } from '@guanlan/contract/live'
import { shallowReactive } from 'vue'

export interface LiveEntry {
  readonly watchers: number
  readonly snapshot: Snapshot | null
  readonly refused: SubscribeErrorCode | null
}

/** The newest snapshot of each watched panel, shared by all components that watch it. */
export function createEntries() {
  const entries = shallowReactive(new Map<string, LiveEntry>())
  return {
    get: (key: string) => entries.get(key),
    put(key: string, change: Partial<Pick<LiveEntry, 'snapshot' | 'refused'>>): void {
      const entry = entries.get(key)
      if (entry !== undefined) entries.set(key, { ...entry, ...change })
    },
    /** One more watcher; keeps what is already known. */
    hold(key: string): void {
      const entry = entries.get(key) ?? { watchers: 0, snapshot: null, refused: null }
      entries.set(key, { ...entry, watchers: entry.watchers + 1 })
    },
    /** One watcher less; true when it was the last one. */
    drop(key: string): boolean {
      const entry = entries.get(key)
      if (entry === undefined) return false
      if (entry.watchers === 1) return entries.delete(key)
      entries.set(key, { ...entry, watchers: entry.watchers - 1 })
      return false
    },
    clear: () => entries.clear(),
  }
}
