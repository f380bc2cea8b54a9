import { durationText, labelOf, periodWord } from '@guanlan/contract/report-words'
import type { ReportChart, ReportLocale } from '@guanlan/contract/report'
import type { EChartsCoreOption } from 'echarts/core'
import type { ChartStyle } from './chart-style.ts'
import {
  word,
  textOf,
  emsOf,
  frame,
  categoryAxis,
  onBar,
  countAxis,
  lengthAxis,
  share,
  stepText,
  type Kind,
  type ReportChartInput,
} from './report-frame.ts'

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

/** Gaps behind lines: an empty bar chart, because only there an area is as wide as its step. */
const gapsBehind = (gaps: readonly number[] | undefined, input: ReportChartInput) => ({
  type: 'bar',
  silent: true,
  data: [],
  markArea: hatched(gaps ?? [], word('gap', input.locale), input),
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
        ...(i === 0 ? { markArea: hatched(data.gaps, word('gap', locale), input) } : {}),
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
  const { usual } = chart.data
  // Periods before the first known one say nothing.
  const first = Math.max(
    0,
    chart.data.values.findIndex((value) => value !== null),
  )
  const [periods, values] = [chart.data.periods.slice(first), chart.data.values.slice(first)]
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
        barMaxWidth: style.fontPx * 6,
        silent: true,
        data: values.map((value, i) => ({
          value,
          itemStyle: { color: i === values.length - 1 ? style.palette.accent : style.palette.conduct },
        })),
        label: { show: true, position: 'top', ...textOf(style), color: style.palette.text, formatter: onBar },
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
  // What stands in brackets is in the table; beside a bar a name has two lines.
  const names = rows.map((row) =>
    labelOf(chart.data.vocabulary, row.code, context, locale).replace(/\s*[(（].*[)）]$/u, ''),
  )
  const longest = Math.max(4, ...names.map(emsOf))
  const [now, before] = [periodWord(context.kind, 'now', locale), periodWord(context.kind, 'before', locale)]
  const label = {
    show: true,
    position: 'right',
    ...textOf(style),
    color: style.palette.text,
    formatter: onBar,
  }
  return {
    ...frame(input, [now, before], 1, { yAxis: { axisLabel: { width: style.fontPx * 8.5 } } }),
    xAxis: lengthAxis(Math.max(0, ...rows.flatMap((row) => [row.value, row.previous ?? 0]))),
    yAxis: {
      ...categoryAxis(style, names),
      axisLabel: {
        ...{ ...textOf(style), interval: 0, lineHeight: style.fontPx * 1.15 },
        ...{ width: style.fontPx * Math.min(15, longest + 1), overflow: 'break' },
      },
    },
    series: [
      {
        name: before,
        type: 'bar',
        silent: true,
        barWidth: '26%',
        data: rows.map((row) => row.previous),
        // Hollow: told from the bar of now in print as well.
        itemStyle: { color: 'transparent', borderColor: style.palette.muted, borderWidth: 1 },
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
  const framed = frame(input, [word('median', locale), word('p90', locale)], 7)
  const most = Math.max(chart.data.targetMinutes, ...rows.map((row) => row.p90Minutes ?? 0)) * 1.1
  return {
    ...framed,
    // Room for the target's word below the legend, which has one row at any width.
    media: [],
    grid: { ...(framed['grid'] as object), top: style.fontPx * 3.8 },
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
        label: {
          ...{ show: true, position: 'right', ...textOf(style), color: style.palette.text },
          backgroundColor: style.palette.surface,
          formatter: ({ dataIndex }: { dataIndex: number }) => spanText(rows[dataIndex], locale),
        },
      },
    ],
  }
}

/** Median to ninth decile in words: bars of seconds can't be seen beside minutes. */
function spanText(
  row: { medianMinutes: number | null; p90Minutes: number | null } | undefined,
  locale: ReportLocale,
): string {
  const known = [row?.medianMinutes, row?.p90Minutes].filter((minutes) => typeof minutes === 'number')
  return known.map((minutes) => durationText(minutes, locale)).join(' – ')
}

const SYMBOLS = ['circle', 'rect', 'triangle', 'diamond', 'emptyCircle', 'emptyRect']

/** Lines told apart by colour, mark and dash, so that a black-and-white print still reads, and a single day too. */
function topics(input: Kind<'topics'>): EChartsCoreOption {
  const { chart, style, locale } = input
  const { palette } = style
  const looks = (['solid', 'dashed'] as const).flatMap((type) =>
    [palette.accent, palette.illegal, palette.warn, palette.ghost].map((color) => ({ type, color })),
  )
  const rows = chart.data.rows.slice(0, looks.length)
  const name = (row: (typeof rows)[number]) => row.words.slice(0, 2).join(locale === 'en' ? ', ' : '、')
  return {
    ...frame(input, rows.map(name)),
    xAxis: categoryAxis(
      style,
      chart.data.steps.map((step) => stepText(step, locale)),
    ),
    yAxis: countAxis(style, Math.max(0, ...rows.flatMap((row) => row.values.map((value) => value ?? 0)))),
    series: [
      gapsBehind(chart.data.gaps, input),
      ...rows.map((row, i) => ({
        name: name(row),
        type: 'line',
        silent: true,
        connectNulls: false,
        symbol: SYMBOLS[i % SYMBOLS.length],
        symbolSize: style.fontPx / 1.6,
        data: row.values,
        lineStyle: { ...looks[i], width: Math.max(1.5, style.fontPx / 7) },
        itemStyle: { color: looks[i]?.color },
      })),
    ],
  }
}

/** Intervals as bars that float: a day that stands alone is seen as well. Hollow: told apart in print. */
function sentiment(input: Kind<'sentiment'>): EChartsCoreOption {
  const { chart, style, locale } = input
  const bar = (stack: string) => ({ type: 'bar', stack, silent: true, barWidth: '24%', barGap: '30%' })
  const floating = (
    side: 'negative' | 'positive',
    itemStyle: { color: string; borderColor: string; borderWidth: number },
  ) => {
    const intervals = chart.data[side]
    return [
      {
        ...bar(side),
        data: intervals.map((each) => (each === null ? null : each.low * 100)),
        itemStyle: { color: 'transparent' },
        ...(side === 'negative'
          ? { markArea: hatched(chart.data.gaps ?? [], word('gap', locale), input) }
          : {}),
      },
      {
        ...bar(side),
        name: word(side, locale),
        data: intervals.map((each) => (each === null ? null : (each.high - each.low) * 100)),
        itemStyle,
      },
    ]
  }
  const { warn, accent } = style.palette
  const borderWidth = Math.max(1.5, style.fontPx / 9)
  return {
    ...frame(input, [word('negative', locale), word('positive', locale)]),
    xAxis: categoryAxis(
      style,
      chart.data.steps.map((step) => stepText(step, locale)),
    ),
    yAxis: share(style),
    series: [
      ...floating('negative', { color: warn, borderColor: warn, borderWidth }),
      ...floating('positive', { color: 'transparent', borderColor: accent, borderWidth }),
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
