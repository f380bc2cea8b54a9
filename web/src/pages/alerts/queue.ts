import type { AlertSummary } from '@guanlan/contract/alert'

type Waiting = Pick<AlertSummary, 'status' | 'hold' | 'openedAt'>

/** Alerts that somebody has to take now: open, and not held back by a silence or by another alert. */
export function waitingOf<A extends Waiting>(alerts: readonly A[]): A[] {
  return alerts.filter((alert) => alert.status === 'open' && alert.hold === null)
}

/** An alert with those that it stands for. */
interface Folded<A> {
  readonly alert: A
  readonly covered: readonly A[]
}

/**
 * One row for each cause: alerts that another one of the list stands for are folded under it, in the order of the list. What is
 * silenced, or held by an alert that is not in the list, has a row of its own.
 */
export function foldCovered<A extends Pick<AlertSummary, 'id' | 'hold'>>(alerts: readonly A[]): Folded<A>[] {
  const byId = new Map(alerts.map((alert) => [alert.id, alert]))
  const above = (alert: A): A | undefined =>
    alert.hold === null || alert.hold.kind === 'silence' ? undefined : byId.get(alert.hold.by)
  /** The one that stands for all; alerts that point at each other stay by themselves. */
  function top(alert: A): A {
    const seen = new Set([alert.id])
    for (let at = alert; ;) {
      const next = above(at)
      if (next === undefined) return at
      if (seen.has(next.id)) return alert
      seen.add(next.id)
      at = next
    }
  }
  const under = new Map<string, A[]>()
  for (const alert of alerts) {
    const { id } = top(alert)
    if (id !== alert.id) under.set(id, [...(under.get(id) ?? []), alert])
  }
  return alerts
    .filter((alert) => top(alert).id === alert.id)
    .map((alert) => ({ alert, covered: under.get(alert.id) ?? [] }))
}

/** The rows of a list, of which some are unfolded; `under`: stands below the row before it. */
export function rowsOf<A extends { id: string }>(
  folded: readonly Folded<A>[],
  unfolded: ReadonlySet<string>,
): { readonly alert: A; readonly covered: number; readonly under: boolean }[] {
  return folded.flatMap(({ alert, covered }) => [
    { alert, covered: covered.length, under: false },
    ...(unfolded.has(alert.id) ? covered.map((one) => ({ alert: one, covered: 0, under: true })) : []),
  ])
}

/** How many wait and how long the oldest of them has, ms; null when none does. */
export function stateOfDesk(
  alerts: readonly Waiting[],
  now: number,
): { waiting: number; oldestMs: number } | null {
  const waiting = waitingOf(alerts)
  if (waiting.length === 0) return null
  const oldest = Math.min(...waiting.map((alert) => alert.openedAt))
  return { waiting: waiting.length, oldestMs: Math.max(0, now - oldest) }
}

/** `4:07`, `1:04:07`; null once the moment has come. Rounded up, so that it ends when it says so. */
export function countdown(dueAt: number, now: number): string | null {
  const seconds = Math.ceil((dueAt - now) / 1000)
  if (seconds <= 0) return null
  const two = (value: number) => String(value).padStart(2, '0')
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  const rest = two(seconds % 60)
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`
}

/** What the moment `dueAt` means for a reader. */
export function dueKind(
  alert: Pick<AlertSummary, 'status' | 'dueAt' | 'hold'>,
): 'none' | 'held' | 'next-step' | 'expires' {
  if (alert.status === 'resolved') return 'none'
  if (alert.hold !== null) return 'held'
  if (alert.dueAt === null) return 'none'
  return alert.status === 'open' ? 'next-step' : 'expires'
}

/** The id `by` places away from `id`, at most the first or last one; without a known id the first. */
export function neighbour(ids: readonly string[], id: string | null, by: 1 | -1): string | null {
  const place = id === null ? -1 : ids.indexOf(id)
  if (place === -1) return ids[0] ?? null
  return ids[Math.min(ids.length - 1, Math.max(0, place + by))] ?? null
}

/** Pages that were not rung for yet and may ring; remembers them in `rung`. Quiet ones never ring. */
export function newPages<P extends { id: string; kind: string; quiet: boolean }>(
  pages: readonly P[],
  rung: Set<string>,
): P[] {
  const fresh = pages.filter((page) => page.kind === 'page' && !page.quiet && !rung.has(page.id))
  for (const page of pages) rung.add(page.id)
  return fresh
}
