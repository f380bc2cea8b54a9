import type { Figures } from '../figures.ts'
import type { Panels } from '../panel.ts'
import { categoriesPanel } from './categories.ts'
import { correctionsPanel } from './corrections.ts'
import { decisionsPanel } from './decisions.ts'
import { delayPanel } from './delay.ts'
import { freshnessPanel } from './freshness.ts'
import { pulsePanel } from './pulse.ts'
import { trendPanel } from './trend.ts'
import { unitsPanel } from './units.ts'
import { wordsPanel } from './words.ts'

/** Every kind of panel: one file each, one line here. */
export function createPanels(figures: Figures): Panels {
  return {
    pulse: pulsePanel(figures),
    trend: trendPanel(figures),
    categories: categoriesPanel(figures),
    decisions: decisionsPanel(figures),
    delay: delayPanel(figures),
    units: unitsPanel(figures),
    corrections: correctionsPanel(figures),
    freshness: freshnessPanel(figures),
    words: wordsPanel(figures),
  }
}
