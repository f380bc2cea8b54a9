import type { RiskLevel, RiskPoint } from '@guanlan/contract/risk'
import type { EChartsCoreOption } from 'echarts/core'
import type { Format } from '../composables/format.ts'
import { LEVEL_FROM, LEVEL_SHAPES, levelColor } from '../composables/risk-look.ts'
import { type ChartStyle, FONT, motion } from '@guanlan/charts/chart-style'
import { axisTooltip, timeAxis, valueAxis } from './axis-parts.ts'

export interface RiskInput {
  points: readonly RiskPoint[]
  format: Format
  words: { levels: Record<RiskLevel, string>; score: (n: number) => string }
  style: ChartStyle
}

/** Scores are computed every five minutes and stand so long; a longer silence is a gap. */
const STANDS_MS = 5 * 60_000
const GAP_MS = 45 * 60_000
/** Least width of the chart, so that the first score of a day is no axis of two days. */
const LEAST_SPAN_MS = 3_600_000

/** Points as [time, score] with a null where no score was computed; a score that stands alone is seen, too. */
export function scoreLine(points: readonly RiskPoint[]): [number, number | null][] {
  return points.flatMap((point, i): [number, number | null][] => {
    const next = points[i + 1]
    const here: [number, number | null][] = [[point.at, point.score]]
    if (next !== undefined && next.at - point.at <= GAP_MS) return here
    here.push([point.at + STANDS_MS, point.score])
    if (next !== undefined) here.push([point.at + STANDS_MS + 1, null])
    return here
  })
}

function span(points: readonly RiskPoint[]): { min?: number; max?: number } {
  const [first, last] = [points[0], points.at(-1)]
  if (first === undefined || last === undefined) return {}
  const max = last.at + STANDS_MS
  return { min: Math.min(first.at, max - LEAST_SPAN_MS), max }
}

/** Score over time from 0 to 100, with the levels as named lines. */
export function riskOption({ points, format, words, style }: RiskInput): EChartsCoreOption {
  return {
    ...motion(style),
    textStyle: { fontFamily: FONT },
    grid: {
      left: style.fontPx * 2.6,
      right: style.fontPx * 5.5,
      top: style.fontPx,
      bottom: style.fontPx * 2,
    },
    tooltip: axisTooltip(style, (params) => {
      const value = (params as { value: [number, number | null] }[])[0]?.value
      if (value === undefined || value[1] === null) return ''
      return `${format.day(value[0])} ${format.time(value[0])}\n${words.score(value[1])}`
    }),
    xAxis: { ...timeAxis(style, format), ...span(points) },
    yAxis: valueAxis(style, { max: 100, interval: 50 }, String),
    series: [
      {
        type: 'line',
        step: 'end',
        symbol: 'none',
        silent: true,
        connectNulls: false,
        data: scoreLine(points),
        lineStyle: { width: Math.max(2, style.fontPx / 6), color: style.palette.text },
        emphasis: { disabled: true },
        markLine: {
          silent: true,
          symbol: 'none',
          animation: false,
          data: LEVEL_FROM.map(({ level, from }) => ({
            yAxis: from,
            lineStyle: { color: levelColor(level, style.palette), type: 'dotted', width: 1 },
            label: {
              position: 'end',
              color: levelColor(level, style.palette),
              fontFamily: FONT,
              fontSize: style.fontPx,
              formatter: `${LEVEL_SHAPES[level]} ${words.levels[level]}`,
            },
          })),
        },
      },
    ],
  }
}
