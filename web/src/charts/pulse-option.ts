import type { EChartsCoreOption } from 'echarts/core'
import { type ChartStyle, motion, niceTop } from '@guanlan/charts/chart-style'

/** Messages a second over the last minute as bars; the height of the axis follows in steps so that it does not flicker. */
export function pulseOption(perSecond: readonly number[], style: ChartStyle): EChartsCoreOption {
  return {
    ...motion(style),
    grid: { left: 0, right: 0, top: 2, bottom: 1 },
    tooltip: { show: false },
    xAxis: { type: 'category', show: false, data: perSecond.map((_, i) => String(i - perSecond.length)) },
    yAxis: { type: 'value', show: false, min: 0, max: niceTop(Math.max(4, ...perSecond), 2).max },
    series: [
      {
        type: 'bar',
        data: [...perSecond],
        barCategoryGap: '25%',
        silent: true,
        itemStyle: { color: style.palette.muted },
        // Bars move one place each second; growing them would be motion without meaning.
        animation: false,
      },
    ],
  }
}
