import type { AlertPage } from '@guanlan/contract/alert'

/** The rule names where and when, and never how much: below the floor, and signs of distress. */
export const showsNoFigure = ({ noTrend }: Pick<AlertPage, 'noTrend'>): boolean => noTrend === 'no-figure'
