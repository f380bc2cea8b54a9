import type { Trend } from '@guanlan/contract/panels'
import { describe, expect, it } from 'vitest'
import { createFormat } from '../composables/format.ts'
import { THEMES } from '@guanlan/charts/palette'
import type { ChartStyle } from '@guanlan/charts/chart-style'
import { spans, stepLabels, trendOption } from './trend-option.ts'

const format = createFormat('zh-CN')
const words = {
  tiers: { illegal: '违法', harmful: '不良', conduct: '群规' },
  lastWeek: '上周',
  total: '违规',
  unfinished: '未完',
  noData: '没有数据',
  corrected: '有改判',
  upstream: '上游变化',
  rise: '开始高于平常',
  usual: (low: string, high: string) => `平常 ${low}–${high}`,
  usualRange: '平常范围',
}
const style: ChartStyle = {
  palette: THEMES.dark,
  fontPx: 14,
  hatch: 'hatch',
  interactive: true,
  reducedMotion: false,
}
const STEP = 1_800_000
const FROM = Date.UTC(2026, 10, 20, 16)
const trend: Trend = {
  stepSeconds: 1800,
  from: FROM,
  points: [
    { illegal: 1, harmful: 2, conduct: 3 },
    null,
    { illegal: 0, harmful: 0, conduct: 9 },
    { illegal: 0, harmful: 1, conduct: 1 },
  ],
  lastWeek: [4, 5, null, 7],
  messages: [10, null, 20, 5],
  corrected: [2],
}
interface Built {
  animation: boolean
  tooltip: { show?: boolean; renderMode?: string; formatter(params: { dataIndex: number }[]): string }
  yAxis: { min: number; max: number }
  series: {
    name: string
    stack?: string
    data: unknown[]
    connectNulls: boolean
    areaStyle?: { color: string }
    markLine?: { data: { xAxis: number }[] }
    markArea?: {
      itemStyle: { color: unknown }
      data: { name: string; xAxis: number; label?: { position: string } }[][]
    }
  }[]
}
const build = (change: Partial<ChartStyle> = {}, at = FROM + 3.5 * STEP) =>
  trendOption({ trend, range: 'day', at, format, words, style: { ...style, ...change } }) as unknown as Built

