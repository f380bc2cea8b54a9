import { addDays } from '@guanlan/analytics/days'
import { appError } from '@guanlan/contract/errors'
import type { GroupEdit, GroupStep } from '@guanlan/contract/register'
import type { Audit } from '../identity/audit.ts'
import type { Clock } from '../lib/clock.ts'
import type { Postgres, Sql } from '../ports/postgres.ts'
import type { Changes } from './changes.ts'
import type { GroupRecord, Place, RegisterState } from './import-plan.ts'
import { appoint, moveFrom } from './import-plan.ts'
import { policyOf } from './policies.ts'
import { accountsOf, linkAccounts } from './group-accounts.ts'
import { lockRegister, readRegister, writeRegister } from './register-store.ts'
import { OFFICE_STEPS, takeStep } from './workflow.ts'

export interface GroupEditDeps {
  readonly postgres: Postgres
  readonly clock: Clock
  readonly audit: Pick<Audit, 'append'>
  readonly changes: Pick<Changes, 'poll'>
  /** Local day of now. */
  readonly today: () => string
}

/** How far back the first day on which members were informed may lie, days. */
const MOST_DAYS_BACK = 366
const NOTHING = { units: [], parents: new Map(), groups: [], places: new Map(), administrators: new Map() }

function moved(state: RegisterState, id: string, edit: GroupEdit, today: string): readonly Place[] {
  const before = state.places.get(id) ?? []
  const unitDays = state.parents
    .filter((row) => row.unitId === edit.unitId)
    .map((row) => row.fromDay)
    .sort()
  const first = unitDays[0]
  if (first === undefined) throw appError('unprocessable', 'no unit has this id', { pointer: '/unitId' })
  const fromDay = edit.movedOn ?? (before.length === 0 ? first : today)
  if (fromDay < first)
    throw appError('unprocessable', `lies before the first day of the unit (${first})`, {
      pointer: '/movedOn',
    })
  // A day to come would be right only then; the register says what is.
  if (fromDay > today) throw appError('unprocessable', 'lies in the future', { pointer: '/movedOn' })
  const after = moveFrom(
    before,
    { groupId: id, unitId: edit.unitId, fromDay, toDay: null },
    (a, b) => a.unitId === b.unitId,
  )
  if (after === undefined)
    throw appError('unprocessable', `lies before the last move (${before.at(-1)?.fromDay})`, {
      pointer: '/movedOn',
    })
  return after
}

function recordOf(id: string, edit: GroupEdit, known: GroupRecord | undefined): GroupRecord {
  const {
    unitId: _unit,
    movedOn: _day,
    administratorPosts: _posts,
    administratorAccounts: _accounts,
    ...fields
  } = edit
  const fixed = {
    state: known?.state ?? 'draft',
    filedOn: known?.filedOn ?? null,
    dissolvedOn: known?.dissolvedOn ?? null,
    dissolvingSince: known?.dissolvingSince ?? null,
  } as const
  return { ...fields, id, ...fixed }
}

/**
 * Members must not be told afterwards that they had been informed. The day is given once and may move to a later one only:
 * taken back, it could be given anew as an earlier one, and messages of days that were closed would be taken.
 */
export function checkInformed(
  edit: Pick<GroupEdit, 'informedOn' | 'informedHow'>,
  known: Pick<GroupRecord, 'informedOn'> | undefined,
  today: string,
): void {
  const { informedOn } = edit
  const before = known?.informedOn ?? null
  const refuse = (why: string, pointer = '/informedOn') => appError('unprocessable', why, { pointer })
  if (informedOn === null) {
    if (before === null) return
    throw refuse(
      'is not taken back: give the later day on which members were informed anew, or dissolve the group',
    )
  }
  if (informedOn > today) throw refuse('lies in the future')
  if (informedOn < (before ?? addDays(today, -MOST_DAYS_BACK)))
    throw refuse(
      'would open days that were closed: ask a system administrator of the organisation to import it',
    )
  if (edit.informedHow === '') throw refuse('say how members were informed', '/informedHow')
}

/** Creates a draft or changes what the register says about a group; its state is changed by `stepGroup` only. */
export async function saveGroup(
  deps: GroupEditDeps,
  actor: string,
  id: string,
  edit: GroupEdit,
): Promise<void> {
  const today = deps.today()
  await deps.postgres.transaction(async (sql) => {
    await lockRegister(sql)
    const state = await readRegister(sql, id)
    const known = state.groups.get(id)
    if (known?.state === 'dissolved') throw appError('conflict', 'a dissolved group is not changed any more')
    // A filed group of another kind would skip the filing of that kind.
    if (
      known !== undefined &&
      known.state !== 'draft' &&
      known.state !== 'returned' &&
      known.kind !== edit.kind
    )
      throw appError('conflict', 'the kind of a filed group is not changed: dissolve it and file a new one', {
        pointer: '/kind',
      })
    checkInformed(edit, known, today)
    const record = recordOf(id, edit, known)
    const before = state.administrators.get(id) ?? []
    const posts = appoint(id, before, edit.administratorPosts, today)
    const administrators = await linkAccounts(sql, posts, edit, today)
    const places = moved(state, id, edit, today)
    await writeRegister(
      sql,
      {
        ...NOTHING,
        groups: [record],
        places: new Map([[id, places]]),
        administrators: new Map([[id, administrators]]),
      },
      new Date(deps.clock.now()).toISOString(),
    )
    const fields = known === undefined ? ['new'] : changedFields(known, record)
    await deps.audit.append(
      actor,
      known === undefined ? 'group.create' : 'group.change',
      id,
      { fields, unit: edit.unitId, ...accountsOf(administrators, edit) },
      sql,
    )
  })
  await deps.changes.poll()
}

function changedFields(before: GroupRecord, after: GroupRecord): string[] {
  return (Object.keys(after) as (keyof GroupRecord)[]).filter((field) => before[field] !== after[field])
}

async function requireOther(sql: Sql, groupId: string, step: GroupStep, actor: string): Promise<void> {
  const submitted = step === 'approve' || step === 'return' ? 'submit' : 'dissolve'
  const rows = await sql.query<{ actor: string }>(
    'SELECT actor FROM group_filing WHERE group_id = $1 AND step = $2 ORDER BY id DESC LIMIT 1',
    [groupId, submitted],
  )
  if (rows[0]?.actor === actor) throw appError('forbidden', 'somebody else decides on what you submitted')
}

/** Takes one step of filing or dissolving; nobody decides on what they submitted. */
export async function stepGroup(
  deps: GroupEditDeps,
  actor: string,
  id: string,
  step: GroupStep,
  note: string,
): Promise<void> {
  const at = new Date(deps.clock.now()).toISOString()
  const today = deps.today()
  await deps.postgres.transaction(async (sql) => {
    await lockRegister(sql)
    const state = await readRegister(sql, id)
    const known = state.groups.get(id)
    if (known === undefined) throw appError('not_found', 'no group has this id')
    if (OFFICE_STEPS.includes(step)) await requireOther(sql, id, step, actor)
    const posts = (state.administrators.get(id) ?? [])
      .filter((row) => row.toDay === null)
      .map((row) => row.post)
    const after = takeStep(known, step, { policy: await policyOf(sql, known.kind), posts, today })
    await writeRegister(sql, { ...NOTHING, groups: [after] }, at)
    await sql.query(
      'INSERT INTO group_filing (group_id, step, at, actor, note) VALUES ($1, $2, $3, $4, $5)',
      [id, step, at, actor, note],
    )
    await deps.audit.append(actor, `group.${step}`, id, { state: after.state }, sql)
  })
  await deps.changes.poll()
}
