import type { RuleKind } from './kind.ts'

/** The value is 1 while a sign of distress is unattended in the unit, else 0: there is no count to show. */
export const distress: RuleKind<'distress'> = {
  kind: 'distress',
  reading: () => ({ figure: 'distress', counted: null, windowMinutes: 60, detail: null }),
  judge: ({ level }, value) => (value > 0 ? { state: 'holds', level } : { state: 'ok' }),
}
