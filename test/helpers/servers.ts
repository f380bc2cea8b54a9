import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, chownSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from './server.ts'
import { ROOT, tempDir } from './workspace.ts'

export interface EngineServer {
  /** For CLICKHOUSE_URL or DATABASE_URL. */
  readonly url: string
  stop(): Promise<void>
}

const ended = (child: ChildProcess) => new Promise<void>((resolve) => child.once('exit', () => resolve()))

/** The embedded ClickHouse engine behind HTTP, in a process of its own. */
export async function startClickHouseFront(): Promise<EngineServer> {
  const dir = tempDir()
  const front = path.join(ROOT, 'test/helpers/clickhouse-front.ts')
  const child = spawn(process.execPath, ['--import', 'tsx', front, path.join(dir.path, 'clickhouse')], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const gone = ended(child)
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve)
    void gone.then(() => reject(new Error('the ClickHouse front did not start')))
  })
  return {
    url: `http://127.0.0.1:${(JSON.parse(line) as { port: number }).port}`,
    async stop() {
      child.stdin.end()
      await gone
      dir.remove()
    },
  }
}

const DEBIAN = '/usr/lib/postgresql'

/** Folder of the newest Postgres that Debian installed, or undefined. */
function debianPostgres(): string | undefined {
  if (!existsSync(DEBIAN)) return undefined
  const newest = readdirSync(DEBIAN)
    .sort((a, b) => Number(a) - Number(b))
    .at(-1)
  const bin = path.join(DEBIAN, newest ?? '', 'bin')
  return existsSync(path.join(bin, 'postgres')) ? bin : undefined
}

function account(name: string): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${name}:`))
  const [, , uid, gid] = line?.split(':') ?? []
  return { uid: Number(uid), gid: Number(gid) }
}

/** A Postgres of Debian on a port of the loopback, with a password. */
export async function startDebianPostgres(): Promise<EngineServer> {
  const bin = debianPostgres()
  if (!bin) throw new Error('Debian’s Postgres is not installed: apt-get install postgresql')
  const dir = tempDir()
  const cluster = path.join(dir.path, 'cluster')
  mkdirSync(cluster, { mode: 0o700 })
  const user = account('postgres')
  if (user) chownSync(cluster, user.uid, user.gid)
  const port = await freePort()
  const options = { ...user, cwd: cluster, env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' } }
  execFileSync(
    path.join(bin, 'initdb'),
    ['-D', cluster, '-U', 'guanlan', '--auth=trust', '--no-sync', '-E', 'UTF8', '--locale=C'],
    { ...options, stdio: 'ignore' },
  )
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${cluster}`,
    'fsync=off',
  ]
  const child = spawn(
    path.join(bin, 'postgres'),
    ['-D', cluster, ...settings.flatMap((each) => ['-c', each])],
    { ...options, stdio: 'ignore' },
  )
  const gone = ended(child)
  let over = false
  void gone.then(() => (over = true))
  for (;;) {
    if (over) throw new Error('Debian’s Postgres did not start')
    try {
      execFileSync(
        path.join(bin, 'createdb'),
        ['-h', '127.0.0.1', '-p', String(port), '-U', 'guanlan', 'guanlan'],
        { stdio: 'ignore' },
      )
      break
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
  }
  return {
    url: `postgres://guanlan@127.0.0.1:${port}/guanlan`,
    async stop() {
      child.kill('SIGINT')
      await gone
      dir.remove()
    },
  }
}
