import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent } from 'echarts/components'
import { use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

/** Only what the options of this folder use is in the bundle. */
export function registerCharts(): void {
  use([
    BarChart,
    LineChart,
    GridComponent,
    TooltipComponent,
    MarkAreaComponent,
    MarkLineComponent,
    CanvasRenderer,
  ])
}
