import type { ReportChart } from '@guanlan/contract/report'
import { dayText, labelOf, periodWord, type ReportContext } from '@guanlan/contract/report-words'
import type { ReportLocale } from '@guanlan/contract/report'
import type { EChartsCoreOption } from 'echarts/core'
import { type ChartStyle, FONT, motion, niceTop } from './chart-style.ts'

/** What a chart of a report needs besides its data. The same on screens and in documents. */
export interface ReportChartInput<Chart extends ReportChart = ReportChart> {
  chart: Chart
  context: ReportContext
  locale: ReportLocale
  style: ChartStyle
}
type Kind<K extends ReportChart['kind']> = ReportChartInput<Extract<ReportChart, { kind: K }>>
type Text = { color: string; fontFamily: string; fontSize: number }

const WORDS = {
  all: ['合计', 'All'],
  usual: ['常见范围', 'Usual range'],
  target: ['时限', 'Target'],
  median: ['中位', 'Median'],
  p90: ['九成以内', '90th percentile'],
  negative: ['负面', 'Negative'],
  positive: ['正面', 'Positive'],
  noData: ['无数据', 'No data'],
  corrected: ['事后更正', 'Corrected later'],
} as const
const word = (key: keyof typeof WORDS, locale: ReportLocale): string => WORDS[key][locale === 'en' ? 1 : 0]

const textOf = (style: ChartStyle): Text => ({
  color: style.palette.muted,
  fontFamily: FONT,
  fontSize: style.fontPx,
})

/** 2026-11-16 as 16 (first of a month: with it), an hour as HH:00; a month or an ISO week as written. */
export function stepText(step: string, locale: ReportLocale): string {
  if (step.includes('T')) return step.slice(11, 16)
  return /^\d{4}-\d{2}-\d{2}$/.test(step) ? dayText(step, locale) : step
}

function frame({ style }: ReportChartInput, legend: readonly string[], left = 4): EChartsCoreOption {
  return {
    ...motion(style),
    textStyle: { fontFamily: FONT },
    legend: {
      show: legend.length > 0,
      data: [...legend],
      top: 0,
      left: 'center',
      itemWidth: style.fontPx * 1.4,
      itemHeight: style.fontPx * 0.7,
      itemGap: style.fontPx * 1.4,
      textStyle: { ...textOf(style), color: style.palette.text },
      selectedMode: false,
    },
    grid: {
      left: style.fontPx * left,
      right: style.fontPx * 2.4,
      top: style.fontPx * (legend.length > 0 ? 2.4 : 1),
      bottom: style.fontPx * 2.2,
    },
  }
}

function categoryAxis(style: ChartStyle, labels: string[]) {
  return {
    type: 'category' as const,
    data: labels,
    axisLine: { lineStyle: { color: style.palette.line } },
    axisTick: { show: false },
    axisLabel: { ...textOf(style), margin: style.fontPx * 0.6, hideOverlap: true },
  }
}

function countAxis(style: ChartStyle, most: number) {
  return {
    type: 'value' as const,
    min: 0,
    ...niceTop(most, 4),
    axisLabel: { ...textOf(style), formatter: (value: number) => value.toLocaleString('en-US') },
    splitLine: { lineStyle: { color: style.palette.line, width: 1 } },
  }
}

function share(style: ChartStyle) {
  return {
    type: 'value' as const,
    min: 0,
    max: 100,
    interval: 25,
    axisLabel: { ...textOf(style), formatter: (value: number) => `${value}%` },
    splitLine: { lineStyle: { color: style.palette.line, width: 1 } },
  }
}

/** One step as an area of its own, hatched; a bar chart's band has the width of a category. */
const hatched = (steps: readonly number[], name: string, input: ReportChartInput) => ({
  silent: true,
  itemStyle: { color: input.style.hatch as string, opacity: 1 },
  // On ground of its own: words on a hatch can't be read.
  label: {
    ...textOf(input.style),
    position: 'insideTop' as const,
    distance: 2,
    backgroundColor: input.style.palette.surface,
    padding: 2,
  },
  data: steps.map((step, i) => [{ xAxis: step, name: i === 0 ? name : '' }, { xAxis: step }]),
})

