import { calibrate, LEAST_MARKS, probabilityOf, type Calibration } from '@guanlan/analytics/risk/calibration'
import type { RiskCalibration, RiskKind } from '@guanlan/contract/risk'
import type { Audit } from '../identity/audit.ts'
import type { Clock } from '../lib/clock.ts'
import type { Postgres } from '../ports/postgres.ts'

export interface Marks {
  reload(): Promise<void>
  add(actor: string, mark: { kind: RiskKind; subject: string; score: number; needed: boolean }): Promise<void>
  /** Share of cases with such a score that needed a response; null while not calibrated. */
  needed(score: number): number | null
  describe(): RiskCalibration
}

/** Duty officers' "needed a response / did not", and what they say about the score. */
export function createMarks(deps: { postgres: Postgres; audit: Audit; clock: Clock }): Marks {
  const { postgres, audit, clock } = deps
  let calibration: Calibration = { points: [], marks: 0, error: null }
  let neededMarks = 0

  async function reload(): Promise<void> {
    // The newest mark of an officer on a subject stands; the formula's versions share one scale.
    const rows = await postgres.query<{ score: number; needed: boolean }>(
      'SELECT DISTINCT ON (subject, actor) score, needed FROM risk_mark ORDER BY subject, actor, at DESC',
    )
    calibration = calibrate(rows.map(({ score, needed }) => ({ score, needed })))
    neededMarks = rows.filter(({ needed }) => needed).length
  }

  return {
    reload,
    async add(actor, { kind, subject, score, needed }) {
      await postgres.transaction(async (tx) => {
        await tx.query(
          'INSERT INTO risk_mark (kind, subject, at, actor, score, needed) VALUES ($1, $2, $3, $4, $5, $6)',
          [kind, subject, new Date(clock.now()), actor, score, needed],
        )
        await audit.append(actor, 'risk.mark', subject, { needed }, tx)
      })
      await reload()
    },
    needed: (score) => probabilityOf(calibration, score),
    describe: () => ({
      marks: calibration.marks,
      needed: neededMarks,
      least: LEAST_MARKS,
      curve: calibration.points.map(({ score, probability }) => ({ from: score, needed: probability })),
      error: calibration.error,
    }),
  }
}
