/** Points of an SVG polyline from zero in a box of `width` by `height`; a single value is drawn as a level line. */
export function sparkPoints(values: readonly number[], width: number, height: number): string {
  if (values.length === 0) return ''
  const top = Math.max(1, ...values)
  const step = values.length === 1 ? 0 : width / (values.length - 1)
  const inner = height - 2
  const place = (value: number, i: number) =>
    `${(i * step).toFixed(1)},${(1 + inner - (value / top) * inner).toFixed(1)}`
  const points = values.map(place)
  return values.length === 1
    ? `${points[0]} ${place(values[0] as number, 0).replace(/^[^,]*/, String(width))}`
    : points.join(' ')
}
