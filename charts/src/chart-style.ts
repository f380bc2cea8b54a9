import type { Palette } from './palette.ts'

/** What every option function needs besides its rows. */
export interface ChartStyle {
  palette: Palette
  /** Text size in real pixels. */
  fontPx: number
  /** Fill for what is uncertain: gaps, corrected and unfinished steps. A canvas pattern in the browser. */
  hatch: unknown
  /** Walls have no pointer: no tooltip, nothing reacts. */
  interactive: boolean
  reducedMotion: boolean
}

/** Single quotes: charts are also drawn into attributes of SVG. */
export const FONT = "'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"

export function motion(style: ChartStyle) {
  return style.reducedMotion
    ? { animation: false }
    : {
        animation: true,
        animationDuration: 0,
        animationDurationUpdate: 300,
        animationEasingUpdate: 'linear' as const,
      }
}

/** Round upper end of an axis from zero with about `parts` equal parts, so that ticks are whole numbers. */
export function niceTop(max: number, parts: number): { max: number; interval: number } {
  const raw = Math.max(max, 1) / parts
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= raw && (s >= 1 || max < 1)) ?? 1
  const interval = Math.max(1, Math.ceil(step))
  return { max: interval * Math.max(1, Math.ceil(Math.max(max, 1) / interval)), interval }
}
