import type { ShareInterval } from '@guanlan/contract/sentiment'
import type { EChartsCoreOption } from 'echarts/core'
import type { Format } from '../composables/format.ts'
import { type ChartStyle, FONT, motion } from '@guanlan/charts/chart-style'
import { axisTooltip, timeAxis, valueAxis } from './axis-parts.ts'

/** One stretch of time with the interval of one share. */
export interface Band extends ShareInterval {
  from: number
  to: number
}

export interface SentimentInput {
  bands: readonly Band[]
  from: number
  to: number
  format: Format
  /** Words of a band for the tooltip. */
  say: (band: Band) => string
  style: ChartStyle
}

type Pair = [number, number | null]

/** Lower edges and heights of the bands in steps; a null wherever nothing was released between two. */
export function edges(bands: readonly Band[]): { low: Pair[]; height: Pair[] } {
  const low: Pair[] = []
  const height: Pair[] = []
  for (const [i, band] of bands.entries()) {
    const before = bands[i - 1]
    if (before !== undefined && band.from > before.to) {
      low.push([before.to + 1, null])
      height.push([before.to + 1, null])
    }
    // Heights are stacked on the lower edges by their time, so no time may occur twice.
    const touches = before !== undefined && band.from <= before.to
    for (const at of [touches ? before.to + 1 : band.from, band.to]) {
      low.push([at, band.low * 100])
      height.push([at, (band.high - band.low) * 100])
    }
  }
  return { low, height }
}

/** A share over time as a band from the lower to the upper end of its interval; there is no line in the middle. */
export function sentimentOption(input: SentimentInput): EChartsCoreOption {
  const { bands, style, format } = input
  const { low, height } = edges(bands)
  const line = { type: 'line', stack: 'interval', stackStrategy: 'all', symbol: 'none', silent: true }
  return {
    ...motion(style),
    textStyle: { fontFamily: FONT },
    grid: {
      left: style.fontPx * 3.6,
      right: style.fontPx * 1.6,
      top: style.fontPx * 0.8,
      bottom: style.fontPx * 2,
    },
    tooltip: axisTooltip(style, (params) => {
      const at = (params as { value: Pair }[])[0]?.value[0] ?? 0
      const band = bands.findLast((each) => each.from <= at && at <= each.to)
      return band === undefined ? '' : input.say(band)
    }),
    xAxis: { ...timeAxis(style, format), min: input.from, max: input.to },
    yAxis: valueAxis(style, { max: 100, interval: 50 }, (value) => `${value}%`),
    series: [
      { ...line, data: low, lineStyle: { opacity: 0 } },
      {
        ...line,
        data: height,
        lineStyle: { opacity: 0 },
        areaStyle: { color: style.palette.muted, opacity: 0.75 },
      },
    ],
  }
}
