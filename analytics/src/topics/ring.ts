/**
 * Pages of a ring, by the number of an entry in the whole history. A page that has expired moves on to the next place
 * that has none, so the pages held are those of the fullest time.
 */
export interface Ring<T> {
  /** the page numbered so, opened if need be */
  at(page: number): T
  /** a page that is open, by its number or its place in the ring */
  held(page: number): T
  free(page: number): void
  /** pages ever opened; none is given back */
  opened(): number
}

/** `places`: a power of two. */
export function createRing<T>(places: number, open: () => T): Ring<T> {
  const ring: (T | undefined)[] = new Array<T | undefined>(places).fill(undefined)
  const spare: T[] = []
  const mask = places - 1
  let opened = 0
  return {
    at(page) {
      const known = ring[page & mask]
      if (known !== undefined) return known
      let next = spare.pop()
      if (next === undefined) {
        next = open()
        opened++
      }
      ring[page & mask] = next
      return next
    },
    held: (page) => ring[page & mask]!,
    free(page) {
      const old = ring[page & mask]
      ring[page & mask] = undefined
      if (old !== undefined) spare.push(old)
    },
    opened: () => opened,
  }
}
