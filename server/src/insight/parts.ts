import type { ReleasedCell } from '@guanlan/analytics/privacy/released-cell'
import type { TopicLink } from '@guanlan/analytics/topics/identity'
import type { WarmUp } from '@guanlan/analytics/topics/windows'
import type { Scope } from '@guanlan/contract/scope'
import type { Audit } from '../identity/audit.ts'
import type { Clock } from '../lib/clock.ts'
import type { LocalTime } from '../lib/local-day.ts'
import type { ClickHouse } from '../ports/clickhouse.ts'
import type { Postgres } from '../ports/postgres.ts'
import type { Directory } from '../register/directory.ts'
import type { CellStore } from '../words/cell-store.ts'
import type { Answers } from './answers.ts'
import type { CountSeries } from './count-series.ts'
import type { DriftMarks } from './drift-marks.ts'
import type { Formulas } from './formulas.ts'
import type { HarmBook } from './harm-hours.ts'
import type { Marks } from './marks.ts'
import type { CalibrationInForce } from './mood.ts'
import type { RiskKeeper } from './risk.ts'
import type { ScoreStore } from './score-store.ts'
import type { TopicBook } from './topic-book.ts'

export interface InsightDeps {
  readonly clickhouse: ClickHouse
  readonly postgres: Postgres
  readonly directory: Directory
  readonly audit: Audit
  readonly time: LocalTime
  readonly clock: Clock
  readonly cells: CellStore
  /** codes by the index that cells use for harm parts */
  readonly categories: readonly string[]
  readonly people: {
    /** different active people of a unit today, so far */
    active(unitId: string): number
    qualifyingGroups(unitId: string): number
  }
  readonly calibration: () => CalibrationInForce
  readonly warmUp: () => WarmUp
  readonly categoryFloor: number
  /** time in which a violation should be decided, and in which a topic should be answered, ms */
  readonly decideWithinMs: number
  readonly answerWithinMs: number
  /** names this run in insert tokens; not a secret */
  readonly run: string
  onError(error: unknown): void
}

export type UnansweredSince = (scope: Scope, now: number) => number | null

/** Topics, mood, surges and risk of this process: everything in it comes from released cells or floored queries. */
export interface Insight {
  readonly deps: InsightDeps
  /** Cells as released; `deps.cells` gives them calibrated. */
  readonly released: CellStore
  readonly topics: TopicBook
  readonly answers: Answers
  readonly marks: Marks
  readonly formulas: Formulas
  readonly risk: RiskKeeper
  readonly scores: ScoreStore
  readonly series: CountSeries
  readonly drift: DriftMarks
  harm(): HarmBook | undefined
  /** When the oldest alert of a unit or group was opened that nobody took yet; null: none. Nothing before `setUnanswered`. */
  unansweredSince: UnansweredSince
  /** Alerting opens later than this, and gives what it knows. */
  setUnanswered(read: UnansweredSince): void
  /** Cells that were just released or restored. */
  onRelease(cells: readonly ReleasedCell[], links: readonly TopicLink[]): void
  /** Reads what people decided and the scores of the last day; once, before the first tick. */
  restore(): Promise<void>
  /** To be called every few seconds: scores are computed each minute and when something was released. */
  tick(): Promise<void>
}
