import { createApp } from '@guanlan/server/app'
import { loadConfig } from '@guanlan/server/config'
import { systemClock } from '@guanlan/server/lib/clock'
import type { Clock } from '@guanlan/server/lib/clock'
import { silentLogger } from '@guanlan/server/lib/logger'
import type { Logger } from '@guanlan/server/lib/logger'
import type { Random } from '@guanlan/server/lib/random'
import { createServer } from 'node:net'
import path from 'node:path'
import { callAdmin } from '@guanlan/server/admin/socket'
import { spawnCli } from './cli.ts'
import type { CliProcess } from './cli.ts'
import { createTestRandom } from './random.ts'
import { tempDir } from './workspace.ts'

export interface ServerOptions {
  /** Reused when given (and not removed), so that a test can stop and start again. */
  dataDir?: string
  port?: number
  env?: Record<string, string>
}

export interface TestServer {
  /** Origin without a slash at the end. */
  readonly url: string
  readonly port: number
  readonly dataDir: string
  /** Link for the first account, while there is none; of servers in this process. */
  readonly firstRun?: string
  /** Runs an administration command inside the server and gives its result. */
  admin<T = unknown>(name: string, args?: object): Promise<T>
  /** Runs once what the server repeats within so much time, of servers in this process: after their clock was moved on. */
  tick?(passedMs: number): Promise<void>
  /** Makes an ingest key and gives its secret. */
  createKey(request: { source: string; unit: string; read?: boolean }): Promise<string>
  /** Stops cleanly and removes the data directory unless it was given. */
  stop(): Promise<void>
}

export interface ProcessServer extends TestServer {
  readonly process: CliProcess
  /** Kills it without a chance to tidy up; the data directory stays. */
  kill9(): Promise<void>
}

/** Below the ports that a system gives to whoever asks for any, and to connections: only this function gives them. */
const [FIRST_PORT, PORTS] = [20_000, 12_000]
let next = (process.pid * 31) % PORTS

const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const probe = createServer().once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })

/**
 * A port for a server whose address has to be known before it starts. It stays free while the server is down between
 * two starts: tests of other processes begin to look elsewhere.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < PORTS; tries++) {
    const port = FIRST_PORT + next
    next = (next + 1) % PORTS
    if (await isFree(port)) return port
  }
  throw new Error('no port is free')
}

async function environment(options: ServerOptions) {
  const own = options.dataDir === undefined ? tempDir() : undefined
  const dataDir = options.dataDir ?? path.join(own?.path ?? '', 'data')
  const port = options.port ?? (await freePort())
  const env = { GUANLAN_DATA_DIR: dataDir, PORT: String(port), GUANLAN_LOG_LEVEL: 'warn', ...options.env }
  return { dataDir, port, env, remove: () => own?.remove() }
}

type AdminOf = <T = unknown>(name: string, args?: object) => Promise<T>
const keyMaker = (admin: AdminOf) => async (request: object) =>
  (await admin<{ secret: string }>('key.create', request)).secret

/**
 * The server inside this process: the clock can be the test's own; what is random repeats with each run, so that secret
 * floors hide the same words each time. One a process (engine's rule).
 */
export async function startServer(
  options: ServerOptions & { clock?: Clock; logger?: Logger; random?: Random } = {},
): Promise<TestServer> {
  const { dataDir, port, env, remove } = await environment(options)
  const { clock = systemClock, logger = silentLogger, random = createTestRandom() } = options
  const app = await createApp(loadConfig(env), { clock, logger, random })
  let firstRun: string | undefined
  try {
    firstRun = (await app.start()).firstRun?.url
  } catch (error) {
    await app.stop()
    throw error
  }
  const admin: AdminOf = async <T>(name: string, args: object = {}) => {
    const command = app.admin[name]
    if (!command) throw new Error(`there is no command ${name}`)
    return (await command(args, { progress: () => {}, signal: new AbortController().signal })) as T
  }
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    dataDir,
    ...(firstRun === undefined ? {} : { firstRun }),
    admin,
    tick: app.tick,
    createKey: keyMaker(admin),
    async stop() {
      await app.stop()
      remove()
    },
  }
}

/** The server as a child process, started by the real command line; resolves when it answers. */
export async function spawnServer(options: ServerOptions = {}): Promise<ProcessServer> {
  const { dataDir, port, env, remove } = await environment(options)
  const url = `http://127.0.0.1:${port}`
  const process = spawnCli(['start'], env)
  await ready(process, url)
  const admin: AdminOf = async <T>(name: string, args: object = {}) =>
    (await callAdmin(path.join(dataDir, 'admin.sock'), name, args)) as T
  return {
    url,
    port,
    dataDir,
    process,
    admin,
    createKey: keyMaker(admin),
    async stop() {
      process.child.kill('SIGTERM')
      await process.ended
      remove()
    },
    async kill9() {
      process.child.kill('SIGKILL')
      await process.ended
    },
  }
}

async function ready(process: CliProcess, url: string): Promise<void> {
  let over = false
  void process.ended.then(() => (over = true))
  for (;;) {
    if (over) throw new Error(`the server ended before it answered: ${process.stderr().slice(-500)}`)
    if (
      await fetch(`${url}/healthz`).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
