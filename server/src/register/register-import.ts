import { createHash } from 'node:crypto'
import type { ImportProblem } from '@guanlan/contract/import-problem'
import type { Audit } from '../identity/audit.ts'
import type { Clock } from '../lib/clock.ts'
import type { Postgres } from '../ports/postgres.ts'
import type { Changes } from './changes.ts'
import type { ImportContext, ImportCounts } from './import-plan.ts'
import { planImport } from './import-plan.ts'
import { readGroups, readUnits } from './import-rows.ts'
import type { RegisterFile } from './import-rows.ts'
import { lockRegister, readRegister, writeRegister } from './register-store.ts'

export interface RegisterImportDeps {
  readonly postgres: Postgres
  readonly clock: Clock
  readonly audit: Pick<Audit, 'append'>
  readonly changes: Pick<Changes, 'poll'>
  /** Local day of now: the day of a move that names none. */
  readonly today: () => string
}

export interface RegisterImportInput {
  /** Contents of units.csv and groups.csv, or rows of the sheets of those names; docs/register.md describes both. */
  readonly units: RegisterFile
  readonly groups: RegisterFile
  /** Only look: nothing is written. */
  readonly preview?: boolean
}

/** What the importing account may do beyond editing the register. */
export type ImportRights = Pick<ImportContext, 'mayOpenDays'>

export interface RegisterImportResult {
  /** True when the files were (or with `preview` would be) taken whole. */
  readonly ok: boolean
  readonly written: boolean
  readonly units: ImportCounts
  readonly groups: ImportCounts
  /** At most the first 1,000 by file and line; `problemCount` has them all. */
  readonly problems: readonly ImportProblem[]
  readonly problemCount: number
}

const PROBLEM_LIMIT = 1000
const MANY = 500
const OPENED_NAMED = 100
const bytesOf = (file: RegisterFile) => (typeof file === 'string' ? file : JSON.stringify(file))
const NOTHING: ImportCounts = { added: 0, changed: 0, moved: 0, unchanged: 0 }

function refused(problems: readonly ImportProblem[]): RegisterImportResult {
  const sorted = [...problems].sort((a, b) =>
    a.file === b.file ? a.line - b.line : a.file === 'units' ? -1 : 1,
  )
  return {
    ok: false,
    written: false,
    units: NOTHING,
    groups: NOTHING,
    problems: sorted.slice(0, PROBLEM_LIMIT),
    problemCount: problems.length,
  }
}

/** Takes both files whole or not at all; says line by line what has to be mended. A second import of the same changes nothing. */
export async function registerImport(
  deps: RegisterImportDeps,
  actor: string,
  input: RegisterImportInput,
  rights: ImportRights,
): Promise<RegisterImportResult> {
  const units = readUnits(input.units)
  const groups = readGroups(input.groups)
  const unreadable = [...units.problems, ...groups.problems]
  if (unreadable.length > 0) return refused(unreadable)
  const result = await deps.postgres.transaction(async (sql): Promise<RegisterImportResult> => {
    await lockRegister(sql)
    const plan = planImport(
      await readRegister(sql),
      { units: units.units, groups: groups.groups },
      { ...rights, today: deps.today() },
    )
    if (plan.problems.length > 0) return refused(plan.problems)
    const taken = { ok: true, ...plan.counts, problems: [], problemCount: 0 }
    if (input.preview === true) return { ...taken, written: false }
    await writeRegister(sql, plan.changes, new Date(deps.clock.now()).toISOString())
    const digest = createHash('sha256')
      .update(bytesOf(input.units))
      .update('\n')
      .update(bytesOf(input.groups))
    const detail = {
      units: { ...plan.counts.units },
      groups: { ...plan.counts.groups },
      sha256: digest.digest('hex'),
      ...(plan.opened.length === 0
        ? {}
        : { opened: plan.opened.slice(0, OPENED_NAMED), openedCount: plan.opened.length }),
    }
    await deps.audit.append(actor, 'register.import', 'register', detail, sql)
    return { ...taken, written: true }
  })
  if (!result.written) return result
  // The next list must not be planned for the few rows that were there before.
  if (result.groups.added > MANY)
    await deps.postgres.query('ANALYZE unit, unit_parent, chat_group, group_unit, group_administrator')
  await deps.changes.poll()
  return result
}
