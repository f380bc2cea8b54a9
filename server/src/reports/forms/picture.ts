import { reportChartOption, reportChartRatio } from '@guanlan/charts/report-option'
import { THEMES } from '@guanlan/charts/palette'
import type { Edition, ReportChart, ReportLocale } from '@guanlan/contract/report'
import { renderAsync } from '@resvg/resvg-js'
import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { drawable, FONT_FAMILY, FONT_FILES } from './fonts.ts'

use([BarChart, LineChart, GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent, SVGRenderer])

/** Width of every chart in units of the drawing; text is 14 of them, which prints at about 9 points. */
const WIDTH = 720
const FONT_PX = 14
/** 1,800 pixels over 160 mm are 285 dots an inch. */
const PIXELS = 1800

/** A 45° hatch as an SVG pattern: lines, not a picture, so that it stays sharp. */
const hatch = (color: string) => ({
  svgElement: {
    tag: 'path',
    key: 'hatch',
    attrs: { d: 'M-2,10 L10,-2 M6,10 L10,6 M-2,2 L2,-2', stroke: color, 'stroke-width': 1, fill: 'none' },
  },
  svgWidth: 8,
  svgHeight: 8,
})

export interface Picture {
  svg: string
  width: number
  height: number
}

/** Draws a chart of an edition by the same option as the screens. */
export function drawChart(chart: ReportChart, edition: Edition, locale: ReportLocale): Picture {
  const height = Math.round(WIDTH * reportChartRatio(chart))
  const instance = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height })
  try {
    const style = {
      palette: THEMES.light,
      fontPx: FONT_PX,
      hatch: hatch(THEMES.light.muted),
      interactive: false,
      reducedMotion: true,
    }
    instance.setOption(reportChartOption({ chart, context: edition, locale, style }))
    return { svg: drawable(instance.renderToSVGString()), width: WIDTH, height }
  } finally {
    // Without this the process never ends.
    instance.dispose()
  }
}

/** The picture as PNG for programs that draw no SVG; text by the embedded font only, never by what the machine has. */
export async function toPng(picture: Picture): Promise<Buffer> {
  const image = await renderAsync(picture.svg, {
    background: '#ffffff',
    fitTo: { mode: 'width', value: PIXELS },
    font: {
      fontFiles: [FONT_FILES.normal],
      loadSystemFonts: false,
      defaultFontFamily: FONT_FAMILY,
    },
  })
  return image.asPng()
}
