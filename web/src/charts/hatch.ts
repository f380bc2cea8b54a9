/** A 45° hatch as an ECharts pattern; the transparent ground keeps what lies behind it visible. */
export function hatchPattern(color: string, spacingPx: number): unknown {
  const size = Math.max(6, Math.round(spacingPx))
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = size
  const context = canvas.getContext('2d')
  if (context === null) return 'transparent'
  context.strokeStyle = color
  context.globalAlpha = 0.4
  context.lineWidth = Math.max(1, size / 8)
  context.beginPath()
  for (const shift of [-size, 0, size]) {
    context.moveTo(shift, size)
    context.lineTo(shift + size, 0)
  }
  context.stroke()
  return { image: canvas, repeat: 'repeat' }
}
