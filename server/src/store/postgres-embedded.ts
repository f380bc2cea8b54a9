import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, chmod, chown, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import type { Postgres } from '../ports/postgres.ts'
import { startError } from '../lib/start-error.ts'
import type { PostgresBinaries, PostgresUser } from './postgres-binaries.ts'
import { postgresBinaries, postgresUser, reachableByOthers } from './postgres-binaries.ts'
import { overPool } from './postgres-pool.ts'

const execute = promisify(execFile)
const NAME = 'guanlan'
/** A unix socket's path holds 107 bytes, of which Postgres adds these. */
const SOCKET_PATH_MAX = 107 - '/.s.PGSQL.5432'.length

/** Settings of a small register on a machine shared with the event store; nothing but the unix socket is opened. */
const SERVER_SETTINGS = {
  listen_addresses: '',
  shared_buffers: '16MB',
  max_connections: '24',
  max_wal_size: '128MB',
  min_wal_size: '32MB',
  jit: 'off',
  autovacuum_max_workers: '1',
  max_worker_processes: '2',
  io_method: 'sync',
  timezone: 'UTC',
  // A failed statement never reaches a log: its values could be anything.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
} as const

/**
 * Starts the embedded Postgres as a child process on a unix socket inside `dir`.
 *
 * The server runs behind a small shell that holds a pipe to this process: when this process dies in any way, the pipe
 * closes and the shell stops Postgres. A server left over all the same is stopped before a new one starts.
 * @param options.dir folder for cluster, socket and (if needed) binaries
 * @param options.meanwhile work of this process for the time in which the server starts
 * @param options.onLost told when the server ends without having been closed; nothing can be read or written from then on
 * @throws StartError with one line when it cannot run here
 */
export async function openEmbeddedPostgres(options: {
  dir: string
  meanwhile?: (() => void) | undefined
  onLost?: ((why: string) => void) | undefined
}): Promise<Postgres> {
  const user = await postgresUser()
  await mkdir(options.dir, { recursive: true, mode: 0o755 })
  if (user) {
    if (!(await reachableByOthers(path.join(options.dir, 'cluster'))))
      throw startError(
        'Postgres does not run as root and its user cannot reach this data directory: run as a normal user, choose a GUANLAN_DATA_DIR that others may enter, or set DATABASE_URL',
      )
  }
  const binaries = await postgresBinaries(user, path.join(options.dir, 'binaries'))
  const cluster = path.join(options.dir, 'cluster')
  await checkOwner(cluster, user)
  await stopLeftOver(cluster)
  await checkVersion(cluster, binaries)
  await initialise(cluster, binaries, user)
  const socketDir = await makeSocketDir(options.dir, user)
  const child = startServer(binaries, cluster, socketDir, user)
  let closing = false
  const stop = () => {
    closing = true
    return stopServer(child)
  }
  try {
    options.meanwhile?.()
    await waitUntilReady(child, socketDir)
    child.once('exit', (code, signal) => {
      if (!closing)
        options.onLost?.(`the embedded Postgres ended by itself (${signal ?? `exit status ${code}`})`)
    })
    return overPool({ host: socketDir, port: 5432, user: NAME, database: NAME }, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  )

/** One folder per data directory; in the system's temporary folder when the data directory's path is too long for a socket. */
async function makeSocketDir(dir: string, user: PostgresUser | undefined): Promise<string> {
  const near = path.join(dir, 'socket')
  const far = path.join(os.tmpdir(), `guanlan-${createHash('sha256').update(dir).digest('hex').slice(0, 16)}`)
  const chosen = Buffer.byteLength(near) <= SOCKET_PATH_MAX ? near : far
  await mkdir(chosen, { recursive: true, mode: 0o700 })
  if (user) await chown(chosen, user.uid, user.gid)
  await chmod(chosen, 0o700)
  return chosen
}

/** A directory copied without its owners: Postgres would end without a word that helps. */
async function checkOwner(cluster: string, user: PostgresUser | undefined): Promise<void> {
  const wanted = user?.uid ?? process.getuid?.()
  const found = await stat(cluster).catch(() => undefined)
  if (found === undefined || wanted === undefined || found.uid === wanted) return
  throw startError(
    `the folder ${cluster} belongs to user ${found.uid} and Postgres runs as user ${wanted}: copy data directories with their owners (cp -a), or give it back (chown -R ${wanted})`,
  )
}

async function checkVersion(cluster: string, binaries: PostgresBinaries): Promise<void> {
  const recorded = (await readFile(path.join(cluster, 'PG_VERSION'), 'utf8').catch(() => '')).trim()
  if (!recorded) return
  const { stdout } = await execute(binaries.postgres, ['--version'])
  const installed = /\b(\d+)(?:\.\d+|\w*)/.exec(stdout)?.[1] ?? ''
  if (installed !== recorded)
    throw startError(
      `the data directory was written by Postgres ${recorded} and this installation has ${installed}: install the version that wrote it, back up, and restore`,
    )
}

async function initialise(
  cluster: string,
  binaries: PostgresBinaries,
  user: PostgresUser | undefined,
): Promise<void> {
  if (await exists(path.join(cluster, 'guanlan-initialised'))) return
  // An initdb that was cut short leaves a folder it would refuse; nothing can be in it yet.
  await rm(cluster, { recursive: true, force: true })
  await mkdir(cluster, { recursive: true, mode: 0o700 })
  if (user) await chown(cluster, user.uid, user.gid)
  const args = [
    '-D',
    cluster,
    '-U',
    NAME,
    '--encoding=UTF8',
    '--locale=C',
    '--auth=trust',
    '--no-sync',
    '--no-instructions',
  ]
  const environment = {
    cwd: cluster,
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' },
    ...user,
  }
  try {
    await execute(binaries.initdb, args, environment)
  } catch (cause) {
    throw startError(`the embedded Postgres could not create its cluster: ${firstLine(cause)}`, cause)
  }
  await writeFile(path.join(cluster, 'pg_hba.conf'), hostAccess(user))
  await writeFile(path.join(cluster, 'pg_ident.conf'), `owner root ${NAME}\n`)
  await writeFile(path.join(cluster, 'guanlan-initialised'), '')
}

/** The socket's folder is open to its owner only; under root the owner is a shared account, so the peer must be root. */
const hostAccess = (user: PostgresUser | undefined) => `local all all ${user ? 'peer map=owner' : 'trust'}\n`

function firstLine(error: unknown): string {
  const text =
    error instanceof Error && 'stderr' in error && error.stderr ? String(error.stderr) : String(error)
  return text.trim().split('\n')[0] ?? ''
}

// Stops the server when the pipe to the parent closes, and ends with it. SIGINT is Postgres' fast shutdown; it is repeated,
// because a server that is just starting does not listen yet.
const KEEPER = `exec 3<&0
"$@" &
server=$!
trap '' INT TERM HUP
(cat <&3 >/dev/null 2>&1; while kill -INT $server 2>/dev/null; do sleep 0.1; done) 2>/dev/null &
keeper=$!
wait $server
status=$?
kill $keeper 2>/dev/null
exit $status`

function startServer(
  binaries: PostgresBinaries,
  cluster: string,
  socketDir: string,
  user: PostgresUser | undefined,
): ChildProcess {
  const settings = Object.entries({ ...SERVER_SETTINGS, unix_socket_directories: socketDir })
  const args = ['-D', cluster, ...settings.flatMap(([key, value]) => ['-c', `${key}=${value}`])]
  return spawn('/bin/sh', ['-c', KEEPER, 'sh', binaries.postgres, ...args], {
    // A group of its own: Ctrl-C in a terminal must reach this process alone, which stops Postgres last.
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
    cwd: cluster,
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' },
    ...user,
  })
}

/** Waits for the socket, makes the database at the first start. */
async function waitUntilReady(child: ChildProcess, socketDir: string): Promise<void> {
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => (said = (said + String(chunk)).slice(-2000)))
  const deadline = Date.now() + 60_000
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) {
      const reason = said.split('\n').find((line) => /FATAL|error/.test(line)) ?? 'it ended at once'
      throw startError(`the embedded Postgres did not start: ${reason.trim()}`)
    }
    const problem = await tryDatabase(socketDir)
    if (!problem) return
    if (Date.now() > deadline) throw startError('the embedded Postgres did not answer within 60 s', problem)
    await delay(10)
  }
}

