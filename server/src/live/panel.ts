import type { PanelData, PanelName } from '@guanlan/contract/panels'
import type { Range, Scope } from '@guanlan/contract/scope'

export interface PanelRequest {
  readonly scope: Scope
  readonly range: Range
  /** When the figures are read, ms since epoch. At group scope cut to the minute: seconds are never shown there. */
  readonly now: number
}

/** One kind of panel: how often its figures are read, and how. A new panel is a new file and one line in the registry. */
export interface Panel<P extends PanelName = PanelName> {
  /** False when the range makes no difference: then all ranges share one read. */
  readonly ranged: boolean
  /** Seconds between two reads while anybody watches. */
  everySeconds(scope: Scope['kind'], range: Range): number
  /** Reads the figures; null when the floors hide this scope. Throws when they cannot be read. */
  read(request: PanelRequest): Promise<PanelData[P] | null>
}

export type Panels = { readonly [P in PanelName]: Panel<P> }

/** Live seconds for units and the organisation, minutes for groups; a long range moves too little to be read each second. */
export function harmCountPace(scope: Scope['kind'], range: Range): number {
  const byRange = { hour: 1, day: 1, week: 30, month: 60 } as const
  return scope === 'group' ? Math.max(60, byRange[range]) : byRange[range]
}

/** For panels whose figures come from the rollups by the hour, which cost more to read. */
export function hourRollupPace(scope: Scope['kind'], range: Range): number {
  return Math.max(5, harmCountPace(scope, range))
}

/** The newest instant a scope shows: for a group the end of the last full minute, so that its newest step is complete. */
export function lastShown(scope: Scope, now: number): number {
  return scope.kind === 'group' ? Math.floor(now / 60_000) * 60_000 - 1 : now
}
