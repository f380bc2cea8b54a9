import { CURRENT, formulaOf, formulaVersions, type Formula } from '@guanlan/analytics/risk/formula'
import { replay, summarise } from '@guanlan/analytics/risk/replay'
import { appError } from '@guanlan/contract/errors'
import type { RiskKind, RiskReplay } from '@guanlan/contract/risk'
import type { Audit } from '../identity/audit.ts'
import type { Clock } from '../lib/clock.ts'
import type { Postgres } from '../ports/postgres.ts'
import type { Score, ScoreStore } from './score-store.ts'

export interface Formulas {
  reload(): Promise<void>
  /** The version that is switched on. */
  of(kind: RiskKind): Formula
  list(): { kind: RiskKind; version: string; on: boolean }[]
  /** Runs a version over the stored component vectors, beside the one in force. @throws appError not_found */
  replay(actor: string, version: string, days: number): Promise<RiskReplay>
  /** @throws appError not_found, conflict when it was not replayed within the week before */
  switchOn(actor: string, version: string): Promise<void>
}

const DAY_MS = 86_400_000
const REPLAYED_WITHIN_MS = 7 * DAY_MS

/** Versions of the score: replayed on history before one is switched on, every step audited. */
export function createFormulas(deps: {
  postgres: Postgres
  audit: Audit
  clock: Clock
  store: Pick<ScoreStore, 'since'>
}): Formulas {
  const { postgres, audit, clock, store } = deps
  let on: Record<RiskKind, string> = { ...CURRENT }
  const known = (version: string): Formula => {
    if (!formulaVersions().includes(version)) throw appError('not_found', 'no formula has this version')
    return formulaOf(version)
  }

  const formulas: Formulas = {
    async reload() {
      const rows = await postgres.query<{ kind: RiskKind; version: string }>(
        'SELECT kind, version FROM risk_formula',
      )
      const next: Record<RiskKind, string> = { ...CURRENT }
      for (const { kind, version } of rows) if (formulaVersions().includes(version)) next[kind] = version
      on = next
    },
    of: (kind) => formulaOf(on[kind]),
    list: () =>
      formulaVersions().map((version) => {
        const { scope: kind } = formulaOf(version)
        return { kind, version, on: on[kind] === version }
      }),
    async replay(actor, version, days) {
      const candidate = known(version)
      const kind = candidate.scope
      const to = clock.now()
      const from = to - days * DAY_MS
      const scores = (await store.since(from)).filter((score) => score.subject.startsWith(`${kind}:`))
      await postgres.transaction(async (tx) => {
        await tx.query('INSERT INTO risk_replay (version, at, actor) VALUES ($1, $2, $3)', [
          version,
          new Date(to),
          actor,
        ])
        await audit.append(actor, 'risk.replay', `formula:${version}`, { days, ticks: scores.length }, tx)
      })
      return compare(candidate, formulas.of(kind), scores, { from, to })
    },
    async switchOn(actor, version) {
      const { scope: kind } = known(version)
      await postgres.transaction(async (tx) => {
        const [replayed] = await tx.query(
          'SELECT 1 FROM risk_replay WHERE version = $1 AND at > $2 LIMIT 1',
          [version, new Date(clock.now() - REPLAYED_WITHIN_MS)],
        )
        if (replayed === undefined) throw appError('conflict', 'replay this version on history first')
        await tx.query(
          `INSERT INTO risk_formula (kind, version, switched_by, switched_at) VALUES ($1, $2, $3, $4)
           ON CONFLICT (kind) DO UPDATE SET version = EXCLUDED.version, switched_by = EXCLUDED.switched_by, switched_at = EXCLUDED.switched_at`,
          [kind, version, actor, new Date(clock.now())],
        )
        await audit.append(actor, 'risk.switch', `formula:${version}`, { kind }, tx)
      })
      await formulas.reload()
    },
  }
  return formulas
}

/** Subjects one by one: a level has a memory, which must not run from one subject into the next. */
export function compare(
  candidate: Formula,
  current: Formula,
  scores: readonly Score[],
  span: { from: number; to: number },
): RiskReplay {
  const subjects = new Map<string, Score[]>()
  for (const score of scores) {
    const key = `${score.subject} ${score.unit}`
    const list = subjects.get(key)
    if (list === undefined) subjects.set(key, [score])
    else list.push(score)
  }
  const lists = [...subjects.values()]
  const theirs = lists.flatMap((list) => replay(candidate, list))
  const ours = lists.flatMap((list) => replay(current, list))
  return {
    kind: candidate.scope,
    version: candidate.version,
    current: current.version,
    from: new Date(span.from).toISOString(),
    to: new Date(span.to).toISOString(),
    subjects: subjects.size,
    ticks: scores.length,
    candidate: summarise(theirs),
    inForce: summarise(ours),
    disagree: theirs.filter((row, i) => row.level !== ours[i]?.level).length,
  }
}
