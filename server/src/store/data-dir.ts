import { access, constants, link, mkdir, readFile, rename, unlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { startError } from '../lib/start-error.ts'

/** What lies where in the data directory. */
export interface DataDir {
  readonly root: string
  readonly clickhouse: string
  readonly clickhouseConfig: string
  /** The only folder into which the embedded engine writes backups. */
  readonly clickhouseBackups: string
  readonly postgres: string
  readonly spool: string
  /** Day files of known ids. */
  readonly ids: string
  /** Key of the hashes of names: in no database, and in sealed backups only. */
  readonly rosterKey: string
  readonly adminSocket: string
  release(): Promise<void>
}

const LOCK = 'guanlan.lock'

export const adminSocketOf = (root: string) => path.join(root, 'admin.sock')

/**
 * Takes the data directory for this process, making it at the first start.
 * @throws StartError when it cannot be used, or when another process holds it (with its number)
 */
export async function claimDataDir(root: string): Promise<DataDir> {
  try {
    // Under root, Postgres runs as another user and has to pass through; the folders inside stay private.
    await mkdir(root, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 })
    await access(root, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (cause) {
    throw startError(
      `the data directory ${root} cannot be read and written by this user: mend its owner and mode, or set GUANLAN_DATA_DIR`,
      cause,
    )
  }
  const release = await lock(root)
  for (const folder of ['ids', 'spool'])
    await mkdir(path.join(root, folder), { recursive: true, mode: 0o700 })
  return {
    root,
    clickhouse: path.join(root, 'clickhouse'),
    clickhouseConfig: path.join(root, 'clickhouse.xml'),
    clickhouseBackups: path.join(root, 'clickhouse-backups'),
    postgres: path.join(root, 'postgres'),
    spool: path.join(root, 'spool'),
    ids: path.join(root, 'ids'),
    rosterKey: path.join(root, 'roster.key'),
    adminSocket: adminSocketOf(root),
    release,
  }
}

interface Holder {
  pid: number
  /** Start of the process as the kernel counts it, so that a number used again is not taken for the holder. */
  started: string
}

async function startedAt(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The command in parentheses may hold blanks; field 22 is counted behind it.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function readHolder(file: string): Promise<Holder | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const [pid = '', started = ''] = text.trim().split(' ')
  return /^\d+$/.test(pid) ? { pid: Number(pid), started } : undefined
}

/** The process that holds the data directory, or undefined. */
export async function holderOf(root: string): Promise<number | undefined> {
  const holder = await readHolder(path.join(root, LOCK))
  if (!holder || !isAlive(holder.pid)) return undefined
  const started = await startedAt(holder.pid)
  return started === '' || holder.started === '' || started === holder.started ? holder.pid : undefined
}

async function lock(root: string): Promise<() => Promise<void>> {
  const file = path.join(root, LOCK)
  const own = `${file}.${process.pid}`
  const content = `${process.pid} ${await startedAt(process.pid)}\n`
  await writeFile(own, content, { mode: 0o600 })
  try {
    // A link either makes the lock whole or not at all.
    while (!(await tryLink(own, file))) {
      const pid = await holderOf(root)
      if (pid !== undefined)
        throw startError(
          `the data directory ${root} is held by another process (${pid}): stop it first, or set GUANLAN_DATA_DIR`,
        )
      // Moved away rather than removed: of two that find the same dead lock, one moves it and the other finds none.
      const dead = `${own}.dead`
      await rename(file, dead).catch(() => {})
      await unlink(dead).catch(() => {})
    }
  } finally {
    await unlink(own).catch(() => {})
  }
  return async () => {
    if ((await readFile(file, 'utf8').catch(() => '')) === content) await unlink(file).catch(() => {})
  }
}

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}
