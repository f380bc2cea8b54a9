import { z } from 'zod'
import type { Category } from './taxonomy.ts'
import { Range, ScopeKey } from './scope.ts'
import type { PanelData, PanelName } from './panels.ts'
import { PANEL_NAMES } from './panels.ts'

export const Subscription = z.strictObject({
  panel: z.enum(PANEL_NAMES),
  scope: ScopeKey,
  range: Range.default('day'),
})
export type Subscription = z.infer<typeof Subscription>
export type SubscriptionInput = z.input<typeof Subscription>

/** `too_few`: the floor hides this scope; `unavailable`: the figures could not be read, the last ones stand. */
export type SnapshotStatus = 'ok' | 'too_few' | 'unavailable'

/** A whole panel. `version` grows with every change of this panel; `asOf` is when its figures were read (ms since epoch). */
export interface Snapshot<P extends PanelName = PanelName> {
  panel: P
  scope: string
  range: Range
  version: number
  asOf: number
  status: SnapshotStatus
  data: PanelData[P] | null
}

export type SubscribeErrorCode = 'invalid' | 'forbidden' | 'unknown_scope' | 'unavailable' | 'too_many'
export type SubscribeAnswer =
  { ok: true; snapshot: Snapshot } | { ok: false; code: SubscribeErrorCode; detail: string }

export interface Heartbeat {
  /** Server clock, ms since epoch. */
  at: number
}

export interface ServerToClient {
  snapshot(snapshot: Snapshot): void
  heartbeat(beat: Heartbeat): void
  /** The session ended, a role changed or a token was revoked: sign in again. */
  ended(reason: { code: 'session_ended' | 'shutting_down' }): void
}

export interface ClientToServer {
  subscribe(input: SubscriptionInput, answer: (result: SubscribeAnswer) => void): void
  unsubscribe(input: SubscriptionInput, answer?: () => void): void
}

export const LIVE_NAMESPACE = '/live'
/** A screen without a heartbeat for this long shows that it is stale. */
export const STALE_AFTER_MS = 5_000

/** Names of everything on a screen, read once over HTTP and not with each snapshot. */
export interface Labels {
  categories: Category[]
}
