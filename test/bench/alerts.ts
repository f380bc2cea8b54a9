// npm run bench -- alerts: 1,000 rules of ten instances in the product as it is started, and the time from a decisive event's
// acceptance to its notification, beside Prometheus with Alertmanager from Debian's packages in the same run.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { quantile } from 'd3-array'
import { message, post } from '../helpers/events.ts'
import { startPeer, type Peer } from './alerts-peer.ts'
import {
  connectWebhook,
  DECISIVE,
  GROUPS,
  startBenchServer,
  treeCpuSeconds,
  type BenchServer,
} from './alerts-server.ts'

const MURMUR_PER_SECOND = 50
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const ms = (values: readonly number[], share: number) => Math.round(quantile(values, share) ?? NaN)
const summary = (values: readonly number[]) => ({
  ...{ p50: ms(values, 0.5), p99: ms(values, 0.99), samples: values.length },
})

/** Share of one core over some seconds, of the server with its database, while ordinary messages come in. */
async function cpuPercent({ server, murmur }: BenchServer, seconds: number): Promise<number> {
  const end = murmur(MURMUR_PER_SECOND)
  await sleep(5_000)
  const pid = server.process.child.pid ?? 0
  const [began, before] = [performance.now(), treeCpuSeconds(pid)]
  await sleep(seconds * 1_000)
  const share = (treeCpuSeconds(pid) - before) / ((performance.now() - began) / 1_000)
  await end()
  return Math.round(share * 1_000) / 10
}

interface Receiver {
  readonly url: string
  /** Resolves with the moment (performance.now) at which the next page arrives, and its alert. */
  page(): Promise<{ at: number; alertId: string }>
  code(): Promise<string>
  close(): void
}

interface Heard {
  readonly type: string
  readonly data: {
    readonly lines: readonly string[]
    readonly title: string
    readonly alerts: readonly string[]
  }
}

async function openReceiver(): Promise<Receiver> {
  let onPage: (page: { at: number; alertId: string }) => void = () => undefined
  let onCode: (code: string) => void = () => undefined
  const http = createServer((req, res) => {
    const at = performance.now()
    let body = ''
    req.on('data', (part: Buffer) => (body += part.toString('utf8')))
    req.on('end', () => {
      res.end()
      const { type, data } = JSON.parse(body) as Heard
      if (type === 'alert.page') onPage({ at, alertId: data.alerts[0] ?? '' })
      if (type === 'alert.code') onCode(/\d{6}/.exec(`${data.title} ${data.lines.join(' ')}`)?.[0] ?? '')
    })
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/page`,
    page: () => new Promise((resolve) => (onPage = resolve)),
    code: () => new Promise((resolve) => (onCode = resolve)),
    close: () => http.close(),
  }
}

/** One decisive event a time, at a random moment of the evaluators' rhythm; what it raised is ended before the next. */
async function detect(bench: BenchServer, receiver: Receiver, peer: Peer, samples: number) {
  const own: number[] = []
  const accepted = new Map<string, number>()
  for (let i = 0; i < samples; i++) {
    await sleep(Math.random() * 1_000)
    const group = `g-${i}`
    const heard = receiver.page()
    const time = new Date().toISOString()
    const event = message({
      ...{ group, time, sender: `d-${i}` },
      moderation: { decision: 'removed', category: DECISIVE, by: 'automated', decidedAt: time },
    })
    const answer = await post(bench.server.url, [event], { key: bench.key })
    const at = performance.now()
    if (answer.body.accepted !== 1) throw new Error(`not accepted: ${JSON.stringify(answer.body)}`)
    peer.hold(group)
    accepted.set(group, at)
    const page = await heard
    own.push(page.at - at)
    for (const who of ['duty', 'office'] as const)
      await bench.as(who, 'POST', `/api/v1/alerts/${page.alertId}/resolution`, { outcome: 'handled' })
  }
  return { own, accepted }
}

const delays = (arrived: ReadonlyMap<string, number>, accepted: ReadonlyMap<string, number>): number[] =>
  [...arrived].flatMap(([group, at]) => at - (accepted.get(group) ?? at))

export async function run(args: string[]): Promise<object> {
  const { values } = parseArgs({
    args,
    options: {
      rules: { type: 'string', default: '1000' },
      samples: { type: 'string', default: '40' },
      seconds: { type: 'string', default: '45' },
    },
  })
  const samples = Math.min(GROUPS, Number(values.samples))
  const bare = await startBenchServer(1)
  const baselinePercent = await cpuPercent(bare, Math.min(20, Number(values.seconds))).finally(() =>
    bare.stop(),
  )
  const bench = await startBenchServer(Number(values.rules))
  const receiver = await openReceiver()
  let peer: Peer | undefined
  try {
    await connectWebhook(bench, receiver.url, receiver.code)
    const cpu = await cpuPercent(bench, Number(values.seconds))
    peer = await startPeer()
    const { own, accepted } = await detect(bench, receiver, peer, samples)
    const { arrived } = peer
    for (let waited = 0; waited < 45 && arrived.default.size < samples; waited++) await sleep(1_000)
    const peerDetectMs = {
      groupWait0: summary(delays(arrived.groupWait0, accepted)),
      default: summary(delays(arrived.default, accepted)),
    }
    const detectMs = summary(own)
    return {
      ...{ rules: Number(values.rules), instancesPerRule: 10, evaluateSeconds: 15 },
      ...{ cpuPercent: cpu, baselinePercent, detectMs, peerDetectMs },
      ratio: {
        groupWait0: Math.round((peerDetectMs.groupWait0.p50 / detectMs.p50) * 100) / 100,
        default: Math.round((peerDetectMs.default.p50 / detectMs.p50) * 100) / 100,
      },
      peer: `prometheus ${peer.version}, scrape and evaluation 1 s`,
    }
  } finally {
    await peer?.stop()
    receiver.close()
    await bench.stop()
  }
}