describe('trendOption', () => {
  it('stacks the tiers, the gravest on top, in their own colours, and lays last week over them', () => {
    const { series } = build()
    expect(series.map((s) => s.name)).toEqual(['群规', '不良', '违法', '上周'])
    expect(series.map((s) => s.stack)).toEqual(['tiers', 'tiers', 'tiers', undefined])
    expect(series.slice(0, 3).map((s) => s.areaStyle?.color)).toEqual([
      THEMES.dark.conduct,
      THEMES.dark.harmful,
      THEMES.dark.illegal,
    ])
    expect(series[3]?.data).toEqual([4, 5, null, 7])
  })

  it('draws unknown as a gap, never as zero', () => {
    for (const s of build().series) expect(s.connectNulls).toBe(false)
    expect(build().series[0]?.data).toEqual([3, null, 9, 1])
  })

  it('hatches gaps, corrected steps and the step that is not over', () => {
    const area = build().series[3]?.markArea
    expect(area?.itemStyle.color).toBe('hatch')
    expect(area?.data.map(([from]) => from?.name)).toEqual(['没有数据', '有改判', ''])
    expect(area?.data[2]).toMatchObject([{ xAxis: 2 }, { xAxis: 3 }])
    expect(build({}, FROM + 4 * STEP).series[3]?.markArea?.data).toHaveLength(2)
  })

  it('labels the widest of the corrected stretches only, so that labels of neighbours never overlap', () => {
    const long = { ...trend, points: Array.from({ length: 12 }, () => trend.points[0] ?? null), lastWeek: [] }
    const built = trendOption({
      trend: { ...long, corrected: [2, 5, 6, 9] },
      range: 'day',
      at: FROM + 99 * STEP,
      format,
      words,
      style,
    }) as unknown as Built
    expect(built.series[3]?.markArea?.data.map(([from]) => from?.name)).toEqual(['', '有改判', ''])
  })

  it('says what is usual, where a rise began and where the upstream changed', () => {
    const built = trendOption({
      trend: {
        ...trend,
        surge: {
          phase: 'ready',
          learned: { days: 20, of: 14 },
          usual: [{ lower: 2, middle: 4, upper: 5 }, null, null, null],
          rises: [0],
        },
        marks: [{ step: 2, at: FROM, kind: 'flipped', before: 0.1, after: 0.9, categories: [] }],
      },
      range: 'day',
      at: FROM + 99 * STEP,
      format,
      words,
      style,
    }) as unknown as Built
    expect(built.tooltip.formatter([{ dataIndex: 0 }])).toMatch(/平常 2–5\n开始高于平常$/)
    expect(built.tooltip.formatter([{ dataIndex: 2 }])).toMatch(/上游变化$/)
    expect(built.series[3]?.markLine?.data).toEqual([{ xAxis: 2 }])
    expect(built.series.slice(4).map((s) => [s.name, s.stack, s.data])).toEqual([
      ['平常范围', 'usual', [2, null, null, null]],
      ['平常范围', 'usual', [3, null, null, null]],
    ])
  })

  it('leaves the band of the usual away while nothing is known of it, and makes room for a high one', () => {
    const surge = { phase: 'warming' as const, learned: { days: 1, of: 14 }, rises: [] }
    const of = (usual: NonNullable<Trend['surge']>['usual']) =>
      trendOption({
        trend: { ...trend, surge: { ...surge, usual } },
        range: 'day',
        at: FROM + 99 * STEP,
        format,
        words,
        style,
      }) as unknown as Built
    expect(of([null, null, null, null]).series).toHaveLength(4)
    expect(of([{ lower: 20, middle: 40, upper: 95 }, null, null, null]).yAxis.max).toBeGreaterThanOrEqual(95)
  })

  it('lets the label of a stretch at the edge run inwards, not over the numbers of the axis', () => {
    const places = (corrected: number[]) =>
      (
        trendOption({
          trend: { ...trend, points: Array.from({ length: 20 }, () => trend.points[0] ?? null), corrected },
          range: 'day',
          at: FROM + 99 * STEP,
          format,
          words,
          style,
        }) as unknown as Built
      ).series[3]?.markArea?.data.map(([from]) => from?.label?.position)
    expect([places([0]), places([10]), places([19])]).toEqual([
      ['insideTopLeft'],
      ['insideTop'],
      ['insideTopRight'],
    ])
  })

  it('begins at zero and has room for the highest step', () => {
    expect(build().yAxis).toMatchObject({ min: 0 })
    expect(build().yAxis.max).toBeGreaterThanOrEqual(9)
  })

  it('draws its tooltip on the canvas, and none where nothing can be pointed at', () => {
    const { tooltip } = build()
    expect(tooltip.renderMode).toBe('richText')
    expect(tooltip.formatter([{ dataIndex: 0 }])).toBe(
      '11月21日星期六 00:00–00:30\n违规 6\n违法 1\n不良 2\n群规 3\n上周 4',
    )
    expect(tooltip.formatter([{ dataIndex: 1 }])).toContain('没有数据')
    expect(tooltip.formatter([{ dataIndex: 3 }])).toContain('未完')
    expect(build({ interactive: false }).tooltip.show).toBe(false)
  })

  it('stands still when the reader asked for it', () => {
    expect(build().animation).toBe(true)
    expect(build({ reducedMotion: true }).animation).toBe(false)
  })
})

it('joins neighbouring steps into one span inside the axis', () => {
  expect(spans([5, 3, 4, 9], 9)).toEqual([
    [{ xAxis: 2 }, { xAxis: 6 }],
    [{ xAxis: 8 }, { xAxis: 9 }],
  ])
  expect(spans([0, 12], 9)).toEqual([[{ xAxis: 0 }, { xAxis: 1 }]])
})

it('labels a week at local midnights, whatever hour the steps begin at', () => {
  const week: Trend = { ...trend, stepSeconds: 10_800, points: Array.from({ length: 56 }, () => null) }
  const labels = stepLabels({ ...week, from: FROM - 7 * 86_400_000 + 2 * 3_600_000 }, 'week', format, 1)
  expect(labels.size).toBe(6)
  expect([...labels.values()][0]).toMatch(/周.+11\/15/)
})
