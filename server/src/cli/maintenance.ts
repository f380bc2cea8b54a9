import { readFile } from 'node:fs/promises'
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
interface Keyed {
  keyFile?: string
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
    .option(
      '--heads <file>',
      'also hold the audit against heads that a receiver kept: JSON lines with seq and hash',
    )
    .option('--json', 'print the result as one JSON value')
    .action(doctor)
  program
    .command('backup <folder>')
    .description('write both stores and the index of known ids into a new folder')
    .option('--key-file <file>', 'seal it with the passphrase in this file')
    .option('--json', 'print the result as one JSON value')
    .action(backup)
  program
    .command('restore <folder>')
    .description('fill a new data directory from a backup; the server must not run')
    .option('--key-file <file>', 'the passphrase with which it was sealed')
    .action(async (folder: string, { keyFile }: Keyed) => {
      const config = loadConfig(process.env)
      const { restore } = await import('../store/restore.ts')
      await restore(config, path.resolve(folder), {
        clock: systemClock,
        logger: createLogger('warn'),
        ...(keyFile === undefined ? {} : { keyFile: path.resolve(keyFile) }),
      })
      console.log(`restored into ${config.dataDir}`)
    })
}

async function backup(folder: string, { json = false, keyFile }: Json & Keyed): Promise<void> {
  const args = {
    target: path.resolve(folder),
    ...(keyFile === undefined ? {} : { keyFile: path.resolve(keyFile) }),
  }
  await withAdmin(async (call) => print(await call('backup', args, json ? undefined : showProgress), json))
  if (keyFile === undefined && !json)
    process.stderr.write('guanlan: this backup is not sealed: who has it can read it (--key-file)\n')
}

/** Lines as a receiver kept them: the body it was sent, or seq and hash alone. */
async function readHeads(file: string | undefined): Promise<{ seq: number; hash: string }[]> {
  if (file === undefined) return []
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '')
  return lines.map((line) => {
    const { data, ...own } = JSON.parse(line) as Partial<Record<'seq' | 'hash' | 'data', unknown>>
    const { seq, hash } = (data ?? own) as { seq: number; hash: string }
    return { seq, hash }
  })
}

async function doctor({ json = false, heads }: Json & { heads?: string }): Promise<void> {
  const given = { heads: await readHeads(heads) }
  const result = (await withAdmin((call) => call('doctor', given))) as { ok: boolean; findings: Finding[] }
  if (json) print(result, true)
  else
    for (const { check, ok, detail } of result.findings)
      console.log(`${ok ? 'ok  ' : 'MEND'} ${check}: ${detail}`)
  if (!result.ok) process.exitCode = 1
}
