import type { Alerts } from '@guanlan/contract/panels'
import type { Scope } from '@guanlan/contract/scope'
import type { Panel } from '../panel.ts'

/** Alerts that nobody has ended yet, of a unit and everything below it; never of one group. */
export type ReadAlerts = (scope: Scope, now: number) => Alerts | null

export function alertsPanel(read: ReadAlerts): Panel<'alerts'> {
  return { ranged: false, everySeconds: () => 1, read: async ({ scope, now }) => read(scope, now) }
}
