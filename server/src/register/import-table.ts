import type { ImportProblem } from '@guanlan/contract/import-problem'
import { CsvError, parse } from 'csv-parse/sync'
import { importProblem } from './import-problem.ts'

export interface TableRow {
  readonly line: number
  /** Trimmed cells by column; a column that the file does not have is undefined. */
  readonly cells: Readonly<Record<string, string | undefined>>
}

interface Table {
  readonly columns: ReadonlySet<string>
  readonly rows: readonly TableRow[]
}

interface RawRecord {
  readonly record: string[]
  readonly info: { readonly lines: number }
}

function headerProblems(
  file: ImportProblem['file'],
  header: readonly string[],
  known: readonly string[],
  required: readonly string[],
) {
  const problems: ImportProblem[] = []
  for (const [index, name] of header.entries()) {
    const at = { file, line: 1, column: name }
    if (!known.includes(name))
      problems.push(importProblem(at, 'unknown_column', { columns: known.join(', ') }))
    if (header.indexOf(name) !== index) problems.push(importProblem(at, 'column_twice', {}))
  }
  for (const name of required)
    if (!header.includes(name))
      problems.push(importProblem({ file, line: 1, column: name }, 'column_missing', {}))
  return problems
}

/** Reads CSV (RFC 4180, UTF-8, header first); quoting mistakes and wrong columns are problems, not exceptions. */
export function readTable(
  file: ImportProblem['file'],
  text: string,
  known: readonly string[],
  required: readonly string[],
): { table: Table; problems: ImportProblem[] } {
  const none: Table = { columns: new Set(), rows: [] }
  let records: RawRecord[]
  try {
    records = parse(text, {
      bom: true,
      trim: true,
      info: true,
      skip_empty_lines: true,
      relax_column_count: true,
    }) as unknown as RawRecord[]
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    return {
      table: none,
      problems: [importProblem({ file, line: Number(error.lines ?? 1) }, 'not_csv', {})],
    }
  }
  return tableOf(
    file,
    records.map(({ record, info }) => ({ line: info.lines, cells: record })),
    known,
    required,
  )
}

/** A row as it was read, header first: trimmed cells and where it stands. */
export interface ReadRow {
  readonly line: number
  readonly cells: readonly string[]
}

/** Holds rows against the columns of a file. */
export function tableOf(
  file: ImportProblem['file'],
  records: readonly ReadRow[],
  known: readonly string[],
  required: readonly string[],
): { table: Table; problems: ImportProblem[] } {
  const none: Table = { columns: new Set(), rows: [] }
  const header = records[0]?.cells
  if (header === undefined)
    return { table: none, problems: [importProblem({ file, line: 1 }, 'empty_file', {})] }
  const problems = headerProblems(file, header, known, required)
  if (problems.length > 0) return { table: none, problems }
  const rows: TableRow[] = []
  for (const { line, cells } of records.slice(1)) {
    if (cells.length !== header.length) {
      const values = { cells: cells.length, columns: header.length }
      problems.push(importProblem({ file, line }, 'cell_count', values))
    } else {
      rows.push({ line, cells: Object.fromEntries(header.map((name, index) => [name, cells[index]])) })
    }
  }
  return { table: { columns: new Set(header), rows }, problems }
}
