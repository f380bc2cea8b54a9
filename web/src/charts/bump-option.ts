import type { RiskLevel } from '@guanlan/contract/risk'
import type { Range } from '@guanlan/contract/scope'
import type { TopicTimeline } from '@guanlan/contract/topic'
import type { LineSeriesOption } from 'echarts/charts'
import type { EChartsCoreOption } from 'echarts/core'
import type { Format } from '../composables/format.ts'
import { LEVEL_SHAPES, levelColor } from '../composables/risk-look.ts'
import { type ChartStyle, FONT, motion } from '@guanlan/charts/chart-style'
import { axisTooltip } from './axis-parts.ts'

export interface BumpInput {
  timeline: TopicTimeline
  range: Range
  format: Format
  words: { levels: Record<RiskLevel, string>; rank: (n: number) => string; perHour: (n: string) => string }
  style: ChartStyle
}

type Row = TopicTimeline['topics'][number]
const LAST_STEPS = 2
const MOST_RANKS = 10

/** Index of the newest rank; -1 where there is none. */
function newest(row: Row): number {
  return row.ranks.findLastIndex((rank) => rank !== null)
}

/** Steps that carry a time: eight or fewer, so that they can be read. */
function timeLabels({ timeline, range, format }: BumpInput): string[] {
  const steps = timeline.topics[0]?.ranks.length ?? 0
  const every = Math.max(1, Math.ceil(steps / 6))
  return Array.from({ length: steps }, (_, i) => {
    if ((steps - 1 - i) % every !== 0) return ''
    const at = timeline.from + i * timeline.stepSeconds * 1000
    return range === 'hour' || range === 'day' ? format.time(at) : format.day(at)
  })
}

function series(row: Row, steps: number, { style }: BumpInput): LineSeriesOption {
  const end = newest(row)
  const here = end >= steps - LAST_STEPS
  const color = here ? levelColor(row.level, style.palette) : style.palette.muted
  const label = {
    show: true,
    color: here ? style.palette.text : style.palette.muted,
    fontFamily: FONT,
    fontSize: style.fontPx,
    position: here ? ('right' as const) : ('top' as const),
    align: here ? ('left' as const) : ('right' as const),
    distance: style.fontPx * 0.5,
    // Lines that cross it do not strike it through.
    backgroundColor: style.palette.surface,
    padding: here ? 0 : [1, 3],
    // The shapes come from another font, wider than they are measured: they get a place of their own.
    rich: {
      shape: {
        color,
        fontFamily: FONT,
        fontSize: style.fontPx,
        width: style.fontPx * 1.3,
        align: 'left' as const,
      },
    },
    formatter: here
      ? `{shape|${LEVEL_SHAPES[row.level]}}${row.words.slice(0, 2).join(' ')}`
      : (row.words[0] ?? ''),
  }
  return {
    name: row.words.join(' '),
    type: 'line',
    data: row.ranks.map((rank, i) => {
      const shown = rank === null || rank > MOST_RANKS ? null : rank
      return i === end && shown !== null
        ? { value: shown, label, symbol: 'circle', symbolSize: style.fontPx * 0.6 }
        : { value: shown as number, symbol: 'none' }
    }),
    connectNulls: false,
    silent: true,
    lineStyle: { width: Math.max(2, style.fontPx / (row.level === 'none' || !here ? 7 : 4)), color },
    itemStyle: { color },
    emphasis: { disabled: true },
    z: row.level === 'none' ? 2 : 4,
  }
}

function tooltip(input: BumpInput) {
  const { timeline, style, format, words } = input
  return axisTooltip(style, (params) => {
    const i = (params as { dataIndex: number }[])[0]?.dataIndex ?? 0
    const at = timeline.from + i * timeline.stepSeconds * 1000
    const rows = timeline.topics
      .filter((row) => typeof row.ranks[i] === 'number')
      .sort((a, b) => (a.ranks[i] ?? 0) - (b.ranks[i] ?? 0))
      .map(
        (row) =>
          `${words.rank(row.ranks[i] ?? 0)} ${row.words.slice(0, 2).join(' ')} · ${words.perHour(format.count(row.peoplePerHour[i]))}`,
      )
    return [`${format.day(at)} ${format.time(at)}`, ...rows].join('\n')
  })
}

/** Ranks of topics over time, first on top; a line ends where a topic was no longer released. Labelled at its end. */
export function bumpOption(input: BumpInput): EChartsCoreOption {
  const { timeline, style } = input
  const labels = timeLabels(input)
  const ranks = timeline.topics.flatMap((row) => row.ranks.map((rank) => rank ?? 0))
  const last = Math.min(MOST_RANKS, Math.max(3, ...ranks))
  const text = { color: style.palette.muted, fontFamily: FONT, fontSize: style.fontPx }
  return {
    ...motion(style),
    textStyle: { fontFamily: FONT },
    grid: { left: style.fontPx * 2, right: style.fontPx * 9, top: style.fontPx, bottom: style.fontPx * 2 },
    tooltip: tooltip(input),
    xAxis: {
      type: 'category',
      boundaryGap: false,
      data: labels,
      axisLine: { lineStyle: { color: style.palette.line } },
      axisTick: { show: false },
      axisLabel: { ...text, interval: (index: number) => labels[index] !== '', hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      inverse: true,
      min: 0.5,
      max: last + 0.5,
      interval: 1,
      axisLine: { show: false },
      axisTick: { show: false, customValues: Array.from({ length: last }, (_, i) => i + 1) },
      axisLabel: { ...text, customValues: Array.from({ length: last }, (_, i) => i + 1) },
      splitLine: { show: false },
    },
    series: timeline.topics.map((row) => series(row, labels.length, input)),
  }
}
