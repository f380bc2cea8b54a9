import type { AlertPage } from '@guanlan/contract/alert'

/** The rule names where and when, and never how much: below the floor, and signs of distress. */
export function showsNoFigure({ fired, contribution, trend }: AlertPage): boolean {
  return (
    fired !== null &&
    fired.value === null &&
    fired.levels.length === 0 &&
    contribution.length === 0 &&
    trend === null
  )
}
