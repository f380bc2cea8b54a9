import type { AlertSummary } from '@guanlan/contract/alert'

/** Who acts in the demo, by role. */
export type DutyRole = 'duty' | 'communications'

export interface DutyDeed {
  readonly role: DutyRole
  /** Path below the alert, and the body that goes with it. */
  readonly path: 'acknowledgement' | 'progress' | 'notes' | 'resolution'
  readonly alertId: string
  readonly body?: object
}

const MINUTE = 60_000
/** Most alerts are taken in a few minutes; one in four is left alone so long that its next step runs. */
const PATIENCE = [1, 2, 3, 12] as const
/** Work on an alert that goes on is ended after so long all the same: what could be done was done. */
const LONGEST_MS = 35 * MINUTE
const NOTES = ['已在相关群内说明情况，并转业务科室核实。', '已通知属地单位处理，群内已发布提醒。'] as const

/** The same alert always meets the same officer. */
function draw(id: string, of: number): number {
  let hash = 7
  for (const character of id) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0
  return (hash >>> 8) % of
}

function outcomeOf({ id, subject }: AlertSummary): string {
  if (draw(id, 9) === 0) return 'false-alarm'
  if (subject.category === null || subject.category.startsWith('false.')) return 'answered-publicly'
  return 'handled'
}

/**
 * What the demo's duty officer does next, from what anybody sees on the desk: takes alerts, notes what was done, names an
 * outcome once the condition is over. A red one is ended by a second account. What is mild and ends by itself is left to.
 */
export function dutyDeeds(alerts: readonly AlertSummary[], now: number): DutyDeed[] {
  return alerts.flatMap((alert): DutyDeed[] => {
    const { id: alertId, status, openedAt, clearedAt, hold, firstConfirmedBy, level } = alert
    const age = now - openedAt
    const over = clearedAt !== null || age > LONGEST_MS
    // Another alert stands for it: when that one ends, this one is paged or ends too.
    if (hold !== null && clearedAt === null) return []
    if (status === 'open') {
      const patience = (PATIENCE[draw(alertId, PATIENCE.length)] ?? 1) * MINUTE
      return age < patience ? [] : [{ role: 'duty', path: 'acknowledgement', alertId }]
    }
    if (status === 'acknowledged') {
      const text = NOTES[draw(alertId, NOTES.length)] ?? NOTES[0]
      const note = { role: 'duty', path: 'notes', alertId, body: { text, sure: true } } as const
      return [note, { role: 'duty', path: 'progress', alertId }]
    }
    if (status !== 'in-progress' || !over) return []
    const body = { outcome: outcomeOf(alert) }
    const second = level === 'red' && firstConfirmedBy !== null
    return [{ role: second ? 'communications' : 'duty', path: 'resolution', alertId, body }]
  })
}
