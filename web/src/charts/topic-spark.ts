/**
 * Runs of released values as SVG polylines from zero in a box of `width` by `height`: what was not released is a gap,
 * never zero. A value that stands alone becomes a short level line, so that it is seen.
 */
export function sparkRuns(values: readonly (number | null)[], width: number, height: number): string[] {
  const top = Math.max(1, ...values.map((value) => value ?? 0))
  const step = values.length < 2 ? width : width / (values.length - 1)
  const place = (i: number, value: number) => {
    const x = Math.min(width, Math.max(0, i * step))
    return `${x.toFixed(1)},${(1 + (height - 2) * (1 - value / top)).toFixed(1)}`
  }
  const runs: string[][] = []
  for (const [i, value] of values.entries()) {
    if (value === null) continue
    const before = values[i - 1]
    const after = values[i + 1]
    const alone = (before === null || before === undefined) && (after === null || after === undefined)
    if (alone) runs.push([place(i - 0.4, value), place(i + 0.4, value)])
    else if (before === null || before === undefined) runs.push([place(i, value)])
    else runs.at(-1)?.push(place(i, value))
  }
  return runs.map((run) => run.join(' '))
}
