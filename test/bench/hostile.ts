// npm run bench -- hostile [--json] [--seconds 60] [--seed 1]: generated hostile requests from the product's own OpenAPI
// document, with and without credentials, against the product as a process of its own.

import { Agent, request as httpRequest } from 'node:http'
import path from 'node:path'
import { seededRandom } from '../../analytics/train/metrics.ts'
import { message, post, registerGroups, TEST_UNITS } from '../helpers/events.ts'
import { accountWith } from '../helpers/http-client.ts'
import { spawnServer, type ProcessServer } from '../helpers/server.ts'
import { tempDir } from '../helpers/workspace.ts'
import { hostileRequest, operationsOf, type HostileRequest, type OpenApi } from './hostile-requests.ts'
import { treeMemory } from './processes.ts'

const CONNECTIONS = 24
const TIMEOUT_MS = 15_000
const WARM_MS = 10_000
/** On a slow machine the attack goes on after its time until it has been that long. */
const LEAST = 50_000
/** Sent before the attack in places that no answer may show. */
const CANARIES = ['琥珀鲸鱼', 'zqxamberwhale', 'zqxsender4417', 'zqxid9903']
/** What an answer never holds: canaries, stack traces, SQL, places on disk, hashes of passwords. */
const forbidden = (dataDir: string): RegExp[] => [
  ...CANARIES.map((canary) => new RegExp(canary, 'u')),
  /\bat \S+ \(?(file|node):/,
  /node_modules/,
  /\b(SELECT .+ FROM|INSERT INTO|syntax error at or near|DB::Exception)\b/,
  /\$argon2/,
  new RegExp(dataDir.replace(/[/.]/g, '\\$&')),
]

interface Outcome {
  status: number
  text: string
  retryAfter: boolean
}

function send(url: URL, agent: Agent, hostile: HostileRequest): Promise<Outcome | 'cut'> {
  return new Promise((resolve) => {
    const cut = () => resolve('cut')
    try {
      const request = httpRequest(
        {
          ...{ agent, host: url.hostname, port: url.port, method: hostile.method },
          ...{ path: hostile.path, timeout: TIMEOUT_MS },
          headers: {
            ...hostile.headers,
            ...(hostile.body === undefined ? {} : { 'content-length': String(hostile.body.byteLength) }),
          },
        },
        (answer) => {
          const chunks: Buffer[] = []
          answer.on('data', (chunk: Buffer) => chunks.push(chunk))
          answer.once('error', cut)
          answer.once('end', () =>
            resolve({
              status: answer.statusCode ?? 0,
              text: Buffer.concat(chunks).toString(),
              retryAfter: answer.headers['retry-after'] !== undefined,
            }),
          )
        },
      )
      request.once('timeout', () => request.destroy())
      request.once('error', cut)
      request.end(hostile.body)
    } catch {
      // Characters that no HTTP client can send.
      cut()
    }
  })
}

async function prepare(server: ProcessServer): Promise<Record<string, string>[]> {
  const groups = Array.from({ length: 20 }, (_, i) => ({
    id: `g-${i}`,
    unit: TEST_UNITS[1 + (i % (TEST_UNITS.length - 1))]?.[0] ?? 'city',
  }))
  await registerGroups(server, groups)
  const key = await server.createKey({ source: 'bench', unit: 'city', read: true })
  const events = Array.from({ length: 2_000 }, (_, i) =>
    message({
      ...{ id: `${CANARIES[3]}-${i}`, sender: `${CANARIES[2]}-${i % 100}`, group: `g-${i % 20}` },
      content: { kind: 'text', text: i % 500 === 0 ? `${CANARIES[0]} ${CANARIES[1]}` : '小区又停水了' },
    }),
  )
  const taken = await post(server.url, events, { key })
  if (taken.status !== 200) throw new Error(`the events before the attack were answered with ${taken.status}`)
  const { secret: token } = await server.admin<{ secret: string }>('token.create', {
    name: 'b',
    scope: 'org',
  })
  const roles = ['duty', 'group-admin', 'unit-lead', 'communications', 'leader', 'auditor', 'sysadmin']
  const cookies: Record<string, string>[] = []
  for (const role of roles)
    cookies.push({
      cookie: (await accountWith(server, role, role === 'duty' ? groups[0]!.unit : 'city')).cookie,
    })
  return [
    ...cookies,
    {},
    { authorization: `Bearer ${key}` },
    { authorization: `Bearer ${token}` },
    { authorization: 'Bearer ../../x' },
    { authorization: `Bearer ${'A'.repeat(8000)}` },
    { authorization: 'Basic YTpi', cookie: 'x=1' },
  ]
}

/** The hostile benchmark. `status5xx` leaves out 503 with Retry-After, which is counted as back-pressure. */
export async function run(args: string[]): Promise<object> {
  const option = (name: string, fallback: number) => {
    const at = args.indexOf(`--${name}`)
    return at < 0 ? fallback : Number(args[at + 1])
  }
  const [seconds, seed] = [option('seconds', 60), option('seed', 1)]
  const temp = tempDir('guanlan-hostile-')
  const dataDir = path.join(temp.path, 'data')
  // The limit an account has would answer most of the attack; it is tested elsewhere.
  const server = await spawnServer({ dataDir, env: { GUANLAN_API_PER_MINUTE: '1000000' } })
  try {
    const credentials = await prepare(server)
    const api = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as OpenApi
    const operations = operationsOf(api, seed)
    const random = seededRandom(seed)
    const below = (n: number) => Math.floor(random() * n)
    const never = forbidden(dataDir)
    const any = new RegExp(never.map(({ source }) => source).join('|'), 'u')
    const statuses: Record<string, number> = {}
    const failures = new Map<string, number>()
    const leaks: string[] = []
    const pid = server.process.child.pid ?? 0
    const from = Date.now()
    const until = from + seconds * 1000
    let [requests, cut, backPressure, status5xx] = [0, 0, 0, 0]
    let warm: number | undefined
    const url = new URL(server.url)
    const worker = async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      while (Date.now() < until || requests < LEAST) {
        const hostile = hostileRequest(operations, credentials, below)
        const outcome = await send(url, agent, hostile)
        requests++
        if (warm === undefined && Date.now() - from > WARM_MS) warm = treeMemory(pid).anonMb
        if (outcome === 'cut') {
          cut++
          continue
        }
        statuses[outcome.status] = (statuses[outcome.status] ?? 0) + 1
        if (outcome.status === 503 && outcome.retryAfter) backPressure++
        else if (outcome.status >= 500) {
          status5xx++
          const what = `${hostile.operationId} ${outcome.status}`
          failures.set(what, (failures.get(what) ?? 0) + 1)
        }
        const shown = any.test(outcome.text) ? never.find((pattern) => pattern.test(outcome.text)) : undefined
        if (shown !== undefined && leaks.length < 20) leaks.push(`${hostile.operationId}: ${shown.source}`)
      }
      agent.destroy()
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, worker))
    const alive = (await fetch(`${server.url}/healthz`)).status === 200
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    const { anonMb } = treeMemory(pid)
    const logged = never
      .filter((pattern) => pattern.test(server.process.stdout() + server.process.stderr()))
      .map(({ source }) => source)
    return {
      ...{ requests, operations: operations.length, seconds, seed, alive },
      ...{ status5xx, backPressure, cut, leaks: leaks.length + logged.length },
      rssGrowthMb: anonMb - (warm ?? anonMb),
      ...{ statuses, failures: Object.fromEntries(failures), leaked: leaks, logged },
      dataset: `requests generated from the OpenAPI document, ${credentials.length} credentials`,
    }
  } finally {
    if (server.process.child.exitCode === null) await server.kill9()
    temp.remove()
  }
}
