import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { SingleBar } from 'cli-progress'
import { InvalidArgumentError } from 'commander'
import type { Command } from 'commander'
import type { AdminCommands, CommandProgress } from '../admin/command.ts'
import { loadConfig } from '../config.ts'
import type { Config } from '../config.ts'
import { systemClock } from '../lib/clock.ts'
import { createLogger } from '../lib/logger.ts'
import { systemRandom } from '../lib/random.ts'

const SEEDS = fileURLToPath(new URL('../../../seeds/src/main.ts', import.meta.url))
const SIGN_INS = 'demo-sign-ins.json'
const DAY_MS = 86_400_000

interface DemoOptions {
  seed: number
  speed: number
  port: number
  days: number
  keep?: string
}

/** What the demo prints, and what a kept demo needs to be started again. */
interface DemoAccess {
  key: string
  wallToken: string
  accounts: { role: string; unit: string; email: string; password: string }[]
}

type Run = (name: string, args: object, onProgress?: (progress: CommandProgress) => void) => Promise<unknown>

/** Roles of the demo and the unit each holds its role over. */
const ROLES = [
  ['communications', 'yunting'],
  ['duty', 'yunting'],
  ['leader', 'yunting'],
  ['unit-lead', 'east'],
  ['group-admin', 'east-1'],
  ['auditor', 'yunting'],
  ['sysadmin', 'yunting'],
] as const

function numberIn(min: number, max: number) {
  return (text: string) => {
    const value = Number(text)
    if (!(value >= min && value <= max)) throw new InvalidArgumentError(`takes a number from ${min} to ${max}`)
    return value
  }
}

/** `guanlan demo`: a fictional city with four weeks behind it and a live scenario, on loopback, thrown away at the end. */
export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description('run a demonstration: a fictional city, four weeks of history, a live scenario')
    .option('--seed <n>', 'the same seed tells the same events', numberIn(1, 1e9), 7)
    .option('--speed <n>', 'scenario minutes told in one real minute', numberIn(0.1, 240), 1)
    .option('--port <n>', 'port to listen on (0: any free one)', numberIn(0, 65_535), 8080)
    .option('--days <n>', 'days of history', numberIn(1, 28), 28)
    .option('--keep <dir>', 'keep the data in this folder and go on from it next time')
    .action(demo)
}

async function demo(options: DemoOptions): Promise<void> {
  const dir = options.keep ? path.resolve(options.keep) : await mkdtemp(path.join(tmpdir(), 'guanlan-demo-'))
  const config = loadConfig({
    GUANLAN_DATA_DIR: dir,
    HOST: '127.0.0.1',
    PORT: String(options.port),
    GUANLAN_LOG_LEVEL: process.env.GUANLAN_LOG_LEVEL ?? 'error',
  })
  const children = new Set<ChildProcess>()
  const stopped = new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  try {
    await Promise.race([stopped, runDemo(options, config, dir, children, stopped)])
  } finally {
    for (const child of children) child.kill('SIGTERM')
    await closing
    if (!options.keep) await rm(dir, { recursive: true, force: true })
  }
}

/** Set once the product is up: closes it. Awaited before the data is thrown away. */
let closing: Promise<void> | undefined
