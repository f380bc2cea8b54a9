import type { RuleKind } from './kind.ts'
import { byLevels } from './kind.ts'

/** The value is the days since the finding began; a subject without the finding has -1. */
export const registerFinding: RuleKind<'register-finding'> = {
  kind: 'register-finding',
  reading: ({ finding }) => ({ figure: 'finding-days', counted: null, windowMinutes: 0, detail: finding }),
  judge: ({ levels }, value) => (value < 0 ? { state: 'ok' } : byLevels(levels, value)),
}
