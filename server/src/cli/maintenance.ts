import path from 'node:path'
import type { Command } from 'commander'
import type { Finding } from '../admin/doctor.ts'
import { loadConfig } from '../config.ts'
import { systemClock } from '../lib/clock.ts'
import { createLogger } from '../lib/logger.ts'
import { print, showProgress } from './output.ts'
import { withAdmin } from './run.ts'

interface Json {
  json?: boolean
}

/** `guanlan migrate`, `doctor`, `backup`, `restore`: looking after an installation. */
export function registerMaintenance(program: Command): void {
  program
    .command('migrate')
    .description('bring both stores to the schema of this version')
    .option('--json', 'print the result as one JSON value')
    .action(({ json = false }: Json) => withAdmin(async (call) => print(await call('migrate', {}), json)))
  program
    .command('doctor')
    .description('check the installation and say what to mend')
    .option('--json', 'print the result as one JSON value')
    .action(doctor)
  program
    .command('backup <folder>')
    .description('write both stores and the index of known ids into a new folder')
    .option('--json', 'print the result as one JSON value')
    .action((folder: string, { json = false }: Json) =>
      withAdmin(async (call) =>
        print(await call('backup', { target: path.resolve(folder) }, json ? undefined : showProgress), json),
      ),
    )
  program
    .command('restore <folder>')
    .description('fill a new data directory from a backup; the server must not run')
    .action(async (folder: string) => {
      const config = loadConfig(process.env)
      const { restore } = await import('../store/restore.ts')
      await restore(config, path.resolve(folder), { clock: systemClock, logger: createLogger('warn') })
      console.log(`restored into ${config.dataDir}`)
    })
}

async function doctor({ json = false }: Json): Promise<void> {
  const result = (await withAdmin((call) => call('doctor', {}))) as { ok: boolean; findings: Finding[] }
  if (json) print(result, true)
  else
    for (const { check, ok, detail } of result.findings)
      console.log(`${ok ? 'ok  ' : 'MEND'} ${check}: ${detail}`)
  if (!result.ok) process.exitCode = 1
}
