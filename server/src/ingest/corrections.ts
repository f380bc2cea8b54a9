import { delayBucket, delayLowerEdge } from '@guanlan/analytics/delay-buckets'
import type { SpooledCorrection } from './entry.ts'
import type { DecisionRow } from './row.ts'

/**
 * Corrections as signed rows. The final state of a message depends on its original decision and on the winning
 * correction alone: the latest `decidedAt` wins, ties go to the greater hash of the correction's id. So it does not
 * matter in which order corrections arrive or how they fall into blocks.
 */

/** A message as the store holds it: its original row and the state that stands now (the same row before any correction). */
export interface MessageState {
  original: DecisionRow
  current: DecisionRow
}

/** Rows of one message (any signs, any order) to its state; undefined without an original. */
export function stateOf(rows: readonly DecisionRow[]): MessageState | undefined {
  const original = rows.find((row) => row.revision === 0 && row.sign === 1)
  if (original === undefined) return undefined
  const sums = new Map<string, { row: DecisionRow; sum: number }>()
  for (const row of rows) {
    const key = `${row.revision} ${row.revisionHash}`
    const state = sums.get(key)
    if (state === undefined) sums.set(key, { row, sum: row.sign })
    else state.sum += row.sign
  }
  const standing = [...sums.values()].filter((state) => state.sum > 0).map((state) => state.row)
  return {
    original,
    current: standing.reduce(
      (a, b) => (isLater(b.revision, b.revisionHash, a) ? b : a),
      standing[0] ?? original,
    ),
  }
}

function isLater(decidedAt: number, id: string, than: DecisionRow): boolean {
  return decidedAt > than.revision || (decidedAt === than.revision && id > than.revisionHash)
}

/** The original's own time of decision is not kept; the earliest it can have been is. */
function precedesOriginal(decidedAt: number, original: DecisionRow): boolean {
  return decidedAt < original.minute + delayLowerEdge(original.delayBucket)
}

/** The state of a message after a correction. A message that was acted on from the start keeps its time to decision. */
function corrected(original: DecisionRow, by: SpooledCorrection): DecisionRow {
  const wasActedOn = original.firstDecision !== 'allowed'
  const isActedOn = by.decision !== 'allowed'
  return {
    ...original,
    tier: by.tier,
    category: by.category,
    decision: by.decision,
    decidedBy: by.by,
    delayBucket:
      !wasActedOn && isActedOn ? delayBucket(by.decidedAt - original.minute) : original.delayBucket,
    revision: by.decidedAt,
    revisionHash: by.id,
    sign: 1,
    history: by.history === true ? 1 : original.history,
  }
}

/** Rows that bring a message to the state its corrections ask for: none, or the old state taken back and the new one set. */
export function correctionRows(
  state: MessageState,
  corrections: readonly SpooledCorrection[],
): DecisionRow[] {
  let winner: SpooledCorrection | undefined
  for (const correction of corrections) {
    if (precedesOriginal(correction.decidedAt, state.original)) continue
    const later =
      winner === undefined
        ? isLater(correction.decidedAt, correction.id, state.current)
        : correction.decidedAt > winner.decidedAt ||
          (correction.decidedAt === winner.decidedAt && correction.id > winner.id)
    if (later) winner = correction
  }
  if (winner === undefined) return []
  return [{ ...state.current, sign: -1 }, corrected(state.original, winner)]
}
