import { COMPONENTS, type Component, type Components } from '@guanlan/analytics/risk/components'
import type { RiskLevel } from '@guanlan/analytics/risk/level'
import type { RiskKind } from '@guanlan/contract/risk'
import type { ClickHouse } from '../ports/clickhouse.ts'

/** `topic:<id>`, `unit:<id>` or `group:<id>`, looked at in one unit. */
export interface Subject {
  readonly subject: string
  readonly unit: string
}

export interface Score extends Subject {
  /** ms since epoch */
  readonly at: number
  readonly version: string
  /** 0..100 */
  readonly score: number
  readonly level: RiskLevel
  readonly components: Components
}

interface Row {
  subject: string
  scope: string
  at_ms: number
  version: string
  score: number
  level: RiskLevel
  components: number[]
}

const FIELDS =
  'SELECT subject, scope, toUnixTimestamp64Milli(at) AS at_ms, version, score, level, components FROM risk_score'
const ONE = `${FIELDS} WHERE subject = {subject:String} AND scope = {scope:String} AND at >= fromUnixTimestamp64Milli({from:Int64}) ORDER BY at`
const BEFORE = `${FIELDS} WHERE subject = {subject:String} AND scope = {scope:String} AND at <= fromUnixTimestamp64Milli({until:Int64}) ORDER BY at DESC LIMIT 1`
const SINCE = `${FIELDS} WHERE startsWith(subject, {prefix:String}) AND at >= fromUnixTimestamp64Milli({from:Int64}) AND day >= {day:Date} ORDER BY subject, scope, at`
const READER = { lane: 'reader', timeoutSeconds: 30 } as const

const toScore = (row: Row): Score => ({
  subject: row.subject,
  unit: row.scope,
  at: Number(row.at_ms),
  version: row.version,
  score: row.score,
  level: row.level,
  components: Object.fromEntries(COMPONENTS.map((name, i) => [name, row.components[i] ?? 0])) as Record<
    Component,
    number
  >,
})

/** Scores as they were: a row stands until the next one of its subject. */
export function createScoreStore(clickhouse: ClickHouse, dayOf: (ms: number) => string, run: string) {
  let batches = 0
  const seconds = (ms: number) => new Date(ms).toISOString().replace('T', ' ').replace('Z', '')
  return {
    async append(scores: readonly Score[]): Promise<void> {
      if (scores.length === 0) return
      const lines = scores.map((score) =>
        JSON.stringify([
          ...[score.subject, score.unit, seconds(score.at), dayOf(score.at), score.version],
          ...[score.score, score.level, COMPONENTS.map((name) => score.components[name])],
        ]),
      )
      await clickhouse.insertBlock(
        'risk_score',
        'subject, scope, at, day, version, score, level, components',
        Buffer.from(`${lines.join('\n')}\n`),
        `risk-${run}-${batches++}`,
      )
    },
    of: async ({ subject, unit }: Subject, from: number): Promise<Score[]> =>
      (await clickhouse.query<Row>(ONE, { subject, scope: unit, from }, READER)).map(toScore),
    async before({ subject, unit }: Subject, until: number): Promise<Score | undefined> {
      const rows = await clickhouse.query<Row>(BEFORE, { subject, scope: unit, until }, READER)
      return rows.map(toScore)[0]
    },
    /** @param kind of the subjects; absent: all */
    since: async (from: number, kind?: RiskKind): Promise<Score[]> => {
      const prefix = kind === undefined ? '' : `${kind}:`
      return (await clickhouse.query<Row>(SINCE, { from, day: dayOf(from), prefix }, READER)).map(toScore)
    },
  }
}
export type ScoreStore = ReturnType<typeof createScoreStore>
