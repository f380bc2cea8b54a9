import type { ReportChart } from '@guanlan/contract/report'
import { describe, expect, it } from 'vitest'
import { THEMES } from './palette.ts'
import { reportChartOption } from './report-option.ts'

const HATCH = { hatch: true }
const style = { palette: THEMES.light, fontPx: 14, hatch: HATCH, interactive: false, reducedMotion: true }
const period = { key: '2026-W47', from: '2026-11-16', to: '2026-11-22', isoYear: 2026, isoWeek: 47 }
const context = {
  ...{ kind: 'week' as const, scope: 'org' as const, period: { ...period, timezone: 'Asia/Shanghai' } },
  names: { organisation: '市', units: {}, categories: {}, sources: {}, topics: {}, rules: {} },
}
interface Area {
  itemStyle: { color: unknown }
  data: { xAxis: number; name?: string }[][]
}
interface Series {
  type: string
  data: unknown[]
  markArea?: Area
}
const seriesOf = (chart: ReportChart, locale: 'zh-CN' | 'en' = 'zh-CN') =>
  reportChartOption({ chart, context, locale, style })['series'] as Series[]
/** Steps that are hatched, and the word that stands on the first. */
const hatchedIn = (series: readonly Series[]) =>
  series.flatMap(({ type, markArea }) => {
    if (markArea === undefined || markArea.data.length === 0) return []
    expect(markArea.itemStyle.color).toBe(HATCH)
    expect(type).toBe('bar')
    return [
      {
        steps: markArea.data.map(([from, to]) => [from?.xAxis, to?.xAxis]),
        word: markArea.data[0]?.[0]?.name,
      },
    ]
  })

const steps = ['2026-11-16', '2026-11-17', '2026-11-18']
const trend: ReportChart = {
  ...{ id: 'trend', kind: 'trend', captionKey: 'chart.trend' },
  data: {
    ...{ steps, illegal: [1, null, 3], harmful: [1, null, 0], conduct: [2, null, 2] },
    ...{ previous: [4, 5, null], gaps: [1], corrected: [2] },
  },
}
const topics: ReportChart = {
  ...{ id: 'topics', kind: 'topics', captionKey: 'chart.topics' },
  data: { steps, rows: [{ id: 't', words: ['停水'], values: [null, 40, 55] }], gaps: [0] },
}
const sentiment: ReportChart = {
  ...{ id: 'sentiment', kind: 'sentiment', captionKey: 'chart.sentiment' },
  data: {
    steps,
    negative: [null, { low: 0.2, high: 0.35 }, { low: 0.1, high: 0.2 }],
    positive: [null, { low: 0, high: 0.1 }, { low: 0.1, high: 0.2 }],
    gaps: [0],
  },
}

describe('charts of a report', () => {
  it('hatch gaps and corrections, in words of the language', () => {
    expect(hatchedIn(seriesOf(trend))).toEqual([
      { steps: [[1, 1]], word: '数据缺口' },
      { steps: [[2, 2]], word: '事后更正' },
    ])
    for (const chart of [topics, sentiment])
      expect(hatchedIn(seriesOf(chart, 'en'))).toEqual([{ steps: [[0, 0]], word: 'Gap in data' }])
  })

  it('hatch nothing in editions that were made before gaps were noted', () => {
    for (const chart of [topics, sentiment]) {
      const { gaps: _gaps, ...data } = chart.data as Record<string, unknown>
      expect(hatchedIn(seriesOf({ ...chart, data } as unknown as ReportChart))).toEqual([])
    }
  })

  it('leave what is unknown open, never zero', () => {
    expect(seriesOf(trend).map(({ data }) => data[1])).toEqual([null, null, null, 5])
    expect(seriesOf(topics).at(-1)?.data).toEqual([null, 40, 55])
    expect(seriesOf(sentiment).map(({ data }) => data[0])).toEqual([null, null, null, null])
  })

  it('draw mood as the interval that it is, on its lower end, which is not seen', () => {
    const [low, width] = seriesOf(sentiment)
      .slice(0, 2)
      .map(({ data }) => data[1])
    expect(low).toBe(20)
    expect(width).toBeCloseTo(15)
  })
})
