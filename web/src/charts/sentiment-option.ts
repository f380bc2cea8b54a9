import type { ShareInterval } from '@guanlan/contract/sentiment'
import type { EChartsCoreOption } from 'echarts/core'
import type { Format } from '../composables/format.ts'
import { type ChartStyle, FONT, motion } from '@guanlan/charts/chart-style'
import { timeAxis } from './risk-option.ts'

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
    tooltip: style.interactive
      ? {
          trigger: 'axis',
          renderMode: 'richText',
          backgroundColor: style.palette.raised,
          borderColor: style.palette.line,
          padding: 10,
          textStyle: { color: style.palette.text, fontFamily: FONT, fontSize: style.fontPx },
          formatter: (params: unknown) => {
            const at = (params as { value: Pair }[])[0]?.value[0] ?? 0
            const band = bands.findLast((each) => each.from <= at && at <= each.to)
            return band === undefined ? '' : input.say(band)
          },
        }
      : { show: false },
    xAxis: { ...timeAxis(style, format), min: input.from, max: input.to },
    yAxis: {
      type: 'value',
      min: 0,
      max: 100,
      interval: 50,
      axisLabel: {
        color: style.palette.muted,
        fontFamily: FONT,
        fontSize: style.fontPx,
        formatter: (value: number) => `${value}%`,
      },
      splitLine: { lineStyle: { color: style.palette.line } },
    },
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
