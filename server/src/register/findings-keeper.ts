import type { FindingFacts } from '@guanlan/analytics/register-findings'
import { findingsOf } from '@guanlan/analytics/register-findings'
import type { FindingCode, FindingState } from '@guanlan/contract/register'
import { appError } from '@guanlan/contract/errors'
import type { Audit } from '../identity/audit.ts'
import type { Postgres, Sql } from '../ports/postgres.ts'
import type { GroupRecord, RegisterState } from './import-plan.ts'
import { readPolicies } from './policies.ts'
import { readRegister } from './register-store.ts'
import { withoutAdministratorSince } from './workflow.ts'

/** Last day with a message by group; undefined when the event store cannot tell now. */
export type LastMessages = () => Promise<ReadonlyMap<string, string> | undefined>

export interface FindingsKeeper {
  /**
   * Opens what is newly wrong and closes what was mended, for all groups or one; resolves with how many of each.
   * Silence is looked at for all groups only, once a day.
   */
  refresh(groupId?: string): Promise<{ opened: number; closed: number; open: number }>
  /** Follow-up by the owner; a finding closes by itself once it is mended. */
  follow(
    actor: string,
    groupId: string,
    code: FindingCode,
    change: { state: Exclude<FindingState, 'closed'>; note: string },
  ): Promise<void>
}

interface KeeperDeps {
  readonly postgres: Postgres
  readonly audit: Pick<Audit, 'append'>
  readonly today: () => string
  readonly lastMessages: LastMessages
}

function factsOf(
  state: RegisterState,
  group: GroupRecord,
  today: string,
  last: string | null | undefined,
): FindingFacts {
  const rows = state.administrators.get(group.id) ?? []
  const unitId = state.places
    .get(group.id)
    ?.find((place) => place.fromDay <= today && (place.toDay === null || today < place.toDay))?.unitId
  return {
    ...group,
    unitName: state.units.get(unitId ?? '')?.name ?? '',
    posts: rows
      .filter((row) => row.fromDay <= today && (row.toDay === null || today < row.toDay))
      .map((row) => row.post),
    withoutAdministratorSince: withoutAdministratorSince(rows, group.filedOn, today),
    lastMessageOn: last,
  }
}

interface OpenFinding {
  groupId: string
  code: FindingCode
}
const keyOf = ({ groupId, code }: OpenFinding) => `${groupId}\n${code}`

async function computeAll(
  sql: Sql,
  today: string,
  last: ReadonlyMap<string, string> | undefined,
  groupId: string | undefined,
) {
  const state = await readRegister(sql, groupId)
  const policies = await readPolicies(sql)
  const found: (OpenFinding & { owner: string; dueOn: string })[] = []
  for (const group of state.groups.values()) {
    const policy = policies.get(group.kind)
    if (policy === undefined) continue
    const facts = factsOf(state, group, today, last === undefined ? undefined : (last.get(group.id) ?? null))
    for (const { code, owner, dueOn } of findingsOf(facts, policy, today))
      found.push({ groupId: group.id, code, owner, dueOn })
  }
  return found
}

async function writeFindings(
  sql: Sql,
  today: string,
  found: Awaited<ReturnType<typeof computeAll>>,
  options: { readonly keepSilent: boolean; readonly groupId: string | undefined },
) {
  const open = await sql.query<OpenFinding>(
    `SELECT group_id AS "groupId", code FROM group_finding WHERE closed_on IS NULL AND ($1::text IS NULL OR group_id = $1)`,
    [options.groupId ?? null],
  )
  const wanted = new Set(found.map(keyOf))
  const known = new Set(open.map(keyOf))
  const gone = open.filter((row) => !wanted.has(keyOf(row)) && !(options.keepSilent && row.code === 'silent'))
  const fresh = found.filter((row) => !known.has(keyOf(row)))
  await sql.query(
    `UPDATE group_finding SET closed_on = $1, state = 'closed' FROM unnest($2::text[], $3::text[]) AS gone (group_id, code)
     WHERE closed_on IS NULL AND group_finding.group_id = gone.group_id AND group_finding.code = gone.code`,
    [today, gone.map((row) => row.groupId), gone.map((row) => row.code)],
  )
  await sql.query(
    `INSERT INTO group_finding (group_id, code, owner, opened_on, due_on)
     SELECT group_id, code, owner, $1, due_on FROM unnest($2::text[], $3::text[], $4::text[], $5::date[]) AS fresh (group_id, code, owner, due_on)
     ON CONFLICT (group_id, code, opened_on) DO UPDATE SET closed_on = NULL, state = 'open', owner = excluded.owner`,
    [
      today,
      fresh.map((row) => row.groupId),
      fresh.map((row) => row.code),
      fresh.map((row) => row.owner),
      fresh.map((row) => row.dueOn),
    ],
  )
  return { opened: fresh.length, closed: gone.length, open: known.size - gone.length + fresh.length }
}

/** Rows from which on the planner has to be told. */
const MANY = 500
/** Any number that no other advisory lock of the product uses. */
const FINDINGS_LOCK = 0x66696e64

export function createFindingsKeeper({ postgres, audit, today, lastMessages }: KeeperDeps): FindingsKeeper {
  return {
    async refresh(groupId) {
      const last = groupId === undefined ? await lastMessages() : undefined
      const result = await postgres.transaction(async (sql) => {
        await sql.query('SELECT pg_advisory_xact_lock($1)', [FINDINGS_LOCK])
        const day = today()
        const found = await computeAll(sql, day, last, groupId)
        return writeFindings(sql, day, found, { keepSilent: last === undefined, groupId })
      })
      if (result.opened + result.closed > MANY) await postgres.query('ANALYZE group_finding')
      return result
    },
    async follow(actor, groupId, code, { state, note }) {
      await postgres.transaction(async (sql) => {
        const rows = await sql.query(
          'UPDATE group_finding SET state = $3, note = $4 WHERE group_id = $1 AND code = $2 AND closed_on IS NULL RETURNING code',
          [groupId, code, state, note],
        )
        if (rows.length === 0) throw appError('not_found', 'the group has no such open finding')
        await audit.append(actor, 'finding.follow', groupId, { code, state }, sql)
      })
    },
  }
}
