import { Command, CommanderError } from 'commander'
import { isAppError } from '@guanlan/contract/errors'
import { isStartError } from '../lib/start-error.ts'
import { registerKey, registerToken } from './access.ts'
import { registerDemo } from './demo.ts'
import { registerImportCommands } from './import.ts'
import { registerMaintenance } from './maintenance.ts'
import { registerRegister } from './register.ts'
import { registerRisk } from './risk.ts'
import { registerStart } from './start.ts'
import { registerUser } from './user.ts'

function createProgram(): Command {
  const program = new Command('guanlan')
    .description('Guanlan (观澜): live dashboard for the group chats that an organisation itself runs')
    .showHelpAfterError('(guanlan --help lists the commands)')
    .exitOverride()
  registerStart(program)
  registerDemo(program)
  registerMaintenance(program)
  registerKey(program)
  registerToken(program)
  registerUser(program)
  registerRegister(program)
  registerImportCommands(program)
  registerRisk(program)
  return program
}

/** Runs one command line; what goes wrong is one line on stderr and an exit code that is not 0. */
export async function main(args: readonly string[]): Promise<void> {
  try {
    await createProgram().parseAsync(args, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has printed its own line, also for --help (code 0).
      process.exit(error.exitCode)
    }
    process.stderr.write(`guanlan: ${lineOf(error)}\n`)
    process.exit(1)
  }
  // Engines keep native threads; everything is closed by now.
  process.exit(process.exitCode ?? 0)
}

function lineOf(error: unknown): string {
  if (isStartError(error) || isAppError(error)) return error.message
  if (!(error instanceof Error)) return 'failed'
  // A wrong variable is thrown as a plain Error of one line; anything longer is an accident of an engine.
  return error.message.split('\n', 1)[0] ?? 'failed'
}
