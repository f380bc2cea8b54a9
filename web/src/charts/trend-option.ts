import type { Trend } from '@guanlan/contract/panels'
import type { Range } from '@guanlan/contract/scope'
import type { LineSeriesOption } from 'echarts/charts'
import type { EChartsCoreOption } from 'echarts/core'
import type { Format } from '../composables/format.ts'
import { openStep, totalOf } from '../composables/trend-figures.ts'
import type { TierTone } from '@guanlan/charts/palette'
import { type ChartStyle, FONT, motion, niceTop } from '@guanlan/charts/chart-style'
import { axisTooltip } from './axis-parts.ts'

interface TrendWords {
  tiers: Record<TierTone, string>
  lastWeek: string
  total: string
  unfinished: string
  noData: string
  corrected: string
  /** Label of a step at which the upstream changed. */
  upstream: string
  rise: string
  usual: (low: string, high: string) => string
  usualRange: string
}

export interface TrendInput {
  trend: Trend
  range: Range
  /** Server clock, ms: decides which step is still open. */
  at: number
  format: Format
  words: TrendWords
  style: ChartStyle
}

/** Bottom to top: the everyday at the bottom, the grave on top where its edge is seen. */
const STACK: readonly TierTone[] = ['conduct', 'harmful', 'illegal']

/** Steps that carry a label, and the label: whole hours, midnights or days, so that the eye finds them again. */
export function stepLabels(trend: Trend, range: Range, format: Format, every: number): Map<number, string> {
  const labels = new Map<number, string>()
  for (let i = 0; i < trend.points.length; i++) {
    const at = trend.from + i * trend.stepSeconds * 1000
    const { hour, minute } = format.parts(at)
    const label =
      range === 'hour'
        ? minute % (10 * every) === 0 && format.time(at)
        : range === 'day'
          ? minute === 0 && hour % (4 * every) === 0 && format.time(at)
          : range === 'week'
            ? i > 0 &&
              format.day(at) !== format.day(at - trend.stepSeconds * 1000) &&
              `${format.weekday(at)} ${format.day(at)}`
            : (trend.points.length - 1 - i) % (5 * every) === 0 && format.day(at)
    if (label !== false) labels.set(i, label)
  }
  return labels
}

type Span = [{ xAxis: number }, { xAxis: number }]

/** Neighbouring steps as spans of the axis. */
export function spans(steps: readonly number[], last: number): Span[] {
  const result: Span[] = []
  for (const step of [...steps].sort((a, b) => a - b)) {
    if (step < 0 || step > last) continue
    const previous = result.at(-1)
    if (previous !== undefined && step <= previous[1].xAxis + 1) previous[1].xAxis = Math.min(step + 1, last)
    else result.push([{ xAxis: Math.max(0, step - 1) }, { xAxis: Math.min(step + 1, last) }])
  }
  return result
}

function areaSeries(input: TrendInput, tier: TierTone): LineSeriesOption {
  const { trend, style, words } = input
  return {
    name: words.tiers[tier],
    type: 'line',
    stack: 'tiers',
    data: trend.points.map((point) => (point === null ? null : point[tier])) as (number | string)[],
    connectNulls: false,
    symbol: 'none',
    silent: true,
    lineStyle: { width: 1.5, color: style.palette.surface },
    itemStyle: { color: style.palette[tier] },
    areaStyle: { color: style.palette[tier], opacity: 1 },
    emphasis: { disabled: true },
  }
}

/** The usual range as an outlined band over the areas; broken where nothing is known of it. */
function usualSeries({ trend, style, words }: TrendInput): LineSeriesOption[] {
  const usual = trend.surge?.usual
  if (usual === undefined || usual.every((range) => range === null)) return []
  const edge = (data: (number | null)[]): LineSeriesOption => ({
    name: words.usualRange,
    type: 'line',
    stack: 'usual',
    data: data as (number | string)[],
    connectNulls: false,
    symbol: 'none',
    silent: true,
    z: 4,
    lineStyle: { width: Math.max(1, style.fontPx / 14), color: style.palette.text, opacity: 0.55 },
    emphasis: { disabled: true },
  })
  return [
    edge(usual.map((range) => range && range.lower)),
    {
      ...edge(usual.map((range) => range && range.upper - range.lower)),
      areaStyle: { color: style.palette.text, opacity: 0.1 },
    },
  ]
}

/** Where a label has room: over a stretch at an edge of the chart it runs inwards, not over the numbers of the axis. */
function labelPlace([from, to]: Span, last: number): 'insideTopLeft' | 'insideTop' | 'insideTopRight' {
  const middle = (from.xAxis + to.xAxis) / 2 / Math.max(1, last)
  return middle < 0.15 ? 'insideTopLeft' : middle > 0.85 ? 'insideTopRight' : 'insideTop'
}

