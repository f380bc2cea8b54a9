import type { PanelData, PanelName } from '@guanlan/contract/panels'
import type { Snapshot, SubscribeErrorCode } from '@guanlan/contract/live'

/** What a panel has to draw. `old`: the figures could not be read again, the last ones stand and say their age. */
export type PanelState =
  'loading' | 'ready' | 'old' | 'empty' | 'too_few' | 'unavailable' | 'forbidden' | 'unknown_scope'

const EMPTY: { [P in PanelName]: (data: PanelData[P]) => boolean } = {
  pulse: (pulse) => pulse.messagesToday === 0 && !pulse.perSecond?.some((n) => n > 0),
  trend: (trend) =>
    !trend.points.some((point) => point !== null) && !trend.messages.some((n) => n !== null && n > 0),
  categories: (data) => data.rows.length === 0 && data.notShown === 0,
  decisions: (data) => data.allowed + data.warned + data.restricted + data.removed === 0,
  delay: (data) => data.rows.every((row) => row.medianMs === null),
  units: (data) => data.rows.length === 0,
  corrections: (data) => data.acted === 0,
  freshness: (data) => data.sources.length === 0,
  words: (data) => data.state === 'ready' && data.rows.length === 0,
  topics: (data) => data.state === 'ready' && data.rows.length === 0,
  sentiment: (data) => data.state === 'ready' && data.points.length === 0,
  risk: (data) => data.self === null && data.rows.length === 0,
  alerts: (data) => data.rows.length === 0,
}

/** State of a panel from its newest snapshot and a refusal, if any. A panel is never blank: every state has words. */
export function panelState(snapshot: Snapshot | null, refused: SubscribeErrorCode | null): PanelState {
  if (refused === 'forbidden') return 'forbidden'
  if (refused === 'unknown_scope' || refused === 'invalid') return 'unknown_scope'
  if (snapshot === null) return refused === null ? 'loading' : 'unavailable'
  if (snapshot.status === 'too_few') return 'too_few'
  if (snapshot.data === null) return 'unavailable'
  const isEmpty = EMPTY[snapshot.panel] as (data: unknown) => boolean
  if (snapshot.status === 'unavailable' || refused !== null) return 'old'
  return isEmpty(snapshot.data) ? 'empty' : 'ready'
}
