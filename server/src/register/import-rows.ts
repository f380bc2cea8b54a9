import type { z } from 'zod'
import { isDay } from '@guanlan/analytics/days'
import { GroupId, UnitId } from '@guanlan/contract/event'
import type { ImportProblem, ImportProblemCode, ImportProblemValues } from '@guanlan/contract/import-problem'
import { GroupKind, GroupState } from '@guanlan/contract/register'
import { importProblem } from './import-problem.ts'
import type { TableRow } from './import-table.ts'
import { readTable, tableOf } from './import-table.ts'
import type { ReadRow } from './import-table.ts'

export interface UnitInput {
  readonly line: number
  readonly id: string
  readonly name: string
  readonly parentId: string | null
  /** Day from which it hangs below this parent; undefined: always for a new unit, today for a move. */
  readonly fromDay: string | undefined
}

/** A row of groups.csv. A field is undefined when the file has no such column, null when its cell is empty. */
export interface GroupInput {
  readonly line: number
  readonly id: string
  readonly name: string
  readonly kind: GroupKind
  readonly unitId: string
  readonly fromDay: string | undefined
  readonly state: GroupState | undefined
  readonly platform: string | undefined
  readonly purpose: string | undefined
  readonly informedHow: string | undefined
  readonly filedOn: string | null | undefined
  readonly informedOn: string | null | undefined
  readonly dissolvedOn: string | null | undefined
  readonly expiresOn: string | null | undefined
  readonly nextReviewOn: string | null | undefined
  readonly realNamesConfirmedOn: string | null | undefined
  readonly size: number | null | undefined
  /** Posts that answer for the group; several are separated by ';'. */
  readonly administratorPosts: readonly string[] | undefined
  readonly administratorFrom: string | undefined
}

export const UNIT_COLUMNS = ['id', 'name', 'parent_id', 'from_day'] as const
export const GROUP_COLUMNS = [
  'id',
  'name',
  'kind',
  'unit_id',
  'from_day',
  'platform',
  'purpose',
  'state',
  'filed_on',
  'informed_on',
  'informed_how',
  'dissolved_on',
  'expires_on',
  'next_review_on',
  'real_names_confirmed_on',
  'size',
  'administrator_post',
  'administrator_from',
] as const

/** Reads the cells of one row and notes what is wrong with them. */
function createReader(file: ImportProblem['file'], row: TableRow, problems: ImportProblem[]) {
  const wrong = <C extends ImportProblemCode>(column: string, code: C, values: ImportProblemValues<C>) =>
    void problems.push(importProblem({ file, line: row.line, column }, code, values))
  const cell = (column: string): string => row.cells[column] ?? ''
  const has = (column: string): boolean => row.cells[column] !== undefined

  function day(column: string): string | null | undefined {
    const value = cell(column)
    if (value !== '' && !isDay(value)) wrong(column, 'bad_day', {})
    return value === '' ? (has(column) ? null : undefined) : value
  }
  function id(column: string, schema: z.ZodType): string {
    if (!schema.safeParse(cell(column)).success) wrong(column, 'bad_id', {})
    return cell(column)
  }
  function text(column: string, max: number, required: boolean): string | undefined {
    const value = cell(column)
    if (required && value === '') wrong(column, 'empty_cell', {})
    if ([...value].length > max) wrong(column, 'too_long', { max })
    if (/\p{Cc}/u.test(value)) wrong(column, 'control_character', {})
    return has(column) ? value : undefined
  }
  function oneOf<T extends string>(column: string, values: readonly T[]): T | undefined {
    const value = cell(column)
    const found = values.find((each) => each === value)
    if (found === undefined) wrong(column, 'not_one_of', { values: values.join(', ') })
    return found
  }
  function count(column: string): number | null | undefined {
    const value = cell(column)
    if (value === '') return has(column) ? null : undefined
    if (/^\d{1,7}$/.test(value)) return Number(value)
    wrong(column, 'not_a_number', {})
    return null
  }
  return { wrong, cell, has, day, id, text, oneOf, count }
}

function readUnit(row: TableRow, problems: ImportProblem[]): UnitInput {
  const read = createReader('units', row, problems)
  return {
    line: row.line,
    id: read.id('id', UnitId),
    name: read.text('name', 120, true) ?? '',
    parentId: read.cell('parent_id') === '' ? null : read.id('parent_id', UnitId),
    fromDay: read.day('from_day') ?? undefined,
  }
}

function readGroup(row: TableRow, problems: ImportProblem[]): GroupInput {
  const read = createReader('groups', row, problems)
  const posts = read.text('administrator_post', 200, false)
  return {
    line: row.line,
    id: read.id('id', GroupId),
    name: read.text('name', 120, true) ?? '',
    kind: read.oneOf('kind', GroupKind.options) ?? 'staff',
    unitId: read.id('unit_id', UnitId),
    fromDay: read.day('from_day') ?? undefined,
    state: read.cell('state') === '' ? undefined : read.oneOf('state', GroupState.options),
    platform: read.text('platform', 40, false),
    purpose: read.text('purpose', 400, false),
    informedHow: read.text('informed_how', 200, false),
    filedOn: read.day('filed_on'),
    informedOn: read.day('informed_on'),
    dissolvedOn: read.day('dissolved_on'),
    expiresOn: read.day('expires_on'),
    nextReviewOn: read.day('next_review_on'),
    realNamesConfirmedOn: read.day('real_names_confirmed_on'),
    size: read.count('size'),
    administratorPosts: posts
      ?.split(/[;；]/)
      .map((post) => post.trim())
      .filter((post) => post !== ''),
    administratorFrom: read.day('administrator_from') ?? undefined,
  }
}

function repeated(
  file: ImportProblem['file'],
  rows: readonly { line: number; id: string }[],
): ImportProblem[] {
  const first = new Map<string, number>()
  return rows.flatMap(({ line, id }) => {
    const earlier = first.get(id)
    if (earlier === undefined) first.set(id, line)
    return earlier === undefined
      ? []
      : [importProblem({ file, line, column: 'id' }, 'repeated', { line: earlier })]
  })
}

/** Text of a CSV file, or rows of a sheet. */
export type RegisterFile = string | readonly ReadRow[]

function tableFrom(
  name: ImportProblem['file'],
  file: RegisterFile,
  known: readonly string[],
  required: readonly string[],
) {
  return typeof file === 'string'
    ? readTable(name, file, known, required)
    : tableOf(name, file, known, required)
}

export function readUnits(file: RegisterFile): { units: UnitInput[]; problems: ImportProblem[] } {
  const { table, problems } = tableFrom('units', file, UNIT_COLUMNS, ['id', 'name', 'parent_id'])
  const units = table.rows.map((row) => readUnit(row, problems))
  return { units, problems: [...problems, ...repeated('units', units)] }
}

export function readGroups(file: RegisterFile): { groups: GroupInput[]; problems: ImportProblem[] } {
  const { table, problems } = tableFrom('groups', file, GROUP_COLUMNS, ['id', 'name', 'kind', 'unit_id'])
  const groups = table.rows.map((row) => readGroup(row, problems))
  return { groups, problems: [...problems, ...repeated('groups', groups)] }
}
