import { dayText, type ReportContext } from '@guanlan/contract/report-words'
import type { ReportChart, ReportLocale } from '@guanlan/contract/report'
import type { EChartsCoreOption } from 'echarts/core'
import { type ChartStyle, FONT, motion, niceTop } from './chart-style.ts'

/** What a chart of a report needs besides its data. The same on screens and in documents. */
export interface ReportChartInput<Chart extends ReportChart = ReportChart> {
  chart: Chart
  context: ReportContext
  locale: ReportLocale
  style: ChartStyle
}
export type Kind<K extends ReportChart['kind']> = ReportChartInput<Extract<ReportChart, { kind: K }>>
type Text = { color: string; fontFamily: string; fontSize: number }

const WORDS = {
  all: ['合计', 'All'],
  usual: ['常见范围', 'Usual range'],
  target: ['时限', 'Target'],
  median: ['中位', 'Median'],
  p90: ['九成以内', '90th percentile'],
  negative: ['负面', 'Negative'],
  positive: ['正面', 'Positive'],
  gap: ['数据缺口', 'Gap in data'],
  corrected: ['事后更正', 'Corrected later'],
} as const
export const word = (key: keyof typeof WORDS, locale: ReportLocale): string =>
  WORDS[key][locale === 'en' ? 1 : 0]

export const textOf = (style: ChartStyle): Text => ({
  color: style.palette.muted,
  fontFamily: FONT,
  fontSize: style.fontPx,
})

/** 2026-11-16 as 16 (first of a month: with it), an hour as HH:00; a month or an ISO week as written. */
export function stepText(step: string, locale: ReportLocale): string {
  if (step.includes('T')) return step.slice(11, 16)
  return /^\d{4}-\d{2}-\d{2}$/.test(step) ? dayText(step, locale) : step
}

export const emsOf = (text: string) => [...text].reduce((n, c) => n + (c > '\u2e80' ? 1 : 0.55), 0)

/** Rows that a legend takes in a drawing so many letters wide. */
function legendRows(legend: readonly string[], ems: number): number {
  let rows = legend.length > 0 ? 1 : 0
  let taken = 0
  for (const width of legend.map((text) => emsOf(text) + 2.8)) {
    if (taken > 0 && taken + width > ems) {
      rows++
      taken = 0
    }
    taken += width
  }
  return rows
}

/** Width of a document's drawing and of a phone's, in letters. */
const WIDE = 38
const NARROW = 19
const topOf = (rows: number) => (rows === 0 ? 1 : 0.4 + rows * 2)

/** @param narrow what else differs in a drawing as narrow as a phone */
export function frame(
  { style }: ReportChartInput,
  legend: readonly string[],
  left = 4,
  narrow: object = {},
): EChartsCoreOption {
  return {
    media: [
      {
        query: { maxWidth: style.fontPx * 30 },
        option: {
          grid: { top: style.fontPx * topOf(legendRows(legend, NARROW)) },
          ...narrow,
        },
      },
    ],
    ...motion(style),
    textStyle: { fontFamily: FONT },
    legend: {
      show: legend.length > 0,
      data: [...legend],
      top: 0,
      left: 'center',
      itemWidth: style.fontPx * 1.4,
      itemHeight: style.fontPx * 0.7,
      itemGap: style.fontPx,
      textStyle: { ...textOf(style), color: style.palette.text },
      selectedMode: false,
    },
    grid: {
      left: style.fontPx * left,
      right: style.fontPx * 2.4,
      top: style.fontPx * topOf(legendRows(legend, WIDE)),
      bottom: style.fontPx * 2.2,
    },
  }
}

export function categoryAxis(style: ChartStyle, labels: string[]) {
  return {
    type: 'category' as const,
    data: labels,
    axisLine: { lineStyle: { color: style.palette.line } },
    axisTick: { show: false },
    axisLabel: { ...textOf(style), margin: style.fontPx * 0.6, hideOverlap: true },
  }
}

const grouped = (value: number) => value.toLocaleString('en-US')
/** A number on a bar; unknown stays unwritten. */
export const onBar = ({ value }: { value?: unknown }) => (typeof value === 'number' ? grouped(value) : '')

export function countAxis(style: ChartStyle, most: number) {
  return {
    type: 'value' as const,
    min: 0,
    ...niceTop(most, 4),
    axisLabel: { ...textOf(style), hideOverlap: true, formatter: grouped },
    splitLine: { lineStyle: { color: style.palette.line, width: 1 } },
  }
}

/** Numbers are written on the bars themselves. */
export const lengthAxis = (most: number) => ({
  type: 'value' as const,
  min: 0,
  max: Math.max(1, most * 1.2),
  axisLabel: { show: false },
  splitLine: { show: false },
})

export function share(style: ChartStyle) {
  return {
    type: 'value' as const,
    min: 0,
    max: 100,
    interval: 25,
    axisLabel: { ...textOf(style), formatter: (value: number) => `${value}%` },
    splitLine: { lineStyle: { color: style.palette.line, width: 1 } },
  }
}
