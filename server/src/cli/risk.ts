import { InvalidArgumentError } from 'commander'
import type { Command } from 'commander'
import { print } from './output.ts'
import { withAdmin } from './run.ts'

function daysOf(text: string): number {
  const days = Number(text)
  if (!Number.isInteger(days)) throw new InvalidArgumentError('takes whole days')
  return days
}

/** `guanlan risk replay`: what a version of the risk formula would have said. */
export function registerRisk(program: Command): void {
  program
    .command('risk')
    .description('risk scores')
    .command('replay')
    .description('run a version over the stored history, beside the one in force')
    .requiredOption('--version <version>', 'such as topic-1')
    .option('--days <days>', 'how far back, 30 unless told', daysOf)
    .option('--json', 'print the result as one JSON value')
    .action(({ version, days, json = false }: { version: string; days?: number; json?: boolean }) =>
      withAdmin(async (call) =>
        print(await call('risk.replay', { version, ...(days === undefined ? {} : { days }) }), json),
      ),
    )
}
