import type { Watch } from './ticker.ts'

/** As much of a socket as sending needs. */
export interface Line {
  readonly id: string
  /** True when the transport has taken everything handed to it. */
  idle(): boolean
  send(watch: Watch): void
}

export interface Outbox {
  add(line: Line): void
  remove(id: string): void
  /** Forgets what waits for a line and a panel (it was unsubscribed). */
  drop(id: string, key: string): void
  publish(watch: Watch): void
  /** Sends what waits to every line that has become idle. */
  flush(): void
  readonly waiting: number
}

interface State {
  readonly line: Line
  /** Panels handed to the transport and perhaps not through yet. */
  readonly onTheWay: Set<string>
  /** Panels with something newer than what is on the way: only the name is kept, the newest snapshot is sent. */
  readonly behind: Map<string, Watch>
}

/**
 * Lets every client have at most one snapshot of a panel on the way. A slow one skips to the newest; what is kept for
 * it is a set of panel names, so no queue can grow.
 * @param sendAll sends one snapshot to many lines at once, serialising it once
 */
export function createOutbox(sendAll: (ids: string[], watch: Watch) => void): Outbox {
  const states = new Map<string, State>()
  const slow = new Set<State>()
  return {
    add: (line) => void states.set(line.id, { line, onTheWay: new Set(), behind: new Map() }),
    remove(id) {
      const state = states.get(id)
      if (state !== undefined) slow.delete(state)
      states.delete(id)
    },
    drop: (id, key) => void states.get(id)?.behind.delete(key),
    publish(watch) {
      const ready: string[] = []
      for (const id of watch.watchers) {
        const state = states.get(id)
        if (state === undefined) continue
        if (state.line.idle()) state.onTheWay.clear()
        if (state.onTheWay.has(watch.key)) {
          state.behind.set(watch.key, watch)
          slow.add(state)
        } else {
          state.onTheWay.add(watch.key)
          state.behind.delete(watch.key)
          ready.push(id)
        }
      }
      if (ready.length > 0) sendAll(ready, watch)
    },
    flush() {
      for (const state of slow) {
        if (!state.line.idle()) continue
        state.onTheWay.clear()
        for (const [key, watch] of state.behind) {
          state.onTheWay.add(key)
          state.line.send(watch)
        }
        state.behind.clear()
        slow.delete(state)
      }
    },
    get waiting() {
      return slow.size
    },
  }
}
