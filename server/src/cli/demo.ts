import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { periodOf, shiftPeriod } from '@guanlan/analytics/reporting/period'
import { SingleBar } from 'cli-progress'
import { InvalidArgumentError } from 'commander'
import type { Command } from 'commander'
import type { AdminCommands, CommandProgress } from '../admin/command.ts'
import type { Rehearsal } from '../compose/words.ts'
import { loadConfig } from '../config.ts'
import { systemClock } from '../lib/clock.ts'
import type { Lifecycle } from '../lib/lifecycle.ts'
import { createLifecycle } from '../lib/lifecycle.ts'
import { createLocalTime } from '../lib/local-day.ts'
import { createLogger } from '../lib/logger.ts'
import { systemRandom } from '../lib/random.ts'
import { startError } from '../lib/start-error.ts'
import type { DemoAccess, Run } from './demo-city.ts'
import {
  lastEvents,
  loadHistory,
  openDoors,
  playDuty,
  playScenario,
  registerCity,
  writeHistory,
} from './demo-city.ts'
import { createRehearsal } from './demo-rehearsal.ts'

const SIGN_INS = 'demo-sign-ins.json'
/** So much of the history is lived through as if it were live: topics, mood and risk of a day. */
const LAST_DAY_MS = 86_400_000

interface DemoOptions {
  seed: number
  speed: number
  port: number
  days: number
  keep?: string
}

function numberIn(min: number, max: number) {
  return (text: string) => {
    const value = Number(text)
    if (!(value >= min && value <= max))
      throw new InvalidArgumentError(`takes a number from ${min} to ${max}`)
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
  const lifecycle = createLifecycle((name, error) =>
    process.stderr.write(`guanlan: ${name}: ${String(error)}\n`),
  )
  const told = new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  try {
    await Promise.race([told, runDemo(options, lifecycle)])
    await told
  } finally {
    await lifecycle.stop()
  }
}

async function runDemo(options: DemoOptions, lifecycle: Lifecycle): Promise<void> {
  const dir = options.keep ? path.resolve(options.keep) : await mkdtemp(path.join(tmpdir(), 'guanlan-demo-'))
  // The database runs under another user when this one is root, and has to pass through.
  if (!options.keep) await chmod(dir, 0o711)
  if (!options.keep) lifecycle.onStop('demo data', () => rm(dir, { recursive: true, force: true }))
  const config = loadConfig({
    GUANLAN_DATA_DIR: path.join(dir, 'data'),
    HOST: '127.0.0.1',
    PORT: String(options.port),
    GUANLAN_LOG_LEVEL: process.env.GUANLAN_LOG_LEVEL ?? 'error',
  })
  await requireFree(config.port)
  const kept = await keptAccess(dir)
  const end = new AbortController()
  let admin: AdminCommands = {}
  const run: Run = (name, args, progress = () => {}) => {
    const command = admin[name]
    if (!command) throw new Error(`there is no command ${name}`)
    return command(args, { progress, signal: end.signal })
  }
  const until = systemClock.now()
  const history = { ...options, until, lastDay: until - LAST_DAY_MS }
  const work = path.join(dir, 'demo')
  const none = Promise.resolve('')
  // Told while the product opens, on another core; what goes wrong is met where it is loaded. A kept demo has its history.
  const written = kept === undefined ? writeHistory(work, { ...history, to: history.lastDay }) : none
  written.catch(() => undefined)
  const { createApp } = await import('../app.ts')
  const app = await createApp(config, {
    clock: systemClock,
    logger: createLogger(config.logLevel),
    random: systemRandom,
    serves: true,
    ...(kept === undefined ? { rehearsal: rehearse(run, history, end.signal) } : {}),
  })
  admin = app.admin
  lifecycle.onStop('product', app.stop)
  lifecycle.onStop('preparation', () => end.abort())
  const access = kept ?? (await prepare(run, work, history, config.timezone, written))
  end.signal.throwIfAborted()
  const { port } = await app.start()
  // Only what is whole is gone on from.
  if (kept === undefined) await keepAccess(dir, access)
  const url = `http://127.0.0.1:${port}`
  const player = playScenario(url, access.key, options.seed, options.speed)
  lifecycle.onStop('scenario', () => void player.kill('SIGTERM'))
  player.once('exit', (code) => {
    if (code) process.stderr.write(`guanlan: the scenario ended with code ${code}\n`)
  })
  // A kept demo has had its report; what was loaded has to reach over the whole week.
  const week = kept === undefined && options.days >= 14 ? lastWeek(until, config.timezone) : undefined
  const officer = playDuty(url, access.accounts, week)
  lifecycle.onStop('duty officer', () => void officer.kill('SIGTERM'))
  announce(url, access)
}

function lastWeek(now: number, timezone: string): string {
  return shiftPeriod(periodOf('week', createLocalTime(timezone).dayOf(now)), 1).key
}

/** Sign-ins of a kept demo; passwords of a fictional city, readable by its owner only. */
async function keptAccess(dir: string): Promise<DemoAccess | undefined> {
  const text = await readFile(path.join(dir, SIGN_INS), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : (JSON.parse(text) as DemoAccess)
}

async function keepAccess(dir: string, access: DemoAccess): Promise<void> {
  await writeFile(path.join(dir, SIGN_INS), JSON.stringify(access), { mode: 0o600 })
}

/** Whether the port can be had is known before minutes of preparing, not after. */
async function requireFree(port: number): Promise<void> {
  const probe = createServer().listen(port, '127.0.0.1')
  await once(probe, 'listening').catch((cause: unknown) => {
    throw startError(`port ${port} cannot be listened on: pass --port with a free one`, cause)
  })
  probe.close()
  await once(probe, 'close')
}

type History = Pick<DemoOptions, 'seed' | 'days'> & { readonly until: number; readonly lastDay: number }

function rehearse(run: Run, history: History, signal: AbortSignal): Rehearsal {
  const { until, lastDay: from } = history
  const events = () => {
    console.log('Living through the last 24 hours for topics, mood and risk …')
    return lastEvents({ ...history, from })
  }
  return createRehearsal({ from, until, events, run, signal })
}

async function prepare(
  run: Run,
  work: string,
  { seed, days, until }: History,
  timezone: string,
  written: Promise<string>,
): Promise<DemoAccess> {
  const time = createLocalTime(timezone)
  console.log('Registering the city 云汀市 …')
  await registerCity(run, work, seed, time.addDays(time.dayOf(until), -days - 1))
  const access = await openDoors(run)
  const bar = new SingleBar({
    format: 'History {bar} {percentage}% | {note} | {duration_formatted}',
    noTTYOutput: true,
    notTTYSchedule: 5000,
  })
  console.log(`Writing ${days} days of history …`)
  let shown = false
  await loadHistory(run, await written, ({ done, total = 0, note = '' }: CommandProgress) => {
    if (!shown) bar.start(total, 0, { note })
    shown = true
    bar.setTotal(Math.max(total, done))
    bar.update(done, { note })
  })
  bar.stop()
  return access
}

function announce(url: string, { accounts, wallToken }: DemoAccess): void {
  const width = Math.max(...accounts.map((account) => account.email.length))
  const lines = accounts.map(
    ({ email, password, unit }) => `  ${email.padEnd(width)}  ${password}   (${unit})`,
  )
  console.log(
    [
      '',
      `Guanlan 观澜 is running: ${url}`,
      `Wall 大屏:              ${url}/wall?token=${wallToken}`,
      '',
      'Sign in 登录 (role over unit):',
      ...lines,
      '',
      'Ctrl+C ends the demo.',
    ].join('\n'),
  )
}
