import { appError } from '@guanlan/contract/errors'
import type { Unit } from '@guanlan/contract/register'
import type { GroupEditDeps } from './group-edit.ts'
import { planImport } from './import-plan.ts'
import { lockRegister, readRegister, writeRegister } from './register-store.ts'

/** Adds, renames or moves one unit by the same rules as the import. */
export async function saveUnit(
  deps: GroupEditDeps,
  actor: string,
  unit: Unit,
  movedOn: string | undefined,
): Promise<void> {
  if (movedOn !== undefined && movedOn > deps.today())
    throw appError('unprocessable', 'lies in the future', { pointer: '/movedOn' })
  await deps.postgres.transaction(async (sql) => {
    await lockRegister(sql)
    const input = { line: 1, id: unit.id, name: unit.name, parentId: unit.parentId, fromDay: movedOn }
    const plan = planImport(await readRegister(sql), { units: [input], groups: [] }, deps.today())
    const problem = plan.problems[0]
    if (problem !== undefined) throw appError('unprocessable', problem.message)
    await writeRegister(sql, plan.changes, new Date(deps.clock.now()).toISOString())
    const { added, moved } = plan.counts.units
    const action = added > 0 ? 'unit.create' : moved > 0 ? 'unit.move' : 'unit.change'
    await deps.audit.append(actor, action, unit.id, { parent: unit.parentId, from: movedOn ?? null }, sql)
  })
  await deps.changes.poll()
}
