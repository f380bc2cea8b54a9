import { fork } from 'node:child_process'
import { openSync, writeSync } from 'node:fs'
import path from 'node:path'
import { callAdmin } from '@guanlan/server/admin/socket'
import type { TestServer } from './server.ts'
import type { Telling } from './story.ts'
import { ROOT } from './workspace.ts'

export interface ClockedServer extends TestServer {
  /** Ends it without a chance to tidy up; the data directory stays. */
  kill9(): Promise<void>
}

/** A clock for servers in child processes: what `advance` adds is in force for every request sent after it. */
export function createFileClock(file: string, start: number): Telling['clock'] & { file: string } {
  const handle = openSync(file, 'w+')
  const bytes = Buffer.alloc(8)
  let offset = 0
  const advance = (ms: number) => {
    offset += ms
    bytes.writeDoubleLE(offset)
    writeSync(handle, bytes, 0, 8, 0)
  }
  advance(start - Date.now())
  return { file, advance, now: () => Date.now() + offset }
}

/** Each start draws other secrets, and the same in each run. */
let starts = 0

/** The server in a process of its own, so that it can really be restarted, under a clock that the test moves. */
export async function startClockedServer(options: {
  dataDir: string
  port: number
  clock: { file: string }
}): Promise<ClockedServer> {
  const { dataDir, port, clock } = options
  const child = fork(
    path.join(ROOT, 'test/helpers/clocked-process.ts'),
    [dataDir, String(port), clock.file, String((starts += 1))],
    { execArgv: ['--import', 'tsx'], cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  )
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await Promise.race([
    new Promise<void>((resolve) => child.once('message', () => resolve())),
    gone.then(() => Promise.reject(new Error('the server ended before it was ready'))),
  ])
  const admin = async <T>(name: string, args: object = {}) =>
    (await callAdmin(path.join(dataDir, 'admin.sock'), name, args)) as T
  return {
    ...{ url: `http://127.0.0.1:${port}`, port, dataDir, admin },
    createKey: async (request) => (await admin<{ secret: string }>('key.create', request)).secret,
    async tick(passedMs) {
      const ticked = new Promise<void>((resolve) => child.once('message', () => resolve()))
      child.send({ tick: passedMs })
      await Promise.race([ticked, gone.then(() => Promise.reject(new Error('the server ended in a tick')))])
    },
    async stop() {
      child.send('stop')
      await gone
    },
    async kill9() {
      child.kill('SIGKILL')
      await gone
    },
  }
}
