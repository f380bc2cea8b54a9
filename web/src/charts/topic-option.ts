import type { TopicCell } from '@guanlan/contract/topic'
import type { EChartsCoreOption } from 'echarts/core'
import type { Format } from '../composables/format.ts'
import { type ChartStyle, FONT, motion, niceTop } from '@guanlan/charts/chart-style'
import { axisTooltip, timeAxis, valueAxis } from './axis-parts.ts'

export interface TopicInput {
  cells: readonly TopicCell[]
  format: Format
  words: { perHour: (n: string) => string; messages: (n: string) => string }
  style: ChartStyle
}

const HOUR_MS = 3_600_000
/** Windows are at least this long when a rate is made of them, so that a short one does not leap. */
const LEAST_MS = 5 * 60_000

/** People an hour of a released cell. */
export function perHour(cell: Pick<TopicCell, 'from' | 'to' | 'people'>): number {
  return (cell.people * HOUR_MS) / Math.max(LEAST_MS, cell.to - cell.from)
}

/** Steps of people an hour; between cells that do not touch lies a gap. */
export function rateLine(cells: readonly TopicCell[]): [number, number | null][] {
  return cells.flatMap((cell, i): [number, number | null][] => {
    const before = cells[i - 1]
    const gap: [number, null][] = before !== undefined && cell.from > before.to ? [[before.to + 1, null]] : []
    return [...gap, [cell.from, perHour(cell)], [cell.to, perHour(cell)]]
  })
}

/** People an hour over the life of a topic, from zero. */
export function topicOption({ cells, format, words, style }: TopicInput): EChartsCoreOption {
  const top = niceTop(Math.max(0, ...cells.map(perHour)), 3)
  return {
    ...motion(style),
    textStyle: { fontFamily: FONT },
    grid: {
      left: style.fontPx * 3.4,
      right: style.fontPx * 5.5,
      top: style.fontPx * 0.8,
      bottom: style.fontPx * 2,
    },
    tooltip: axisTooltip(style, (params) => {
      const at = (params as { value: [number, number | null] }[])[0]?.value[0] ?? 0
      const cell = cells.findLast((each) => each.from <= at && at <= each.to)
      if (cell === undefined) return ''
      return [
        `${format.day(cell.from)} ${format.time(cell.from)}–${format.time(cell.to)}`,
        words.perHour(format.count(perHour(cell))),
        words.messages(format.count(cell.messages)),
      ].join('\n')
    }),
    xAxis: timeAxis(style, format),
    yAxis: valueAxis(style, top, format.count),
    series: [
      {
        type: 'line',
        symbol: 'none',
        silent: true,
        connectNulls: false,
        data: rateLine(cells),
        lineStyle: { width: Math.max(1.5, style.fontPx / 9), color: style.palette.text },
        areaStyle: { color: style.palette.muted, opacity: 0.35 },
        emphasis: { disabled: true },
      },
    ],
  }
}