function trend(input: Kind<'trend'>): EChartsCoreOption {
  const { chart, style, locale, context } = input
  const { data } = chart
  const tiers = ['conduct', 'harmful', 'illegal'] as const
  const name = (tier: string) => labelOf('tier', tier, context, locale)
  const before = periodWord(context.kind, 'before', locale)
  const most = data.steps.map((_, i) =>
    Math.max(
      tiers.reduce((sum, tier) => sum + (data[tier][i] ?? 0), 0),
      data.previous[i] ?? 0,
    ),
  )
  return {
    ...frame(input, [...[...tiers].reverse().map(name), before]),
    xAxis: categoryAxis(
      style,
      data.steps.map((step) => stepText(step, locale)),
    ),
    yAxis: countAxis(style, Math.max(0, ...most)),
    series: [
      ...tiers.map((tier, i) => ({
        name: name(tier),
        type: 'bar',
        stack: 'tiers',
        barWidth: '62%',
        silent: true,
        data: data[tier],
        itemStyle: { color: style.palette[tier] },
        // On bars, because only there an area is as wide as its step.
        ...(i === 0 ? { markArea: hatched(data.gaps, word('noData', locale), input) } : {}),
        ...(i === 1 ? { markArea: hatched(data.corrected, word('corrected', locale), input) } : {}),
      })),
      {
        name: before,
        type: 'line',
        data: data.previous,
        connectNulls: false,
        symbol: 'circle',
        symbolSize: style.fontPx / 3,
        silent: true,
        z: 5,
        lineStyle: { width: Math.max(1.5, style.fontPx / 9), type: 'dashed', color: style.palette.ghost },
        itemStyle: { color: style.palette.ghost },
      },
    ],
  }
}

/** Room at the right for a label beside the drawing. */
const withRoom = (option: EChartsCoreOption, ems: number, style: ChartStyle): EChartsCoreOption => ({
  ...option,
  grid: { ...(option['grid'] as object), right: style.fontPx * ems },
})

function history(input: Kind<'history'>): EChartsCoreOption {
  const { chart, style, locale } = input
  const { periods, values, usual } = chart.data
  const most = Math.max(0, usual?.high ?? 0, ...values.map((value) => value ?? 0))
  return {
    ...withRoom(frame(input, []), usual === null ? 2.4 : locale === 'en' ? 7 : 5, style),
    xAxis: categoryAxis(
      style,
      periods.map((period) => stepText(period.replace(/^\d{4}-W/, 'W'), locale)),
    ),
    yAxis: countAxis(style, most),
    series: [
      {
        name: word('all', locale),
        type: 'bar',
        barWidth: '55%',
        silent: true,
        data: values.map((value, i) => ({
          value,
          itemStyle: { color: i === values.length - 1 ? style.palette.accent : style.palette.conduct },
        })),
        label: { show: true, position: 'top', ...textOf(style), color: style.palette.text },
        ...(usual === null
          ? {}
          : {
              markArea: {
                silent: true,
                itemStyle: { color: style.palette.muted, opacity: 0.16 },
                label: { ...textOf(style), position: 'right', distance: 4 },
                data: [[{ yAxis: usual.low, name: word('usual', locale) }, { yAxis: usual.high }]],
              },
            }),
      },
    ],
  }
}

const TONES: Record<string, 'illegal' | 'harmful' | 'conduct'> = {
  illegal: 'illegal',
  harmful: 'harmful',
  conduct: 'conduct',
}

function bars(input: Kind<'bars'>): EChartsCoreOption {
  const { chart, style, locale, context } = input
  const rows = [...chart.data.rows].reverse()
  const names = rows.map((row) => labelOf(chart.data.vocabulary, row.code, context, locale))
  const longest = Math.max(
    4,
    ...names.map((name) => [...name].reduce((n, c) => n + (c > '\u2e80' ? 1 : 0.55), 0)),
  )
  const [now, before] = [periodWord(context.kind, 'now', locale), periodWord(context.kind, 'before', locale)]
  const label = { show: true, position: 'right', ...textOf(style), color: style.palette.text }
  return {
    ...frame(input, [now, before], Math.min(16, longest + 1.5)),
    xAxis: countAxis(style, Math.max(0, ...rows.flatMap((row) => [row.value, row.previous ?? 0])) * 1.06),
    yAxis: categoryAxis(style, names),
    series: [
      {
        name: before,
        type: 'bar',
        silent: true,
        barWidth: '22%',
        data: rows.map((row) => row.previous),
        itemStyle: { color: style.palette.line },
      },
      {
        name: now,
        type: 'bar',
        silent: true,
        barWidth: '40%',
        itemStyle: { color: style.palette.accent },
        label,
        data: rows.map((row) => ({
          value: row.value,
          itemStyle: { color: style.palette[TONES[row.tier ?? ''] ?? 'accent'] },
        })),
      },
    ],
  }
}

