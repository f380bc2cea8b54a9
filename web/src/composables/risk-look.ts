import { RISK_COMPONENTS, type RiskComponent, type RiskLevel, type RiskPoints } from '@guanlan/contract/risk'
import type { Palette } from '@guanlan/charts/palette'

/** A level is never said by colour alone: its shape, and the colour that goes with it. */
export const LEVEL_SHAPES: Record<RiskLevel, string> = {
  none: '○',
  blue: '●',
  yellow: '▲',
  orange: '◆',
  red: '■',
}

const TONES = {
  none: 'muted',
  blue: 'levelBlue',
  yellow: 'levelYellow',
  orange: 'levelOrange',
  red: 'levelRed',
} as const satisfies Record<RiskLevel, keyof Palette>

export function levelColor(level: RiskLevel, palette: Palette): string {
  return palette[TONES[level]]
}

/** Scores from which on a level begins. */
export const LEVEL_FROM: readonly { level: RiskLevel; from: number }[] = [
  { level: 'blue', from: 25 },
  { level: 'yellow', from: 45 },
  { level: 'orange', from: 65 },
  { level: 'red', from: 80 },
]

export interface Part {
  component: RiskComponent
  points: number
}

/** Components with points, the largest first; those without are left out, so the list still sums to the score. */
export function partsOf(points: RiskPoints): Part[] {
  return RISK_COMPONENTS.map((component) => ({ component, points: points[component] }))
    .filter((part) => part.points !== 0)
    .sort((a, b) => Math.abs(b.points) - Math.abs(a.points))
}

export interface PartBar extends Part {
  /** Left end and width on the axis, 0..1. */
  from: number
  width: number
}

/** The parts as bars on one axis that holds zero, so that gains point right and losses left. */
export function partBars(points: RiskPoints): { zero: number; bars: PartBar[]; sum: number } {
  const parts = partsOf(points)
  const low = Math.min(0, ...parts.map((part) => part.points))
  const high = Math.max(0, ...parts.map((part) => part.points))
  const span = Math.max(1, high - low)
  const zero = Math.abs(low) / span
  return {
    zero,
    bars: parts.map((part) => ({
      ...part,
      from: part.points < 0 ? zero + part.points / span : zero,
      width: Math.abs(part.points) / span,
    })),
    sum: parts.reduce((sum, part) => sum + part.points, 0),
  }
}
