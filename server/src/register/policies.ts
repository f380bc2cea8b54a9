import { appError } from '@guanlan/contract/errors'
import type { GroupKind, GroupPolicy } from '@guanlan/contract/register'
import type { Audit } from '../identity/audit.ts'
import type { Clock } from '../lib/clock.ts'
import type { Postgres, Sql } from '../ports/postgres.ts'

const COLUMNS = `kind, filing, dissolution, office_id AS "officeId", copy_to_id AS "copyToId", size_cap AS "sizeCap", review_months AS "reviewMonths"`

export async function readPolicies(sql: Sql): Promise<Map<GroupKind, GroupPolicy>> {
  const rows = await sql.query<GroupPolicy>(`SELECT ${COLUMNS} FROM group_policy ORDER BY kind`)
  return new Map(rows.map((row) => [row.kind, row]))
}

export async function policyOf(sql: Sql, kind: GroupKind): Promise<GroupPolicy> {
  const policy = (await readPolicies(sql)).get(kind)
  if (policy === undefined) throw new Error(`there is no policy for ${kind} groups`)
  return policy
}

async function requireUnits(sql: Sql, policy: GroupPolicy): Promise<void> {
  for (const [pointer, id] of [
    ['/officeId', policy.officeId],
    ['/copyToId', policy.copyToId],
  ] as const) {
    if (id === null) continue
    const known = await sql.query('SELECT 1 FROM unit WHERE id = $1', [id])
    if (known.length === 0) throw appError('unprocessable', 'no unit has this id', { pointer })
  }
}

/** Replaces the rules for one kind; groups filed before stay filed. */
export async function setPolicy(
  deps: { readonly postgres: Postgres; readonly audit: Pick<Audit, 'append'>; readonly clock: Clock },
  actor: string,
  policy: GroupPolicy,
): Promise<GroupPolicy> {
  const { kind, filing, dissolution, officeId, copyToId, sizeCap, reviewMonths } = policy
  await deps.postgres.transaction(async (sql) => {
    await requireUnits(sql, policy)
    await sql.query(
      `UPDATE group_policy SET filing = $2, office_id = $3, copy_to_id = $4, size_cap = $5, review_months = $6, updated_at = $7, dissolution = $8
       WHERE kind = $1`,
      [
        kind,
        filing,
        officeId,
        copyToId,
        sizeCap,
        reviewMonths,
        new Date(deps.clock.now()).toISOString(),
        dissolution,
      ],
    )
    await deps.audit.append(
      actor,
      'register.policy',
      kind,
      { filing, dissolution, officeId, copyToId, sizeCap, reviewMonths },
      sql,
    )
  })
  return policy
}