function delay(input: Kind<'delay'>): EChartsCoreOption {
  const { chart, style, locale, context } = input
  const rows = [...chart.data.rows].reverse()
  const most = Math.max(chart.data.targetMinutes, ...rows.map((row) => row.p90Minutes ?? 0)) * 1.1
  return {
    ...frame(input, [word('median', locale), word('p90', locale)], 7),
    xAxis: {
      ...countAxis(style, most),
      axisLabel: {
        ...textOf(style),
        formatter: (value: number) => (locale === 'en' ? `${value} min` : `${value}分`),
      },
    },
    yAxis: categoryAxis(
      style,
      rows.map((row) => labelOf('tier', row.tier, context, locale)),
    ),
    series: [
      {
        name: word('median', locale),
        type: 'bar',
        stack: 'delay',
        barWidth: '45%',
        silent: true,
        data: rows.map((row) => row.medianMinutes),
        itemStyle: { color: style.palette.accent },
        markLine: {
          silent: true,
          symbol: 'none',
          lineStyle: { color: style.palette.ghost, type: 'dashed', width: Math.max(1, style.fontPx / 10) },
          label: { ...textOf(style), formatter: word('target', locale), position: 'end' },
          data: [{ xAxis: chart.data.targetMinutes }],
        },
      },
      {
        name: word('p90', locale),
        type: 'bar',
        stack: 'delay',
        barWidth: '45%',
        silent: true,
        data: rows.map((row) =>
          row.p90Minutes === null ? null : Math.max(0, row.p90Minutes - (row.medianMinutes ?? 0)),
        ),
        itemStyle: { color: style.palette.conduct },
      },
    ],
  }
}

/** Lines told apart by colour and by dash, so that a black-and-white print still reads. */
function topics(input: Kind<'topics'>): EChartsCoreOption {
  const { chart, style, locale } = input
  const { palette } = style
  const looks = [
    ...(['solid', 'dashed'] as const).flatMap((type) =>
      [palette.accent, palette.illegal, palette.harmful, palette.warn].map((color) => ({ type, color })),
    ),
  ]
  const rows = chart.data.rows.slice(0, looks.length)
  const name = (row: (typeof rows)[number]) => row.words.slice(0, 2).join(locale === 'en' ? ', ' : '、')
  return {
    ...frame(input, rows.map(name)),
    xAxis: categoryAxis(
      style,
      chart.data.steps.map((step) => stepText(step, locale)),
    ),
    yAxis: countAxis(style, Math.max(0, ...rows.flatMap((row) => row.values.map((value) => value ?? 0)))),
    series: rows.map((row, i) => ({
      name: name(row),
      type: 'line',
      silent: true,
      connectNulls: false,
      symbol: 'circle',
      symbolSize: style.fontPx / 2.5,
      data: row.values,
      lineStyle: { ...looks[i], width: Math.max(1.5, style.fontPx / 7) },
      itemStyle: { color: looks[i]?.color },
    })),
  }
}

function sentiment(input: Kind<'sentiment'>): EChartsCoreOption {
  const { chart, style, locale } = input
  const { palette } = style
  const band = (
    name: string,
    stack: string,
    intervals: (typeof chart.data)['negative'],
    color: string,
    dashed: boolean,
  ) => {
    const edge = {
      type: 'line',
      stack,
      stackStrategy: 'all',
      symbol: 'none',
      silent: true,
      connectNulls: false,
    }
    const line = { width: Math.max(1, style.fontPx / 10), color, type: dashed ? 'dashed' : 'solid' }
    return [
      { ...edge, data: intervals.map((i) => (i === null ? null : i.low * 100)), lineStyle: line },
      {
        ...edge,
        name,
        data: intervals.map((i) => (i === null ? null : (i.high - i.low) * 100)),
        lineStyle: line,
        itemStyle: { color },
        areaStyle: { color, opacity: 0.35 },
      },
    ]
  }
  const names = [word('negative', locale), word('positive', locale)] as const
  return {
    ...frame(input, names),
    xAxis: categoryAxis(
      style,
      chart.data.steps.map((step) => stepText(step, locale)),
    ),
    yAxis: share(style),
    series: [
      ...band(names[0], 'negative', chart.data.negative, palette.warn, false),
      ...band(names[1], 'positive', chart.data.positive, palette.accent, true),
    ],
  }
}

/** Option of any chart of a report. Null values are gaps, never zero. */
export function reportChartOption(input: ReportChartInput): EChartsCoreOption {
  const { chart } = input
  switch (chart.kind) {
    case 'trend':
      return trend({ ...input, chart })
    case 'history':
      return history({ ...input, chart })
    case 'bars':
      return bars({ ...input, chart })
    case 'delay':
      return delay({ ...input, chart })
    case 'topics':
      return topics({ ...input, chart })
    case 'sentiment':
      return sentiment({ ...input, chart })
  }
}

/** Height over width that suits the chart: sorted bars grow with their rows. */
export function reportChartRatio(chart: ReportChart): number {
  if (chart.kind === 'bars') return Math.min(0.9, 0.12 + chart.data.rows.length * 0.05)
  if (chart.kind === 'delay') return 0.12 + chart.data.rows.length * 0.07
  return chart.kind === 'history' ? 0.34 : 0.42
}
