import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { GuanlanEvent } from '@guanlan/contract/event'
import type { CommandProgress } from '../admin/command.ts'
import { program } from '../lib/programs.ts'

/** Runs an administration command of the product under demonstration. */
export type Run = (
  name: string,
  args: object,
  onProgress?: (progress: CommandProgress) => void,
) => Promise<unknown>

/** What the demo prints, and what a kept demo needs to be started again. */
export interface DemoAccess {
  readonly key: string
  readonly wallToken: string
  readonly accounts: readonly { role: string; unit: string; email: string; password: string }[]
}

/** Roles of the demo, the unit over which each is held, and the post that its account is named by. */
const ROLES = [
  ['communications', 'yunting', '宣传办'],
  ['duty', 'yunting', '值班室'],
  ['leader', 'yunting', '分管领导'],
  ['unit-lead', 'east', '汀东区负责人'],
  ['group-admin', 'east-1', '望潮街道群管理员'],
  ['auditor', 'yunting', '审计'],
  ['sysadmin', 'yunting', '系统管理员'],
] as const

function seeds(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  const { file, execArgv } = program('seeds')
  return spawn(process.execPath, [...execArgv, file, ...args], {
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
    // The channel tells the child when this process is gone, however it went.
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
}

async function finished(child: ChildProcess, what: string): Promise<void> {
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`the demo could not write its ${what}`)
}

/** Registers the fictional city. `informedOn` is a local day before the first day of its history. */
export async function registerCity(run: Run, work: string, seed: number, informedOn: string): Promise<void> {
  const out = path.join(work, 'city')
  await finished(
    seeds(['organisation', '--out', out, '--seed', String(seed), '--informed-on', informedOn]),
    'register',
  )
  const [units, groups] = await Promise.all([
    readFile(path.join(out, 'units.csv'), 'utf8'),
    readFile(path.join(out, 'groups.csv'), 'utf8'),
  ])
  const result = (await run('register.import', { units, groups })) as { ok: boolean; problems: unknown[] }
  if (!result.ok) throw new Error(`the demo register was refused: ${JSON.stringify(result.problems[0])}`)
}

/** One account for each role, an ingest key and a wall token. */
export async function openDoors(run: Run): Promise<DemoAccess> {
  const accounts: { role: string; unit: string; email: string; password: string }[] = []
  for (const [role, unit, name] of ROLES) {
    const email = `${role}@demo.example`
    const request = { email, name, grants: [{ role, unitId: unit }] }
    const { password } = (await run('user.create', request)) as { password: string }
    accounts.push({ role, unit, email, password })
  }
  const key = (await run('key.create', { source: 'demo', unit: 'yunting', read: true })) as { secret: string }
  const token = (await run('token.create', { name: '指挥大厅', scope: 'org' })) as { secret: string }
  return { key: key.secret, wallToken: token.secret, accounts }
}

export interface HistoryOptions {
  readonly seed: number
  readonly days: number
  /** ms: where history ends and the live scenario begins */
  readonly until: number
}

const historyArgs = ({ seed, days, until }: HistoryOptions, part: 'from' | 'to', at: number) =>
  ['history', '--seed', seed, '--days', days, '--until', until, `--${part}`, at].map(String)

/** Writes the history up to `to` (ms) beside the data; needs nothing of the product. @returns the file */
export async function writeHistory(work: string, options: HistoryOptions & { to: number }): Promise<string> {
  const file = path.join(work, 'history.ndjson')
  await mkdir(work, { recursive: true })
  const child = seeds(historyArgs(options, 'to', options.to))
  child.stdout?.pipe(createWriteStream(file))
  await finished(child, 'history')
  return file
}

/** Takes a written history in as `guanlan import` does. */
export async function loadHistory(
  run: Run,
  file: string,
  onProgress: (progress: CommandProgress) => void,
): Promise<void> {
  await run('import', { file, source: 'demo' }, onProgress)
  await rm(file, { force: true })
}

/** The history from `from` (ms) on, in order of sending. */
export async function* lastEvents(options: HistoryOptions & { from: number }): AsyncGenerator<GuanlanEvent> {
  const child = seeds(historyArgs(options, 'from', options.from))
  const ended = finished(child, 'last day')
  // Met below, unless whoever reads gives up before.
  ended.catch(() => undefined)
  try {
    for await (const line of createInterface({ input: child.stdout!, crlfDelay: Infinity }))
      yield GuanlanEvent.parse(JSON.parse(line))
    await ended
  } finally {
    child.kill()
  }
}

/** Starts the live scenario as a producer of its own, with nothing but an address and a key. */
export function playScenario(url: string, key: string, seed: number, speed: number): ChildProcess {
  const child = seeds(['play', '--url', url, '--seed', String(seed), '--speed', String(speed)], {
    GUANLAN_DEMO_KEY: key,
  })
  child.stdout?.resume()
  return child
}

/** Starts the duty officer of the demo, who takes alerts and ends them over the public API; `week` is reported first. */
export function playDuty(url: string, accounts: DemoAccess['accounts'], week?: string): ChildProcess {
  const child = seeds(['duty', '--url', url, ...(week === undefined ? [] : ['--week', week])], {
    GUANLAN_DEMO_ACCOUNTS: JSON.stringify(accounts),
  })
  child.stdout?.resume()
  return child
}
