import { type ChartStyle, FONT } from '@guanlan/charts/chart-style'
import type { Format } from '../composables/format.ts'

const labelOf = (style: ChartStyle) => ({
  color: style.palette.muted,
  fontFamily: FONT,
  fontSize: style.fontPx,
})

/** Words of what is under the pointer; `say` gets what ECharts gives, one entry a series. */
export function axisTooltip(style: ChartStyle, say: (params: unknown) => string) {
  if (!style.interactive) return { show: false }
  return {
    trigger: 'axis' as const,
    // Rich text is drawn on the canvas: HTML tooltips carry style attributes, which the security policy refuses.
    renderMode: 'richText' as const,
    backgroundColor: style.palette.raised,
    borderColor: style.palette.line,
    padding: 10,
    textStyle: { color: style.palette.text, fontFamily: FONT, fontSize: style.fontPx },
    axisPointer: { type: 'line' as const, lineStyle: { color: style.palette.muted } },
    formatter: say,
  }
}

/** Labels of a time axis: hours, and the day where it begins. */
export function timeAxis(style: ChartStyle, format: Format) {
  return {
    type: 'time' as const,
    splitNumber: 4,
    axisLine: { lineStyle: { color: style.palette.line } },
    axisTick: { show: false },
    axisLabel: {
      ...labelOf(style),
      hideOverlap: true,
      formatter: (at: number) => {
        const { hour, minute } = format.parts(at)
        return hour === 0 && minute === 0 ? format.day(at) : format.time(at)
      },
    },
    splitLine: { show: false },
  }
}

/** An axis of values from zero, with quiet lines. */
export function valueAxis(
  style: ChartStyle,
  scale: { readonly max: number; readonly interval: number },
  say: (value: number) => string,
) {
  return {
    type: 'value' as const,
    min: 0,
    ...scale,
    axisLabel: { ...labelOf(style), formatter: say },
    splitLine: { lineStyle: { color: style.palette.line } },
  }
}
