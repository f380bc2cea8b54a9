import type { AlertLevel } from '@guanlan/contract/alert-rule'

/** Level marks: shape, word and colour always go together. */
export const LEVEL_SHAPES: Record<AlertLevel, string> = { blue: '●', yellow: '▲', orange: '◆', red: '■' }
