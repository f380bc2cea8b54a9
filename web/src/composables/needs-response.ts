import type { Alerts, Risk } from '@guanlan/contract/panels'
import { RISK_LEVELS, type RiskLevel } from '@guanlan/contract/risk'

/** Where somebody has to respond now: units with an alert that nobody took and no other stands for, and units or groups at orange or red. */
export interface NeedsResponse {
  places: number
  /** The gravest level among them. */
  level: RiskLevel
  /** When the oldest alert was opened that nobody took; null: none waits. */
  oldestAt: number | null
}

const URGENT: readonly RiskLevel[] = ['orange', 'red']
const rank = (level: RiskLevel) => RISK_LEVELS.indexOf(level)

/**
 * Undefined when nobody has to respond. A unit whose alert is counted is not counted again by its own score or by that of a
 * unit above it.
 * @param above units above a unit, as scope keys; undefined where the register is not readable
 */
export function needsResponse(
  alerts: Alerts | null,
  risk: Risk | null,
  above: (scope: string) => readonly string[] | undefined,
): NeedsResponse | undefined {
  const waiting = (alerts?.rows ?? []).filter((row) => row.status === 'open' && !row.held)
  const units = new Set(waiting.map((row) => `unit:${row.unitId}`))
  const urgent = (risk?.rows ?? []).filter((row) => URGENT.includes(row.level))
  const chains = [...units].map(above)
  const covered = new Set([...units, ...chains.flatMap((chain) => chain ?? [])])
  // Without the register nobody can say which of them are the same place.
  const places = chains.includes(undefined)
    ? Math.max(units.size, urgent.length)
    : units.size + urgent.filter((row) => !covered.has(row.scope)).length
  if (places === 0) return undefined
  const levels: RiskLevel[] = [...waiting, ...urgent].map((row) => row.level)
  const level = levels.reduce((a, b) => (rank(b) > rank(a) ? b : a), 'none')
  const oldestAt = waiting.length === 0 ? null : Math.min(...waiting.map((row) => row.openedAt))
  return { places, level, oldestAt }
}
