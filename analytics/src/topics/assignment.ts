/** Assignment of rows to columns with the least total cost (Hungarian method, Kuhn 1955; shortest augmenting paths). */

/** `cost[row][column]`, any rectangular shape; returns the column of each row, or -1. */
export function assign(cost: readonly (readonly number[])[]): number[] {
  const rows = cost.length
  const columns = cost[0]?.length ?? 0
  if (rows === 0 || columns === 0) return cost.map(() => -1)
  if (rows > columns) {
    const swapped = assign(Array.from({ length: columns }, (_, c) => cost.map((row) => row[c]!)))
    const result = cost.map(() => -1)
    swapped.forEach((row, column) => (result[row] = column))
    return result
  }
  const u = new Float64Array(rows + 1)
  const v = new Float64Array(columns + 1)
  const rowOf = new Int32Array(columns + 1)
  for (let row = 1; row <= rows; row++) augment(cost, row, u, v, rowOf)
  const result = cost.map(() => -1)
  for (let column = 1; column <= columns; column++)
    if (rowOf[column]! > 0) result[rowOf[column]! - 1] = column - 1
  return result
}

function augment(
  cost: readonly (readonly number[])[],
  row: number,
  u: Float64Array,
  v: Float64Array,
  rowOf: Int32Array,
): void {
  const columns = v.length - 1
  const least = new Float64Array(columns + 1).fill(Infinity)
  const used = new Uint8Array(columns + 1)
  const way = new Int32Array(columns + 1)
  rowOf[0] = row
  let column = 0
  do {
    used[column] = 1
    const current = rowOf[column]!
    let delta = Infinity
    let next = 0
    for (let c = 1; c <= columns; c++) {
      if (used[c]) continue
      const reduced = cost[current - 1]![c - 1]! - u[current]! - v[c]!
      if (reduced < least[c]!) {
        least[c] = reduced
        way[c] = column
      }
      if (least[c]! < delta) {
        delta = least[c]!
        next = c
      }
    }
    for (let c = 0; c <= columns; c++) {
      if (used[c]) {
        u[rowOf[c]!]! += delta
        v[c]! -= delta
      } else least[c]! -= delta
    }
    column = next
  } while (rowOf[column] !== 0)
  for (; column !== 0; column = way[column]!) rowOf[column] = rowOf[way[column]!]!
}