function lastWeekSeries(input: TrendInput, unknown: number[]): LineSeriesOption {
  const { trend, style, words } = input
  const last = trend.points.length - 1
  const open = openStep(trend, input.at)
  const area = (list: Span[], text: string) => {
    // One label, on the widest span: the hatch is the same everywhere, and labels of neighbours would overlap.
    const widths = list.map(([from, to]) => to.xAxis - from.xAxis)
    const labelled = widths.indexOf(Math.max(...widths))
    return list.map(
      ([from, to], i) =>
        [
          { ...from, name: i === labelled ? text : '', label: { position: labelPlace([from, to], last) } },
          to,
        ] as [{ xAxis: number; name: string; label: { position: 'insideTop' } }, { xAxis: number }],
    )
  }
  return {
    name: words.lastWeek,
    type: 'line',
    data: trend.lastWeek as (number | string)[],
    connectNulls: false,
    symbol: 'none',
    silent: true,
    z: 5,
    lineStyle: { width: Math.max(1.5, style.fontPx / 9), type: 'dashed', color: style.palette.ghost },
    itemStyle: { color: style.palette.ghost },
    emphasis: { disabled: true },
    markLine: {
      silent: true,
      symbol: 'none',
      animation: false,
      lineStyle: { color: style.palette.warn, type: 'solid', width: Math.max(1, style.fontPx / 12) },
      // The sign of the sentence below the chart that says what changed.
      label: {
        formatter: '△',
        position: 'insideEndTop',
        rotate: 0,
        distance: 0,
        color: style.palette.warn,
        fontFamily: FONT,
        fontSize: style.fontPx,
      },
      data: (trend.marks ?? []).map((mark) => ({ xAxis: mark.step })),
    },
    markArea: {
      silent: true,
      itemStyle: { color: style.hatch as string, opacity: 1 },
      label: {
        color: style.palette.muted,
        fontFamily: FONT,
        fontSize: style.fontPx,
        distance: 2,
      },
      data: [
        ...area(spans(unknown, last), words.noData),
        ...area(spans(trend.corrected, last), words.corrected),
        ...(open === undefined || open === 0 ? [] : area([[{ xAxis: open - 1 }, { xAxis: open }]], '')),
      ],
    },
  }
}

/** Steps of this week that nobody knows, apart from the ones to come. */
function unknownSteps(trend: Trend): number[] {
  return trend.points.flatMap((point, i) => (point === null ? [i] : []))
}

/** What is usual at a step, whether a rise began there, and whether the upstream changed. */
function surgeNotes({ trend, format, words }: TrendInput, index: number): string[] {
  const usual = trend.surge?.usual[index]
  return [
    ...(usual === null || usual === undefined
      ? []
      : [words.usual(format.count(Math.round(usual.lower)), format.count(Math.round(usual.upper)))]),
    ...(trend.surge?.rises.includes(index) === true ? [words.rise] : []),
    ...((trend.marks ?? []).some((mark) => mark.step === index) ? [words.upstream] : []),
  ]
}

function tooltip(input: TrendInput) {
  const { trend, style, format, words } = input
  return axisTooltip(style, (params) => {
    const index = (params as { dataIndex: number }[])[0]?.dataIndex ?? 0
    const at = trend.from + index * trend.stepSeconds * 1000
    const point = trend.points[index] ?? null
    const title =
      trend.stepSeconds >= 86_400
        ? format.longDay(at)
        : `${format.longDay(at)} ${format.time(at)}–${format.time(at + trend.stepSeconds * 1000)}`
    const lines =
      point === null
        ? [words.noData]
        : [
            `${words.total} ${format.count(totalOf(point))}`,
            ...[...STACK].reverse().map((t) => `${words.tiers[t]} ${format.count(point[t])}`),
          ]
    const notes = [
      ...(openStep(trend, input.at) === index ? [words.unfinished] : []),
      ...(trend.corrected.includes(index) ? [words.corrected] : []),
      ...surgeNotes(input, index),
    ]
    return [title, ...lines, `${words.lastWeek} ${format.count(trend.lastWeek[index])}`, ...notes].join('\n')
  })
}

/** Violations by tier as stacked areas from zero, the same time last week as a dashed line; what is uncertain is hatched. */
export function trendOption(input: TrendInput): EChartsCoreOption {
  const { trend, style, format } = input
  const labels = stepLabels(
    trend,
    input.range,
    format,
    style.interactive ? 1 : input.range === 'day' ? 1.5 : 1,
  )
  const top = niceTop(
    Math.max(
      0,
      ...trend.points.map((p) => (p === null ? 0 : totalOf(p))),
      ...trend.lastWeek.map((n) => n ?? 0),
      ...(trend.surge?.usual ?? []).map((range) => range?.upper ?? 0),
    ),
    4,
  )
  const text = { color: style.palette.muted, fontFamily: FONT, fontSize: style.fontPx }
  return {
    ...motion(style),
    textStyle: { fontFamily: FONT },
    grid: {
      left: style.fontPx * 3.4,
      right: style.fontPx * 1.6,
      top: style.fontPx * 0.9,
      bottom: style.fontPx * 2,
    },
    tooltip: tooltip(input),
    xAxis: {
      type: 'category',
      boundaryGap: false,
      data: trend.points.map((_, i) => labels.get(i) ?? ''),
      axisLine: { lineStyle: { color: style.palette.line } },
      axisTick: { show: false },
      axisLabel: {
        ...text,
        margin: style.fontPx * 0.5,
        interval: (index: number) => labels.has(index),
        hideOverlap: true,
      },
    },
    yAxis: {
      type: 'value',
      min: 0,
      ...top,
      axisLabel: { ...text, formatter: (value: number) => format.count(value) },
      splitLine: { lineStyle: { color: style.palette.line, width: 1 } },
    },
    series: [
      ...STACK.map((tier) => areaSeries(input, tier)),
      lastWeekSeries(input, unknownSteps(trend)),
      ...usualSeries(input),
    ],
  }
}
