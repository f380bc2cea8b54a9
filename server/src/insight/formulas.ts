import { CURRENT, formulaOf, formulaVersions, type Formula } from '@guanlan/analytics/risk/formula'
import { appError } from '@guanlan/contract/errors'
import type { RiskFormula, RiskKind, RiskProposal, RiskReplay } from '@guanlan/contract/risk'
import type { Audit } from '../identity/audit.ts'
import type { Clock } from '../lib/clock.ts'
import type { Postgres } from '../ports/postgres.ts'
import { compare, type NameSubject } from './replays.ts'
import type { ScoreStore } from './score-store.ts'

export interface Formulas {
  reload(): Promise<void>
  /** The version that is switched on. */
  of(kind: RiskKind): Formula
  list(actor: string): Promise<RiskFormula[]>
  /** Runs a version over the stored component vectors, beside the one in force. @throws appError not_found */
  replay(actor: string, version: string, days: number, nameOf?: NameSubject): Promise<RiskReplay>
  /** @throws appError not_found, conflict: in force, not replayed within the week before, or another one waits */
  propose(actor: string, version: string): Promise<RiskProposal>
  /** Switches on or refuses what somebody else proposed. @throws appError not_found, forbidden, conflict */
  decide(actor: string, version: string, decision: 'approve' | 'refuse'): Promise<RiskProposal>
}

interface FormulaDeps {
  readonly postgres: Postgres
  readonly audit: Audit
  readonly clock: Clock
  readonly store: Pick<ScoreStore, 'since'>
}

interface ProposalRow {
  id: string
  version: string
  state: RiskProposal['state']
  proposed_by: string
  proposed_at: Date
  decided_by: string | null
  decided_at: Date | null
}

const DAY_MS = 86_400_000
const REPLAYED_WITHIN_MS = 7 * DAY_MS
const COLUMNS = 'id, version, state, proposed_by, proposed_at, decided_by, decided_at'

const toProposal = (row: ProposalRow, actor: string): RiskProposal => ({
  ...{ version: row.version, state: row.state, proposedBy: row.proposed_by, decidedBy: row.decided_by },
  proposedAt: row.proposed_at.toISOString(),
  decidedAt: row.decided_at?.toISOString() ?? null,
  own: row.proposed_by === actor,
})

/** Versions of the score: replayed on history before one is switched on by two people, every step audited. */
export function createFormulas(deps: FormulaDeps): Formulas {
  const { postgres, audit, clock, store } = deps
  let on: Record<RiskKind, string> = { ...CURRENT }
  const steps = createSteps(deps)

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
    async list(actor) {
      const [replays, proposals] = await Promise.all([
        postgres.query<{ version: string; at: Date }>(
          'SELECT version, max(at) AS at FROM risk_replay WHERE at > $1 GROUP BY version',
          [new Date(clock.now() - REPLAYED_WITHIN_MS)],
        ),
        postgres.query<ProposalRow>(
          `SELECT DISTINCT ON (version) ${COLUMNS} FROM risk_proposal ORDER BY version, id DESC`,
        ),
      ])
      return formulaVersions().map((version) => {
        const { scope: kind, weights } = formulaOf(version)
        const proposal = proposals.find((row) => row.version === version)
        return {
          ...{ kind, version, on: on[kind] === version },
          ...{ momentum: { ...weights.momentum }, impact: { ...weights.impact } },
          replayedAt: replays.find((row) => row.version === version)?.at.toISOString() ?? null,
          proposal: proposal === undefined ? null : toProposal(proposal, actor),
        }
      })
    },
    async replay(actor, version, days, nameOf) {
      const candidate = known(version)
      const kind = candidate.scope
      const to = clock.now()
      const from = to - days * DAY_MS
      const scores = await store.since(from, kind)
      await postgres.transaction(async (tx) => {
        const values = [version, new Date(to), actor]
        await tx.query('INSERT INTO risk_replay (version, at, actor) VALUES ($1, $2, $3)', values)
        await audit.append(actor, 'risk.replay', `formula:${version}`, { days, ticks: scores.length }, tx)
      })
      return compare(candidate, formulas.of(kind), scores, { from, to }, nameOf)
    },
    async propose(actor, version) {
      const { scope: kind } = known(version)
      if (on[kind] === version) throw appError('conflict', 'this version is in force already')
      return steps.propose(actor, kind, version)
    },
    async decide(actor, version, decision) {
      const decided = await steps.decide(actor, known(version).scope, version, decision)
      await formulas.reload()
      return decided
    },
  }
  return formulas
}

const known = (version: string): Formula => {
  if (!formulaVersions().includes(version)) throw appError('not_found', 'no formula has this version')
  return formulaOf(version)
}

const SWITCH = `INSERT INTO risk_formula (kind, version, switched_by, switched_at) VALUES ($1, $2, $3, $4)
 ON CONFLICT (kind) DO UPDATE SET version = EXCLUDED.version, switched_by = EXCLUDED.switched_by, switched_at = EXCLUDED.switched_at`

/** The two steps by two people, each one transaction with its line in the audit. */
function createSteps({ postgres, audit, clock }: FormulaDeps) {
  return {
    propose: (actor: string, kind: RiskKind, version: string) =>
      postgres.transaction(async (tx) => {
        const now = new Date(clock.now())
        const since = new Date(clock.now() - REPLAYED_WITHIN_MS)
        const [replayed] = await tx.query(
          'SELECT 1 FROM risk_replay WHERE version = $1 AND at > $2 LIMIT 1',
          [version, since],
        )
        if (replayed === undefined) throw appError('conflict', 'replay this version on history first')
        const [row] = await tx.query<ProposalRow>(
          `INSERT INTO risk_proposal (kind, version, proposed_by, proposed_at) VALUES ($1, $2, $3, $4)
           ON CONFLICT DO NOTHING RETURNING ${COLUMNS}`,
          [kind, version, actor, now],
        )
        if (row === undefined) throw appError('conflict', 'a proposal waits for a decision already')
        await audit.append(actor, 'risk.propose', `formula:${version}`, { kind }, tx)
        return toProposal(row, actor)
      }),
    decide: (actor: string, kind: RiskKind, version: string, decision: 'approve' | 'refuse') =>
      postgres.transaction(async (tx) => {
        const now = new Date(clock.now())
        const [waiting] = await tx.query<ProposalRow>(
          `SELECT ${COLUMNS} FROM risk_proposal WHERE version = $1 AND state = 'waiting' FOR UPDATE`,
          [version],
        )
        if (waiting === undefined) throw appError('not_found', 'no proposal of this version waits')
        if (waiting.proposed_by === actor)
          throw appError('forbidden', 'another account has to decide what you proposed')
        const state = decision === 'approve' ? 'on' : 'refused'
        const [row] = await tx.query<ProposalRow>(
          `UPDATE risk_proposal SET state = $2, decided_by = $3, decided_at = $4 WHERE id = $1 RETURNING ${COLUMNS}`,
          [waiting.id, state, actor, now],
        )
        if (decision === 'approve') await tx.query(SWITCH, [kind, version, actor, now])
        const action = decision === 'approve' ? 'risk.switch' : 'risk.refuse'
        await audit.append(actor, action, `formula:${version}`, { kind }, tx)
        return toProposal(row!, actor)
      }),
  }
}
