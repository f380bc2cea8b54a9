import type { TopicCell, TopicTimeline } from '@guanlan/contract/topic'
import { describe, expect, it } from 'vitest'
import { createFormat } from '../composables/format.ts'
import { THEMES } from '@guanlan/charts/palette'
import { bumpOption } from './bump-option.ts'
import type { ChartStyle } from '@guanlan/charts/chart-style'
import { riskOption, scoreLine } from './risk-option.ts'
import { edges, sentimentOption } from './sentiment-option.ts'
import { perHour, rateLine, topicOption } from './topic-option.ts'
import { sparkRuns } from './topic-spark.ts'

const format = createFormat('zh-CN')
const style: ChartStyle = {
  palette: THEMES.light,
  fontPx: 14,
  hatch: 'hatch',
  interactive: true,
  reducedMotion: false,
}
const levels = { none: '平常', blue: '蓝', yellow: '黄', orange: '橙', red: '红' }
const T0 = Date.UTC(2026, 10, 21, 2)
const MIN = 60_000

describe('sparkline of released cells', () => {
  it('leaves gaps where nothing was released and shows a value that stands alone', () => {
    const runs = sparkRuns([null, 2, 4, null, null, 3, null], 60, 22)
    expect(runs).toHaveLength(2)
    expect(runs[0]).toBe('10.0,11.0 20.0,1.0')
    expect(runs[1]?.split(' ')).toHaveLength(2)
    expect(sparkRuns([null, null], 60, 22)).toEqual([])
  })
})

describe('bump chart', () => {
  const timeline: TopicTimeline = {
    scope: 'org',
    stepSeconds: 1800,
    from: T0,
    topics: [
      {
        id: 'a',
        words: ['停水', '恢复', '三'],
        level: 'red',
        ranks: [2, null, 1, 1],
        peoplePerHour: [5, null, 40, 60],
      },
      {
        id: 'b',
        words: ['退款'],
        level: 'none',
        ranks: [1, 1, null, null],
        peoplePerHour: [9, 9, null, null],
      },
    ],
  }
  interface Point {
    value?: number | null
    label?: { formatter: string; position: string; color: string }
  }
  const build = () =>
    bumpOption({
      timeline,
      range: 'day',
      format,
      words: { levels, rank: (n) => `第 ${n}`, perHour: (n) => `${n} 人` },
      style,
    }) as unknown as {
      yAxis: { inverse: boolean }
      tooltip: { formatter(params: { dataIndex: number }[]): string }
      series: { data: Point[]; connectNulls: boolean; lineStyle: { color: string } }[]
    }

  it('puts rank one on top, breaks where a topic was not released and labels each line at its end', () => {
    const { series, yAxis } = build()
    expect(yAxis.inverse).toBe(true)
    expect(series[0]?.connectNulls).toBe(false)
    expect(series[0]?.data.map((point) => point.value)).toEqual([2, null, 1, 1])
    expect(series[0]?.data[3]?.label).toMatchObject({ formatter: '{shape|■}停水 恢复', position: 'right' })
    expect(series[1]?.data[1]?.label).toMatchObject({ formatter: '退款', position: 'top' })
  })

  it('gives a level colour only to topics of now that have a level', () => {
    const { series } = build()
    expect(series[0]?.lineStyle.color).toBe(THEMES.light.levelRed)
    expect(series[1]?.lineStyle.color).toBe(THEMES.light.muted)
  })

  it('lists what was released at a moment, by rank', () => {
    const { tooltip } = build()
    expect(tooltip.formatter([{ dataIndex: 0 }]).split('\n')).toEqual([
      '11/21 10:00',
      '第 1 退款 · 9 人',
      '第 2 停水 恢复 · 5 人',
    ])
  })
})

