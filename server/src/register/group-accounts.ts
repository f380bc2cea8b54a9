import { appError } from '@guanlan/contract/errors'
import type { Role } from '@guanlan/contract/account'
import type { AdministratorAccount, GroupEdit } from '@guanlan/contract/register'
import type { Sql } from '../ports/postgres.ts'
import type { Directory } from './directory.ts'
import type { AdministratorRecord } from './import-plan.ts'

/** Roles whose people answer for groups: they see what they answer for and may mend it. */
const ANSWERING_ROLES: readonly Role[] = ['group-admin', 'unit-lead']

/** Accounts that may fill a post of the groups of a unit, by name. */
export async function administratorAccounts(
  sql: Sql,
  tree: Directory['tree'],
  unitId: string,
  today: string,
): Promise<AdministratorAccount[]> {
  return sql.query<AdministratorAccount>(
    `SELECT DISTINCT u.id, u.name FROM auth_user AS u JOIN role_grant AS g ON g.user_id = u.id
     WHERE u."disabledAt" IS NULL AND g.role = ANY ($1) AND g.unit_id = ANY ($2) ORDER BY u.name, u.id`,
    [ANSWERING_ROLES, tree.ancestorsOn(unitId, today)],
  )
}

async function requireAccounts(sql: Sql, ids: readonly string[], edit: GroupEdit): Promise<void> {
  const known = await sql.query<{ id: string }>(
    `SELECT DISTINCT u.id FROM auth_user AS u JOIN role_grant AS g ON g.user_id = u.id
     WHERE u.id = ANY ($1) AND u."disabledAt" IS NULL AND g.role = ANY ($2)`,
    [ids, ANSWERING_ROLES],
  )
  const missing = ids.find((id) => !known.some((row) => row.id === id))
  if (missing === undefined) return
  const [post = ''] = Object.entries(edit.administratorAccounts ?? {}).find(([, id]) => id === missing) ?? []
  throw appError('unprocessable', 'no open account with the role group-admin or unit-lead has this id', {
    pointer: `/administratorAccounts/${post.replaceAll('~', '~0').replaceAll('/', '~1')}`,
  })
}

/**
 * Ties posts to accounts. Another account in the same post begins today, so that the history says who answered when.
 * @throws appError unprocessable for a post that is not named, or an account that cannot answer for groups
 */
export async function linkAccounts(
  sql: Sql,
  rows: readonly AdministratorRecord[],
  edit: GroupEdit,
  today: string,
): Promise<readonly AdministratorRecord[]> {
  const wanted = edit.administratorAccounts
  if (wanted === undefined) return rows
  for (const post of Object.keys(wanted))
    if (!edit.administratorPosts.includes(post))
      throw appError('unprocessable', 'is not a post of this group', { pointer: '/administratorAccounts' })
  const ids = [...new Set(Object.values(wanted).filter((id) => id !== null))]
  if (ids.length > 0) await requireAccounts(sql, ids, edit)
  return rows.flatMap((row) => {
    const userId = Object.hasOwn(wanted, row.post) ? (wanted[row.post] ?? null) : row.userId
    if (row.toDay !== null || userId === row.userId) return [row]
    if (row.fromDay >= today || row.userId === null) return [{ ...row, userId }]
    return [
      { ...row, toDay: today },
      { ...row, fromDay: today, userId },
    ]
  })
}

/** For the audit: who answers from now on, where that was part of the change. */
export function accountsOf(rows: readonly AdministratorRecord[], edit: GroupEdit): { accounts?: string[] } {
  if (edit.administratorAccounts === undefined) return {}
  return { accounts: rows.flatMap((row) => (row.toDay === null && row.userId ? [row.userId] : [])) }
}
