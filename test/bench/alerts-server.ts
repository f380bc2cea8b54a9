import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readdirSync, readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { stringify } from 'yaml'
import { registerGroups, message, post } from '../helpers/events.ts'
import { spawnServer, type ProcessServer } from '../helpers/server.ts'
import { signIn } from '../helpers/story.ts'
import { ROOT } from '../helpers/workspace.ts'

export const DECISIVE = 'violence.incite'
const UNITS = 10
export const GROUPS = 60
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

const common = {
  ...{ version: 1, origin: 'shipped', enabled: true, belowFloor: false },
  where: { units: [], groupKinds: [], categories: [] },
  ...{ pendingSeconds: 0, keepFiringSeconds: 0, onNoData: 'keep', onError: 'keep', policyId: 'standard' },
}

/** One rule that a single decisive message fires, and others of ten instances each that are evaluated and do not fire. */
function rules(count: number): object[] {
  const counted = ['acted', 'illegal', 'harmful', 'conduct', 'messages'] as const
  const quiet = Array.from({ length: Math.max(0, count - 1) }, (_, i) => ({
    ...common,
    ...{ id: `quiet-${i}`, name: `quiet ${i}`, per: 'unit' },
    condition: {
      ...{ kind: 'threshold', counted: counted[i % counted.length] },
      windowMinutes: [15, 30, 60, 120][i % 4],
      levels: [{ level: 'yellow', from: 900_000 + i }],
    },
  }))
  const decisive = {
    ...common,
    ...{ id: 'decisive', name: 'decisive', per: 'group', belowFloor: true },
    where: { ...common.where, categories: [DECISIVE] },
    condition: {
      ...{ kind: 'threshold', counted: 'category', windowMinutes: 60 },
      levels: [{ level: 'red', from: 1 }],
    },
  }
  return [decisive, ...quiet]
}

const POLICIES = [
  {
    ...{
      id: 'standard',
      version: 1,
      name: 'standard',
      repeatMinutes: 60,
      lastResort: ['role:communications'],
    },
    ...{ acknowledgeMinutes: 30, acknowledgeMinutesRed: 10 },
    steps: [
      {
        ...{ afterMinutes: 0, levels: [], targets: [{ kind: 'role', role: 'duty', from: 'top' }] },
        channels: { working: ['webhook'], night: ['webhook'] },
      },
    ],
  },
]

export interface BenchServer {
  readonly server: ProcessServer
  readonly key: string
  /** Acts as one of two accounts. */
  as(who: 'duty' | 'office', method: string, path: string, body?: object): Promise<Record<string, unknown>>
  /** An ordinary message every so often; ends when the function is called. */
  murmur(perSecond: number): () => Promise<void>
  stop(): Promise<void>
}

/** The product as its command line starts it, with so many rules in its seeds. */
export async function startBenchServer(count: number): Promise<BenchServer> {
  const seeds = mkdtempSync(path.join(os.tmpdir(), 'guanlan-bench-seeds-'))
  cpSync(path.join(ROOT, 'seeds/taxonomy.yaml'), path.join(seeds, 'taxonomy.yaml'))
  cpSync(path.join(ROOT, 'seeds/alerting'), path.join(seeds, 'alerting'), { recursive: true })
  writeFileSync(
    path.join(seeds, 'alerting/rules.yaml'),
    stringify(rules(count), { aliasDuplicateObjects: false }),
  )
  writeFileSync(
    path.join(seeds, 'alerting/policies.yaml'),
    stringify(POLICIES, { aliasDuplicateObjects: false }),
  )
  const server = await spawnServer({
    env: {
      GUANLAN_SEEDS_DIR: seeds,
      GUANLAN_NOTIFY_PRIVATE: '127.0.0.0/8',
      GUANLAN_API_PER_MINUTE: '1000000',
      GUANLAN_SIGN_IN_PER_MINUTE: '1000',
    },
  })
  const units = Array.from({ length: UNITS }, (_, i) => [`u-${i}`, i === 0 ? '' : 'u-0'] as const)
  const groups = Array.from({ length: GROUPS }, (_, i) => ({
    id: `g-${i}`,
    unit: `u-${1 + (i % (UNITS - 1))}`,
  }))
  await registerGroups(server, groups, units)
  const cookies: Record<string, string> = {}
  for (const [who, role] of [
    ['duty', 'duty'],
    ['office', 'communications'],
  ] as const) {
    const email = `${who}@bench.example`
    const password = 'correct horse battery staple'
    await server.admin('user.create', { email, name: who, password, grants: [{ role, unitId: 'u-0' }] })
    cookies[who] = await signIn(server, email, password)
  }
  const key = await server.createKey({ source: 'bench', unit: 'u-0' })
  return {
    ...{ server, key },
    async as(who, method, to, body) {
      const answer = await fetch(`${server.url}${to}`, {
        method,
        headers: {
          cookie: cookies[who] ?? '',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await answer.text()
      if (!answer.ok) throw new Error(`${method} ${to}: ${answer.status} ${text.slice(0, 200)}`)
      return (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>
    },
    murmur: (perSecond) => murmur(server.url, key, perSecond),
    async stop() {
      await server.stop()
      rmSync(seeds, { recursive: true, force: true })
    },
  }
}

function murmur(url: string, key: string, perSecond: number): () => Promise<void> {
  let n = 0
  const timer = setInterval(() => {
    const time = new Date(Date.now() - 200).toISOString()
    const batch = Array.from({ length: perSecond }, () =>
      message({
        ...{ time, group: `g-${n++ % GROUPS}`, sender: `s-${n % 900}` },
        moderation: { decision: 'allowed', by: 'automated', decidedAt: time },
      }),
    )
    void post(url, batch, { key }).catch(() => undefined)
  }, 1_000)
  return async () => clearInterval(timer)
}

/** Makes the duty officer reachable by webhook: the code that is sent there is typed in, as a person would. */
export async function connectWebhook(
  bench: BenchServer,
  url: string,
  nextCode: () => Promise<string>,
): Promise<void> {
  const code = nextCode()
  await bench.as('duty', 'PUT', '/api/v1/me/channels/webhook', {
    address: url,
    secret: SECRET,
    external: false,
  })
  await bench.as('duty', 'POST', '/api/v1/me/channels/webhook/verification', { code: await code })
}

/** Seconds of processor time of a process and its descendants so far. */
export function treeCpuSeconds(pid: number): number {
  const children = new Map<number, number[]>()
  const ticks = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      const parent = Number(fields[1])
      children.set(parent, [...(children.get(parent) ?? []), Number(name)])
      ticks.set(Number(name), Number(fields[11]) + Number(fields[12]))
    } catch {
      // It ended meanwhile.
    }
  }
  let total = 0
  const open = [pid]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    open.push(...(children.get(next) ?? []))
    total += ticks.get(next) ?? 0
  }
  return total / 100
}
