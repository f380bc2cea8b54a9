/** Messages of one group and category ('' when allowed). Raw: floors come after. */
export interface CountRow {
  /** A moment of the local day on which they were sent, ms since epoch. */
  readonly at: number
  readonly groupId: string
  readonly category: string
  readonly count: number
}