describe('score over time', () => {
  const points = [
    { at: T0, score: 30, level: 'blue' as const },
    { at: T0 + 5 * MIN, score: 50, level: 'yellow' as const },
    { at: T0 + 120 * MIN, score: 83, level: 'red' as const },
  ]

  it('leaves a gap where no score was computed', () => {
    expect(scoreLine(points)).toEqual([
      [T0, 30],
      [T0 + 5 * MIN, 50],
      [T0 + 10 * MIN, 50],
      [T0 + 10 * MIN + 1, null],
      [T0 + 120 * MIN, 83],
      [T0 + 125 * MIN, 83],
    ])
  })

  it('gives a score that stands alone an hour of axis that ends with it', () => {
    const option = riskOption({
      points: points.slice(0, 1),
      format,
      words: { levels, score: (n) => `${n} 分` },
      style,
    }) as unknown as { xAxis: { min: number; max: number } }
    expect([option.xAxis.min, option.xAxis.max]).toEqual([T0 - 55 * MIN, T0 + 5 * MIN])
  })

  it('names every level line with shape and word on an axis from 0 to 100', () => {
    const option = riskOption({
      points,
      format,
      words: { levels, score: (n) => `${n} 分` },
      style,
    }) as unknown as {
      yAxis: { min: number; max: number }
      series: { markLine: { data: { yAxis: number; label: { formatter: string } }[] } }[]
    }
    expect(option.yAxis).toMatchObject({ min: 0, max: 100 })
    expect(option.series[0]?.markLine.data.map((line) => [line.yAxis, line.label.formatter])).toEqual([
      [25, '● 蓝'],
      [45, '▲ 黄'],
      [65, '◆ 橙'],
      [80, '■ 红'],
    ])
  })
})

describe('sentiment', () => {
  const bands = [
    { from: T0, to: T0 + 30 * MIN, low: 0.2, high: 0.5 },
    { from: T0 + 60 * MIN, to: T0 + 90 * MIN, low: 0.3, high: 0.4 },
  ]

  it('is drawn as the interval itself, with a gap between releases', () => {
    const { low, height } = edges(bands)
    expect(low.map(([, value]) => value)).toEqual([20, 20, null, 30, 30])
    expect(height.map(([, value]) => (value === null ? null : Math.round(value)))).toEqual([
      30,
      30,
      null,
      10,
      10,
    ])
    expect(low.map(([at]) => at)).toEqual(height.map(([at]) => at))
  })

  it('keeps touching intervals apart by a millisecond: heights are stacked by time', () => {
    const [first] = bands
    const { low } = edges([first!, { ...first!, from: first!.to, to: first!.to + 30 * MIN, low: 0.1 }])
    expect(low).toEqual([
      [T0, 20],
      [T0 + 30 * MIN, 20],
      [T0 + 30 * MIN + 1, 10],
      [T0 + 60 * MIN, 10],
    ])
  })

  it('has no line in the middle that could be read as one number', () => {
    const { series } = sentimentOption({
      bands,
      from: T0,
      to: T0 + 90 * MIN,
      format,
      say: () => '',
      style,
    }) as unknown as { series: { lineStyle: { opacity: number } }[] }
    expect(series.every((each) => each.lineStyle.opacity === 0)).toBe(true)
  })
})

describe('people an hour of a topic', () => {
  const cell = (from: number, minutes: number, people: number): TopicCell => ({
    from: T0 + from * MIN,
    to: T0 + (from + minutes) * MIN,
    people,
    messages: people,
    groups: 2,
    units: 1,
    words: [],
    sentiment: null,
    harm: [],
  })

  it('is a rate of the released window, from zero, with gaps', () => {
    expect(perHour(cell(0, 30, 20))).toBe(40)
    expect(rateLine([cell(0, 30, 20), cell(30, 30, 10), cell(90, 30, 5)]).map(([, value]) => value)).toEqual([
      40,
      40,
      20,
      20,
      null,
      10,
      10,
    ])
    const option = topicOption({
      cells: [cell(0, 30, 20)],
      format,
      words: { perHour: (n) => n, messages: (n) => n },
      style,
    }) as unknown as { yAxis: { min: number; max: number } }
    expect(option.yAxis.min).toBe(0)
    expect(option.yAxis.max).toBeGreaterThanOrEqual(40)
  })
})
