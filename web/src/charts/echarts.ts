import { BarChart, LineChart } from 'echarts/charts'
import { AriaComponent, GridComponent, MarkAreaComponent, TooltipComponent } from 'echarts/components'
import { use } from 'echarts/core'
import { LabelLayout } from 'echarts/features'
import { CanvasRenderer } from 'echarts/renderers'

/** Only what the options of this folder use is in the bundle. */
export function registerCharts(): void {
  use([BarChart, LineChart, GridComponent, TooltipComponent, MarkAreaComponent, AriaComponent, LabelLayout, CanvasRenderer])
}
