import { createHash } from 'node:crypto'
import type { Analyser } from '@guanlan/analytics/text/analyser'
import {
  calibrate,
  expectedWidth,
  knownRates,
  negativeAndRest,
  type CalledElsewhere,
  type Calibration,
  type KnownRates,
} from '@guanlan/analytics/text/calibration'
import { polarityOf, type SentimentModel } from '@guanlan/analytics/text/sentiment'
import { appError } from '@guanlan/contract/errors'
import type { CalibrationSamples, SentimentCalibration } from '@guanlan/contract/sentiment'
import type { Audit } from '../identity/audit.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import type { Postgres } from '../ports/postgres.ts'

export interface CalibrationKeeper {
  reload(): Promise<void>
  current(): Held | undefined
  /** @throws appError unprocessable with fewer samples than a calibration takes */
  calibrate(actor: string, samples: CalibrationSamples['samples']): Promise<SentimentCalibration>
  drop(actor: string): Promise<void>
  describe(): SentimentCalibration | null
}

interface Held {
  readonly calibration: Calibration
  readonly rates: KnownRates
  /** ms: when it was made, and when the first one of the same model was: later labels are better ones for all that was counted since. */
  readonly at: number
  readonly since: number
  readonly by: string
}

interface Row {
  /** `model`: of which weights and margins its counts are. */
  calibration: Calibration & { model: string; since: number }
  made_by: string
  made_at: Date
}

/** Names what decides how a message is called. A calibration from before its margins were named has another one. */
function modelName({ weights, scale, bias, margins }: SentimentModel): string {
  const numbers = [scale, bias, margins.negative, margins.positive].join(' ')
  return createHash('sha256').update(weights).update(` ${numbers}`).digest('hex').slice(0, 16)
}

/** Messages whose share a calibration is judged by, as the contract says. */
const WORTH_OF = 200

const totalOf = (counts: readonly number[]) => counts.reduce((sum, n) => sum + n, 0)

/**
 * Local calibration of mood. Samples are scored in memory and dropped with the request; counts are what is stored. They are
 * of what windows count, by the margins of the shipped model, which a calibration leaves alone: after an update that ships
 * another model nothing is calibrated until staff label again.
 */
export function createCalibrationKeeper(deps: {
  postgres: Postgres
  audit: Audit
  clock: Clock
  logger: Logger
  shipped: SentimentModel
  /** What the labels' rates start from. */
  calledElsewhere: readonly CalledElsewhere[]
  analyser(): Analyser
}): CalibrationKeeper {
  const { postgres, audit, clock, logger } = deps
  const model = modelName(deps.shipped)
  let isOutdated = false
  let held: Held | undefined

  async function reload(): Promise<void> {
    const [row] = await postgres.query<Row>('SELECT calibration, made_by, made_at FROM sentiment_calibration')
    const wasOutdated = isOutdated
    isOutdated = row !== undefined && row.calibration.model !== model
    if (isOutdated && !wasOutdated)
      logger.warn(
        {},
        'the calibration of mood was made for other weights and is left out: label samples again',
      )
    if (row === undefined || isOutdated) {
      held = undefined
      return
    }
    const { calibration, made_at, made_by: by } = row
    const at = made_at.getTime()
    // Readers remember what they computed from a calibration as long as it is the same object.
    if (held?.at === at && held.by === by) return
    const rates = knownRates(calibration, deps.calledElsewhere)
    held = { calibration, rates, at, by, since: calibration.since }
  }

  function describe(): SentimentCalibration | null {
    if (held === undefined) return null
    const [own, rest] = negativeAndRest(held.calibration)
    const [negatives, others] = [totalOf(own), totalOf(rest)]
    return {
      ...{ at: new Date(held.at).toISOString(), by: held.by, negatives, others },
      ...{ hitRate: own[0] / negatives, falseRate: rest[0] / others },
      width: Math.round(expectedWidth(held.rates, WORTH_OF) * 100) / 100,
    }
  }

  return {
    reload,
    current: () => held,
    describe,
    async calibrate(actor, samples) {
      const analyser = deps.analyser()
      const called = (sample: string) => polarityOf(analyser.score(sample), deps.shipped.margins)
      let calibration: Calibration
      try {
        calibration = calibrate(samples.map(({ sample, label }) => ({ called: called(sample), label })))
      } catch (error) {
        if (error instanceof RangeError) throw appError('unprocessable', error.message)
        throw error
      }
      const now = clock.now()
      await postgres.transaction(async (tx) => {
        await tx.query(
          `INSERT INTO sentiment_calibration (calibration, made_by, made_at) VALUES ($1, $2, $3)
           ON CONFLICT (only_row) DO UPDATE SET calibration = EXCLUDED.calibration, made_by = EXCLUDED.made_by, made_at = EXCLUDED.made_at`,
          [JSON.stringify({ ...calibration, model, since: held?.since ?? now }), actor, new Date(now)],
        )
        const [own, rest] = negativeAndRest(calibration)
        const counted = { negatives: totalOf(own), others: totalOf(rest) }
        await audit.append(actor, 'sentiment.calibrate', 'sentiment', counted, tx)
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
