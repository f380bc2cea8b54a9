import { appError } from '@guanlan/contract/errors'
import type { Unit } from '@guanlan/contract/register'
import type { Sql } from '../ports/postgres.ts'
import type { GroupEditDeps } from './group-edit.ts'
import { planImport } from './import-plan.ts'
import { lockRegister, readRegister, writeRegister } from './register-store.ts'

export interface UnitEdit extends Unit {
  readonly movedOn?: string | undefined
  /** Undefined: stays as it is. */
  readonly leadPost?: string | undefined
  readonly officeId?: string | null | undefined
}

async function writeCare(sql: Sql, { id, leadPost, officeId }: UnitEdit): Promise<void> {
  if (leadPost !== undefined) await sql.query('UPDATE unit SET lead_post = $2 WHERE id = $1', [id, leadPost])
  if (officeId === undefined) return
  if (officeId !== null && (await sql.query('SELECT 1 FROM unit WHERE id = $1', [officeId])).length === 0)
    throw appError('unprocessable', 'no unit has this id', { pointer: '/officeId' })
  await sql.query('UPDATE unit SET office_id = $2 WHERE id = $1', [id, officeId])
}

/** Adds, renames or moves one unit by the same rules as the import, and says who answers for it. */
export async function saveUnit(deps: GroupEditDeps, actor: string, unit: UnitEdit): Promise<void> {
  const { movedOn } = unit
  if (movedOn !== undefined && movedOn > deps.today())
    throw appError('unprocessable', 'lies in the future', { pointer: '/movedOn' })
  await deps.postgres.transaction(async (sql) => {
    await lockRegister(sql)
    const input = { line: 1, id: unit.id, name: unit.name, parentId: unit.parentId, fromDay: movedOn }
    const context = { today: deps.today(), mayOpenDays: false }
    const plan = planImport(await readRegister(sql), { units: [input], groups: [] }, context)
    const problem = plan.problems[0]
    if (problem !== undefined) throw appError('unprocessable', problem.message)
    await writeRegister(sql, plan.changes, new Date(deps.clock.now()).toISOString())
    await writeCare(sql, unit)
    const { added, moved } = plan.counts.units
    const action = added > 0 ? 'unit.create' : moved > 0 ? 'unit.move' : 'unit.change'
    const { parentId, leadPost, officeId } = unit
    const care = {
      ...(leadPost === undefined ? {} : { leadPost }),
      ...(officeId === undefined ? {} : { officeId }),
    }
    await deps.audit.append(actor, action, unit.id, { parent: parentId, from: movedOn ?? null, ...care }, sql)
  })
  await deps.changes.poll()
}
