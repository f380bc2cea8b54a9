import type { Snapshot, SnapshotStatus } from '@guanlan/contract/live'
import { PANEL_NAMES, type PanelName } from '@guanlan/contract/panels'
import { scopeKey, type Range, type Scope } from '@guanlan/contract/scope'
import type { Clock } from '../lib/clock.ts'
import { describeError, type Logger } from '../lib/logger.ts'
import type { Panel, Panels } from './panel.ts'

/** One panel of one scope and range that somebody watches. */
export interface Watch {
  readonly key: string
  readonly panel: PanelName
  readonly scope: Scope
  readonly range: Range
  /** Socket ids. */
  readonly watchers: Set<string>
  snapshot: Snapshot | undefined
}

interface Figures {
  readonly status: SnapshotStatus
  readonly data: unknown
  /** Serialised data: what decides whether anything changed. */
  readonly text: string
  readonly asOf: number
}

export interface TickerDeps {
  readonly panels: Panels
  readonly clock: Clock
  readonly logger: Logger
  /** Called for every new version of a watched panel. */
  readonly publish: (watch: Watch) => void
  /** Called after each read with its duration in ms. */
  readonly observe?: ((panel: PanelName, ms: number, failed: boolean) => void) | undefined
}

export interface Ticker {
  watch(panel: PanelName, scope: Scope, range: Range): Watch
  /** The snapshot that stands now, read if nobody has read it in this slot yet. Never rejects. */
  current(watch: Watch): Promise<Snapshot>
  /** Reads whatever is due and watched; resolves when those reads are through. */
  tick(): Promise<void>
  /** Forgets panels that nobody has watched for a while. */
  sweep(): void
  readonly watched: number
}

/** A watch without watchers is kept this long, so that a reload is answered from memory. */
const KEEP_MS = 120_000

/**
 * Keeps the watched panels current. A read is shared: however many watch, one (panel, scope, range) is read at most once
 * in its slot (a second, a minute, ... by panel), and a slow read is never overtaken by another of its kind.
 */
export function createTicker(deps: TickerDeps): Ticker {
  const { panels, clock } = deps
  const watches = new Map<string, Watch>()
  const reads = new Map<string, { slot: number; busy: boolean; result: Promise<Figures> }>()
  const lastWatched = new Map<string, number>()

  function read(watch: Watch): Promise<Figures> {
    const panel: Panel = panels[watch.panel]
    const key = `${watch.panel} ${scopeKey(watch.scope)} ${panel.ranged ? watch.range : ''}`
    const now = clock.now()
    const slot = Math.floor(now / (panel.everySeconds(watch.scope.kind, watch.range) * 1000))
    const known = reads.get(key)
    if (known !== undefined && (known.slot === slot || known.busy)) return known.result
    const entry = { slot, busy: true, result: perform(deps, watch, panel, now) }
    void entry.result.then(() => (entry.busy = false))
    reads.set(key, entry)
    return entry.result
  }

  async function refresh(watch: Watch): Promise<Snapshot> {
    const figures = await read(watch)
    const before = watch.snapshot
    const next = nextSnapshot(watch, figures)
    if (next !== before) {
      watch.snapshot = next
      if (watch.watchers.size > 0) deps.publish(watch)
    }
    return next
  }

  return {
    watch(panel, scope, range) {
      const key = `${panel} ${scopeKey(scope)} ${range}`
      let watch = watches.get(key)
      if (watch === undefined) {
        watches.set(key, (watch = { key, panel, scope, range, watchers: new Set(), snapshot: undefined }))
      }
      lastWatched.set(key, clock.now())
      return watch
    },
    current: refresh,
    async tick() {
      const watched = [...watches.values()].filter((watch) => watch.watchers.size > 0)
      // One connection answers in order: what people look at for life comes first.
      watched.sort((a, b) => PANEL_NAMES.indexOf(a.panel) - PANEL_NAMES.indexOf(b.panel))
      await Promise.all(watched.map(refresh))
    },
    sweep() {
      const now = clock.now()
      for (const [key, watch] of watches) {
        if (watch.watchers.size > 0) lastWatched.set(key, now)
        else if (now - (lastWatched.get(key) ?? 0) > KEEP_MS) {
          watches.delete(key)
          lastWatched.delete(key)
        }
      }
      if (watches.size === 0) reads.clear()
      for (const [key, entry] of reads)
        if (!entry.busy && ![...watches.keys()].some((each) => each.startsWith(key))) reads.delete(key)
    },
    get watched() {
      let count = 0
      for (const watch of watches.values()) if (watch.watchers.size > 0) count++
      return count
    },
  }
}

async function perform(deps: TickerDeps, watch: Watch, panel: Panel, now: number): Promise<Figures> {
  const at = watch.scope.kind === 'group' ? Math.floor(now / 60_000) * 60_000 : now
  try {
    const data = await panel.read({ scope: watch.scope, range: watch.range, now: at })
    deps.observe?.(watch.panel, deps.clock.now() - now, false)
    return { status: data === null ? 'too_few' : 'ok', data, text: JSON.stringify(data), asOf: at }
  } catch (error) {
    deps.observe?.(watch.panel, deps.clock.now() - now, true)
    deps.logger.warn({ panel: watch.panel, error: describeError(error) }, 'a panel could not be read')
    return { status: 'unavailable', data: null, text: '', asOf: at }
  }
}

const texts = new WeakMap<Snapshot, string>()

/** The same object when nothing changed; the last figures stand when they cannot be read. */
function nextSnapshot(watch: Watch, figures: Figures): Snapshot {
  const before = watch.snapshot
  const failed = figures.status === 'unavailable'
  const text = failed ? ((before && texts.get(before)) ?? '') : figures.text
  if (before !== undefined && before.status === figures.status && texts.get(before) === text) return before
  const asOf = failed && before !== undefined ? before.asOf : figures.asOf
  const snapshot = {
    panel: watch.panel,
    scope: scopeKey(watch.scope),
    range: watch.range,
    // Never falls, also over a restart: a screen may always keep the highest it has seen.
    version: Math.max((before?.version ?? 0) + 1, figures.asOf),
    asOf,
    status: figures.status,
    data: failed ? (before?.data ?? null) : (figures.data as Snapshot['data']),
  }
  texts.set(snapshot, text)
  return snapshot
}
