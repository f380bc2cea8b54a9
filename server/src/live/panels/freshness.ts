import type { Figures } from '../figures.ts'
import type { Panel } from '../panel.ts'

/** Whether data is arriving, source by source. */
export function freshnessPanel(figures: Figures): Panel<'freshness'> {
  return {
    ranged: false,
    everySeconds: (scope) => (scope === 'group' ? 60 : 2),
    read: ({ scope }) => figures.freshness(scope),
  }
}
