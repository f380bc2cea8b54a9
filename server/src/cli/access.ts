import { PrivacyClass } from '@guanlan/contract/key'
import { Option } from 'commander'
import type { Command } from 'commander'
import { print } from './output.ts'
import { withAdmin } from './run.ts'

const call = async (name: string, args: object, json: boolean) =>
  withAdmin(async (run) => print(await run(name, args), json))
const given = (options: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
const JSON_OPTION = ['--json', 'print the result as one JSON value'] as const

/** `guanlan key …`: ingest keys, bound to a source and a unit subtree; the secret is shown once. */
export function registerKey(program: Command): void {
  const key = program.command('key').description('ingest keys of sources')
  key
    .command('create')
    .description('make a key; its secret is shown once')
    .requiredOption('--source <name>', 'name of the source, part of what makes an event id unique')
    .requiredOption('--unit <id>', 'unit whose groups, with those below it, the key may send for')
    .option('--no-read', 'may not read the totals of its units')
    .option('--no-ingest', 'may not send events')
    .option('--rate <events>', 'events a second', Number)
    .option('--days <days>', 'days until it expires', Number)
    .option(...JSON_OPTION)
    .action(({ json = false, rate, ...options }: { json?: boolean; rate?: number }) =>
      call('key.create', given({ ...options, ratePerSecond: rate }), json),
    )
  key
    .command('rotate <id>')
    .description('make a new secret; the old one ends after the overlap')
    .option('--overlap <minutes>', 'minutes for which both are taken', Number)
    .option(...JSON_OPTION)
    .action((id: string, { json = false, overlap }: { json?: boolean; overlap?: number }) =>
      call('key.rotate', given({ id, overlapMinutes: overlap }), json),
    )
  key
    .command('revoke <id>')
    .description('end a key at once')
    .option(...JSON_OPTION)
    .action((id: string, { json = false }: { json?: boolean }) => call('key.revoke', { id }, json))
  key
    .command('list')
    .description('all keys, without secrets')
    .option(...JSON_OPTION)
    .action(({ json = false }: { json?: boolean }) => call('key.list', {}, json))
}

/** `guanlan token …`: tokens of wall displays; the secret is shown once. */
export function registerToken(program: Command): void {
  const token = program.command('token').description('display tokens of walls')
  token
    .command('create')
    .description('make a token for a wall; its secret is shown once')
    .requiredOption('--name <name>', 'where the wall hangs')
    .requiredOption('--scope <scope>', 'org or unit:<id>')
    .addOption(
      new Option(
        '--privacy <class>',
        'counts: harm counts, alerts and freshness; words: released words, topics and mood as well',
      )
        .choices(PrivacyClass.options)
        .default('words'),
    )
    .option('--days <days>', 'days until it expires', Number)
    .option(...JSON_OPTION)
    .action(({ json = false, privacy, ...options }: { json?: boolean; privacy: PrivacyClass }) =>
      call('token.create', given({ ...options, privacyClass: privacy }), json),
    )
  token
    .command('revoke <id>')
    .description('end a token at once')
    .option(...JSON_OPTION)
    .action((id: string, { json = false }: { json?: boolean }) => call('token.revoke', { id }, json))
  token
    .command('list')
    .description('all tokens, without secrets')
    .option(...JSON_OPTION)
    .action(({ json = false }: { json?: boolean }) => call('token.list', {}, json))
}
