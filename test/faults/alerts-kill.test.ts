import { fork, type ChildProcess } from 'node:child_process'
import path from 'node:path'
import { mkdtemp, rm, chmod } from 'node:fs/promises'
import os from 'node:os'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Postgres } from '@guanlan/server/ports/postgres'
import { migratePostgres } from '@guanlan/server/store/migrations'
import { openEmbeddedPostgres } from '@guanlan/server/store/postgres-embedded'
import { pagesByHand, type Deed, type FaultStep } from '../helpers/alert-evaluator.ts'
import type { Order } from '../helpers/alert-evaluator-process.ts'
import { openReceiver, type Receiver } from '../helpers/alert-receiver.ts'

// A process with the real drive, store and outbox is killed with SIGKILL between every two steps; another takes over. What
// arrived at the receiver is held against pages written down by hand.
const SCRIPT = new URL('../helpers/alert-evaluator-process.ts', import.meta.url)
const T0 = Date.UTC(2026, 10, 23, 2)
const MINUTE = 60_000
const LEASE_SECONDS = 15

let dir: string
let postgres: Postgres
let receiver: Receiver
const children = new Set<ChildProcess>()

beforeAll(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'guanlan-kill-'))
  await chmod(dir, 0o755)
  postgres = await openEmbeddedPostgres({ dir })
  await migratePostgres(postgres)
  receiver = await openReceiver()
})
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await receiver?.close()
  await postgres?.close()
  await rm(dir, { recursive: true, force: true })
})
beforeEach(async () => {
  receiver.forget()
  await postgres.query(
    'TRUNCATE alert, alert_timeline, alert_note, alert_episode, alert_instance, alert_delivery',
  )
  await leaseRunsOut()
})

/** What the database does by itself fifteen seconds after the holder died. */
async function leaseRunsOut(): Promise<void> {
  await postgres.query(`UPDATE alert_evaluator SET until = '-infinity'`)
  await postgres.query(`UPDATE alert_lane SET until = '-infinity'`)
}

interface Process {
  /** null: it died over this order. */
  say(order: Order): Promise<{ leads: boolean; error: string | null } | null>
  end(): void
}

let names = 0
async function startProcess(): Promise<Process> {
  const child = fork(SCRIPT, {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  children.add(child)
  let answered: ((answer: { leads: boolean; error: string | null } | null) => void) | undefined
  child.on('message', (answer) => answered?.(answer as { leads: boolean; error: string | null }))
  child.once('exit', () => answered?.(null))
  const next = () => new Promise<{ leads: boolean; error: string | null } | null>((done) => (answered = done))
  await next()
  const say = (order: Order) => {
    const answer = next()
    child.send(order)
    return answer
  }
  const opened = await say({
    ...{ type: 'open', name: `p${(names += 1)}`, url: receiver.url },
    socketDir: path.join(dir, 'socket'),
  })
  if (opened?.error !== null) throw new Error(String(opened?.error))
  return { say, end: () => void child.kill('SIGKILL') }
}

/** Ids in the order in which each account heard them first; how often each came. */
function heardPages() {
  const times = new Map<string, number>()
  const accounts: { account: string; id: string }[] = []
  for (const { id, account } of receiver.heard) {
    if (!id.includes(':page:')) continue
    if (!times.has(id)) accounts.push({ account, id })
    times.set(id, (times.get(id) ?? 0) + 1)
  }
  return { accounts, times }
}

const DEEDS: readonly Deed[] = [{ at: 23, type: 'acknowledge' }]
const UNTIL = 70

/** Plays the rest of the story with a process, minute by minute from `fromMs`; deeds are done where they belong. */
async function playOn(process: Process, fromMs: number, done: Set<number>): Promise<number> {
  let at = fromMs
  for (; at <= UNTIL * MINUTE; at += MINUTE) {
    for (const [i, deed] of DEEDS.entries())
      if (!done.has(i) && deed.at * MINUTE <= at) {
        const answer = await process.say({ type: 'deed', at: T0 + at, deed: deed.type as 'acknowledge' })
        if (answer === null) return at
        done.add(i)
      }
    if ((await process.say({ type: 'tick', at: T0 + at, value: 5 })) === null) return at
  }
  return -1
}

const POINTS: readonly (readonly [FaultStep, number])[] = [
  ['read', 1],
  ['decided', 1],
  ['saved', 1],
  ['committed', 1],
  ['sending', 1],
  ['sent', 1],
  ['settled', 1],
  ['saved', 2],
  ['sent', 3],
]

describe('SIGKILL', () => {
  // One process after the other: who takes over is the one that dies next.
  for (const [step, nth] of POINTS) {
    it(`at "${step}" for the ${nth}. time: every page of the oracle, none besides, twice only after "sent"`, async () => {
      const first = await startProcess()
      await first.say({ type: 'die', step, nth })
      const done = new Set<number>()
      const died = await playOn(first, 0, done)
      expect(died).toBeGreaterThanOrEqual(0)
      await leaseRunsOut()
      const second = await startProcess()
      expect(await playOn(second, died + LEASE_SECONDS * 1000, done)).toBe(-1)
      second.end()
      const [row] = await postgres.query<{ opened: number }>(
        'SELECT (extract(epoch FROM opened_at) * 1000)::float8 AS opened FROM alert',
      )
      // Opened once, at the latest by whoever took over.
      const opened = (row?.opened ?? 0) - T0
      expect([0, LEASE_SECONDS * 1000]).toContain(opened)
      const { accounts, times } = heardPages()
      const expected = pagesByHand(opened, DEEDS, UNTIL)
      expect(accounts.map(({ account }) => account)).toEqual(expected.map(({ account }) => account))
      const repeated = [...times.values()].filter((count) => count > 1)
      expect(repeated.every((count) => count === 2)).toBe(true)
      expect(repeated.length).toBe(step === 'sent' ? 1 : 0)
      const queued = await postgres.query(`SELECT id FROM alert_delivery WHERE status = 'queued'`)
      expect(queued).toEqual([])
    })
  }
})

it('is taken over when the lease has run out by the database’s own clock, ten seconds after its last renewal', async () => {
  const first = await startProcess()
  expect((await first.say({ type: 'tick', at: T0, value: 5 }))?.leads).toBe(true)
  first.end()
  const [lease] = await postgres.query<{ left: number }>(
    'SELECT extract(epoch FROM until - clock_timestamp())::float8 AS left FROM alert_evaluator',
  )
  expect(lease?.left).toBeLessThanOrEqual(10)
  const second = await startProcess()
  for (let at = T0 + 3_000; ; at += 3_000) {
    if ((await second.say({ type: 'tick', at, value: 5 }))?.leads === true) break
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  second.end()
  expect(heardPages().accounts).toHaveLength(1)
})

it('goes on after the database was stopped and started: no page lost, none twice', async () => {
  const process = await startProcess()
  await process.say({ type: 'tick', at: T0, value: 5 })
  await postgres.close()
  expect((await process.say({ type: 'tick', at: T0 + 5 * MINUTE, value: 5 }))?.error).not.toBeNull()
  postgres = await openEmbeddedPostgres({ dir })
  for (let at = 6 * MINUTE; at <= 35 * MINUTE; at += MINUTE)
    await process.say({ type: 'tick', at: T0 + at, value: 5 })
  process.end()
  const { accounts, times } = heardPages()
  expect(accounts.map(({ account }) => account)).toEqual(pagesByHand(0, [], 35).map(({ account }) => account))
  expect([...times.values()].every((count) => count === 1)).toBe(true)
})
