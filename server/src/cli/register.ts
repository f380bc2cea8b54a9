import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import type { RegisterImportResult } from '../register/register-import.ts'
import { print } from './output.ts'
import { withAdmin } from './run.ts'

interface Options {
  json?: boolean
  preview?: boolean
}

/** `guanlan register import`: units and groups from two tables, taken whole or not at all. */
export function registerRegister(program: Command): void {
  program
    .command('register')
    .description('units and groups')
    .command('import <units.csv> <groups.csv>')
    .description('take units and groups from two tables, whole or not at all')
    .option('--preview', 'only say what would change')
    .option('--json', 'print the result as one JSON value')
    .action(importTables)
}

async function importTables(
  units: string,
  groups: string,
  { json = false, preview = false }: Options,
): Promise<void> {
  const args = { units: await readFile(units, 'utf8'), groups: await readFile(groups, 'utf8'), preview }
  const result = (await withAdmin((call) => call('register.import', args))) as RegisterImportResult
  if (json) print(result, true)
  else {
    for (const problem of result.problems) print(problem, false)
    print(
      { written: result.written, units: result.units, groups: result.groups, problems: result.problemCount },
      false,
    )
  }
  if (!result.ok) process.exitCode = 1
}
