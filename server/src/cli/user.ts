import { InvalidArgumentError } from 'commander'
import type { Command } from 'commander'
import { print } from './output.ts'
import { withAdmin } from './run.ts'

interface Grant {
  role: string
  unitId: string
}

function addGrant(text: string, before: Grant[] = []): Grant[] {
  const [role = '', unitId = ''] = text.split(/:(.*)/s)
  if (role === '' || unitId === '') throw new InvalidArgumentError('takes <role>:<unit>, such as duty:u-root')
  return [...before, { role, unitId }]
}

/** `guanlan user …`: accounts. Without --password-stdin a password is made and shown once. */
export function registerUser(program: Command): void {
  const user = program.command('user').description('accounts')
  user
    .command('create')
    .description('make an account')
    .requiredOption('--email <address>', 'what the account signs in with')
    .requiredOption('--name <name>', 'name as shown')
    .requiredOption('--role <role:unit>', 'role over a unit and all below it; may be given again', addGrant)
    .option('--locale <locale>', 'zh-CN or en')
    .option('--password-stdin', 'read the password from standard input')
    .option('--json', 'print the result as one JSON value')
    .action(async ({ email, name, role, locale, passwordStdin, json = false }) => {
      const password = passwordStdin ? (await readInput()).replace(/\r?\n$/, '') : undefined
      const args = {
        email,
        name,
        grants: role,
        ...(locale ? { locale } : {}),
        ...(password === undefined ? {} : { password }),
      }
      await withAdmin(async (call) => print(await call('user.create', args), json))
    })
  user
    .command('list')
    .description('all accounts and their roles')
    .option('--json', 'print the result as one JSON value')
    .action(({ json = false }: { json?: boolean }) =>
      withAdmin(async (call) => print(await call('user.list', {}), json)),
    )
}

async function readInput(): Promise<string> {
  let text = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) text += String(chunk)
  return text
}