async function tryDatabase(socketDir: string): Promise<unknown> {
  const client = new pg.Client({ host: socketDir, port: 5432, user: NAME, database: 'postgres' })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [NAME])
    if (!rowCount) await client.query(`CREATE DATABASE ${NAME}`)
    return undefined
  } catch (error) {
    return error
  } finally {
    await client.end().catch(() => {})
  }
}

async function stopServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.stdin?.end()
  child.stderr?.resume()
  await ended
}

/** A server of a parent that was killed: stopped through a fast shutdown, so that its cluster is closed cleanly. */
async function stopLeftOver(cluster: string): Promise<void> {
  const pidFile = path.join(cluster, 'postmaster.pid')
  const pid = Number((await readFile(pidFile, 'utf8').catch(() => '')).split('\n', 1)[0])
  // The number may belong to somebody else by now; Postgres itself then recognises the file as stale.
  if (!Number.isInteger(pid) || pid <= 1 || !(await isOurServer(pid, cluster))) return
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    kill(pid, signal)
    for (let waited = 0; waited < 10_000; waited += 10) {
      if (!(await isOurServer(pid, cluster))) return
      await delay(10)
    }
  }
  throw startError(
    `a Postgres process (${pid}) still holds the data directory and does not end: stop it first`,
  )
}

function kill(pid: number, signal: NodeJS.Signals) {
  try {
    process.kill(pid, signal)
  } catch {
    // gone already
  }
}

async function isOurServer(pid: number, cluster: string): Promise<boolean> {
  try {
    // A process that ended but was not collected yet has no command line left.
    if (process.platform === 'linux')
      return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).includes(cluster)
    return (await execute('ps', ['-ww', '-o', 'args=', '-p', String(pid)])).stdout.includes(cluster)
  } catch {
    return false
  }
}
