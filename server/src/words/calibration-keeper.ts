import { createHash } from 'node:crypto'
import type { Analyser } from '@guanlan/analytics/text/analyser'
import { calibrate, type Calibration } from '@guanlan/analytics/text/calibration'
import type { Margins, SentimentModel } from '@guanlan/analytics/text/sentiment'
import { appError } from '@guanlan/contract/errors'
import type { CalibrationSamples, SentimentCalibration } from '@guanlan/contract/sentiment'
import type { Audit } from '../identity/audit.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import type { Postgres } from '../ports/postgres.ts'

export interface CalibrationKeeper {
  reload(): Promise<void>
  current(): { calibration: Calibration; at: number; by: string } | undefined
  /** Margins in force: where a message counts as negative or positive. */
  margins(): Margins
  /** @throws appError unprocessable with fewer samples than a calibration takes */
  calibrate(actor: string, samples: CalibrationSamples['samples']): Promise<SentimentCalibration>
  drop(actor: string): Promise<void>
  describe(): SentimentCalibration | null
}

interface Row {
  /** `model`: of which weights its numbers are. */
  calibration: Calibration & { model?: string }
  made_by: string
  made_at: Date
}

const modelName = ({ weights, scale, bias }: Pick<SentimentModel, 'weights' | 'scale' | 'bias'>) =>
  createHash('sha256').update(weights).update(` ${scale} ${bias}`).digest('hex').slice(0, 16)

/**
 * Local calibration of mood. Samples are scored in memory and dropped with the request; numbers are what is stored. They are
 * about the scores of one model: after an update that ships another one nothing is calibrated until staff label again.
 */
export function createCalibrationKeeper(deps: {
  postgres: Postgres
  audit: Audit
  clock: Clock
  logger: Logger
  shipped: Pick<SentimentModel, 'weights' | 'scale' | 'bias' | 'margins'>
  analyser(): Analyser
}): CalibrationKeeper {
  const { postgres, audit, clock, logger } = deps
  const shipped = deps.shipped.margins
  const model = modelName(deps.shipped)
  let isOutdated = false
  let held: { calibration: Calibration; at: number; by: string } | undefined
  let margins = shipped

  async function reload(): Promise<void> {
    const [row] = await postgres.query<Row>('SELECT calibration, made_by, made_at FROM sentiment_calibration')
    const wasOutdated = isOutdated
    isOutdated = row !== undefined && row.calibration.model !== model
    if (isOutdated && !wasOutdated)
      logger.warn(
        {},
        'the calibration of mood was made for other weights and is left out: label samples again',
      )
    held =
      row === undefined || isOutdated
        ? undefined
        : { calibration: row.calibration, at: row.made_at.getTime(), by: row.made_by }
    // Its hit and false rates are of "more likely negative than not": that is what windows have to count from then on.
    margins =
      held === undefined
        ? shipped
        : {
            negative: -held.calibration.offset / held.calibration.slope,
            positive: held.calibration.margins.positive,
          }
  }

  function describe(): SentimentCalibration | null {
    if (held === undefined) return null
    const { hitRate, falseRate, negatives, others } = held.calibration
    return { at: new Date(held.at).toISOString(), by: held.by, negatives, others, hitRate, falseRate }
  }

  return {
    reload,
    current: () => held,
    margins: () => margins,
    describe,
    async calibrate(actor, samples) {
      const analyser = deps.analyser()
      const scores = samples.map(({ sample, label }) => ({ score: analyser.score(sample), label }))
      let calibration: Calibration
      try {
        calibration = calibrate(scores)
      } catch (error) {
        if (error instanceof RangeError) throw appError('unprocessable', error.message)
        throw error
      }
      await postgres.transaction(async (tx) => {
        await tx.query(
          `INSERT INTO sentiment_calibration (calibration, made_by, made_at) VALUES ($1, $2, $3)
           ON CONFLICT (only_row) DO UPDATE SET calibration = EXCLUDED.calibration, made_by = EXCLUDED.made_by, made_at = EXCLUDED.made_at`,
          [JSON.stringify({ ...calibration, model }), actor, new Date(clock.now())],
        )
        const { negatives, others } = calibration
        await audit.append(actor, 'sentiment.calibrate', 'sentiment', { negatives, others }, tx)
      })
      await reload()
      return describe()!
    },
    async drop(actor) {
      await postgres.transaction(async (tx) => {
        await tx.query('DELETE FROM sentiment_calibration')
        await audit.append(actor, 'sentiment.drop', 'sentiment', {}, tx)
      })
      await reload()
    },
  }
}
