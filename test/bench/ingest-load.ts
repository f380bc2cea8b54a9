// The generator of the ingest benchmark: a process of its own that posts batches at a pace, watches 50 live sockets, and
// reports in its own clock how long an acknowledged event took to be in a total on a screen.

import { Agent, request } from 'node:http'
import { quantile } from 'd3-array'
import { io } from 'socket.io-client'
import type { Socket } from 'socket.io-client'

export interface LoadPlan {
  url: string
  key: string
  token: string
  groups: string[]
  sockets: number
  senders: number
  warmSeconds: number
  /** At full rate before anything is measured: heaps and windows reach the size they keep. */
  settleSeconds: number
  pacedSeconds: number
  eventsPerSecond: number
  unpacedSeconds: number
  batch: number
}

export interface LoadReport {
  eventsPerSecond: number
  seenMs: { p50: number; p95: number; p99: number }
  ackMs: { p50: number; p99: number }
  /** Accepted by answer over the whole run. */
  acknowledged: number
  unpacedAccepted: number
  /** From the start of the unpaced part until a screen showed its last event. */
  unpacedSeconds: number
  failures: number
  unseen: number
  pacedFrom: number
  pacedTo: number
}

const PHRASES = [
  '小区又停水了',
  '快递放在门卫室',
  '电梯今天检修',
  '请问谁有钥匙',
  '明早八点开会',
  '路口堵车',
  '物业回电话了',
  '孩子放学要接',
  '停车位不够',
]
const WORDS = [
  '通知',
  '楼下',
  '今晚',
  '老师',
  '水管',
  '缴费',
  '排队',
  '门禁',
  '快递',
  '广场',
  '医院',
  '公交',
  '维修',
  '登记',
  '家长',
  '食堂',
]

/** mulberry32 */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
const random = seeded(7)
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T

/** About 25 characters, hardly ever the same twice. */
function text(): string {
  let words = pick(PHRASES)
  while (words.length < 22) words += pick(WORDS)
  return `${words}${Math.floor(random() * 1000)}号`
}

/** Events made ahead for each second of the unpaced part; more are made as they are sent. */
const PREPARED = 80_000
const CATEGORIES = ['fraud', 'ads', 'abuse.insult', 'vulgar', 'leak.internal', 'false.unverified']
let serial = 0

function event(plan: LoadPlan, now: string): string {
  const sender = Math.floor(random() * plan.senders)
  // A person talks in a few groups: the first of them most.
  const group = plan.groups[
    (sender * 7 + (random() < 0.7 ? 0 : Math.floor(random() * 3))) % plan.groups.length
  ] as string
  const acted = random() < 0.1
  const decision = acted ? pick(['warned', 'restricted', 'removed']) : 'allowed'
  const category = acted ? `"category":"${pick(CATEGORIES)}",` : ''
  serial++
  return (
    `{"id":"b-${process.pid}-${serial}","type":"message.moderated","time":"${now}","group":"${group}","sender":"u-${sender}",` +
    `"content":{"kind":"text","text":"${text()}"},` +
    `"moderation":{"decision":"${decision}",${category}"by":"automated","decidedAt":"${now}"}}`
  )
}

function body(plan: LoadPlan): Buffer {
  const now = new Date().toISOString()
  const events: string[] = []
  for (let i = 0; i < plan.batch; i++) events.push(event(plan, now))
  return Buffer.from(`[${events.join(',')}]`)
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 })
function post(plan: LoadPlan, payload: Buffer): Promise<{ status: number; accepted: number }> {
  return new Promise((resolve, reject) => {
    const req = request(`${plan.url}/api/v1/events`, {
      ...{ method: 'POST', agent },
      headers: {
        Authorization: `Bearer ${plan.key}`,
        'Content-Type': 'application/json',
        'Content-Length': payload.length,
      },
    })
    req.on('response', (res) => {
      let answer = ''
      res.setEncoding('utf8')
      res.on('data', (chunk: string) => (answer += chunk))
      res.on('end', () =>
        resolve({
          status: res.statusCode ?? 0,
          accepted: res.statusCode === 200 ? (JSON.parse(answer) as { accepted: number }).accepted : 0,
        }),
      )
    })
    req.on('error', reject)
    req.end(payload)
  })
}

interface Screen {
  socket: Socket
  /** Growing totals and when they came. */
  seen: { at: number; total: number }[]
}

async function openScreen(plan: LoadPlan): Promise<Screen> {
  const socket = io(`${plan.url}/live`, {
    transports: ['websocket'],
    auth: { token: plan.token },
    forceNew: true,
  })
  const screen: Screen = { socket, seen: [] }
  const note = (snapshot: { data: { messagesToday?: number } | null }) => {
    const total = snapshot.data?.messagesToday ?? 0
    if (total > (screen.seen.at(-1)?.total ?? -1)) screen.seen.push({ at: performance.now(), total })
  }
  socket.on('snapshot', note)
  await new Promise<void>((resolve, reject) => {
    socket.once('connect_error', reject)
    socket.once('connect', resolve)
  })
  const answer = (await socket.emitWithAck('subscribe', { panel: 'pulse', scope: 'org' })) as {
    ok: boolean
    code?: string
    snapshot?: Parameters<typeof note>[0]
  }
  if (!answer.ok || answer.snapshot === undefined) throw new Error(`a screen was refused: ${answer.code}`)
  note(answer.snapshot)
  return screen
}

interface Ack {
  at: number
  tookMs: number
  /** Everything that had been sent by then: a total this large surely includes the batch. */
  sent: number
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const ms = (values: readonly number[], share: number) => Math.round(quantile(values, share) ?? NaN)

function createSender(plan: LoadPlan) {
  const state = { sent: 0, accepted: 0, failures: 0, underWay: 0, acks: [] as Ack[] }
  return {
    state,
    async send(payload = body(plan)): Promise<void> {
      state.underWay++
      state.sent += plan.batch
      const began = performance.now()
      const answer = await post(plan, payload).catch(() => ({ status: 0, accepted: 0 }))
      state.underWay--
      state.accepted += answer.accepted
      if (answer.status === 200)
        state.acks.push({ at: performance.now(), tookMs: performance.now() - began, sent: state.sent })
      else {
        state.failures++
        state.sent -= plan.batch
      }
    },
  }
}

async function paced(
  plan: LoadPlan,
  sender: ReturnType<typeof createSender>,
  seconds: number,
): Promise<void> {
  const began = performance.now()
  const interval = (plan.batch / plan.eventsPerSecond) * 1000
  for (let number = 0; number * interval < seconds * 1000; number++) {
    const wait = began + number * interval - performance.now()
    if (wait > 1) await sleep(wait)
    while (sender.state.underWay >= 256) await sleep(1)
    void sender.send()
  }
  while (sender.state.underWay > 0) await sleep(2)
}

async function untilShown(screens: readonly Screen[], total: number, timeoutMs: number): Promise<void> {
  const end = performance.now() + timeoutMs
  while (screens.some((screen) => (screen.seen.at(-1)?.total ?? 0) < total) && performance.now() < end)
    await sleep(20)
}

async function main(): Promise<void> {
  const plan = await new Promise<LoadPlan>((resolve) =>
    process.once('message', (message) => resolve(message as LoadPlan)),
  )
  const sender = createSender(plan)
  // Warm: people become active, groups pass their floor, code is compiled.
  await paced({ ...plan, eventsPerSecond: plan.eventsPerSecond / 4 }, sender, plan.warmSeconds)
  const screens = await Promise.all(Array.from({ length: plan.sockets }, () => openScreen(plan)))
  await untilShown(screens, sender.state.accepted, 60_000)
  if (screens.some((screen) => screen.seen.at(-1)?.total !== sender.state.accepted)) {
    throw new Error(
      `screens show ${screens[0]?.seen.at(-1)?.total} of ${sender.state.accepted} warm-up messages`,
    )
  }
  await paced(plan, sender, plan.settleSeconds)
  sender.state.acks.length = 0
  const pacedFrom = Date.now()
  const before = sender.state.accepted
  await paced(plan, sender, plan.pacedSeconds)
  const pacedTo = Date.now()
  const acceptedPaced = sender.state.accepted - before
  await untilShown(screens, sender.state.sent, 30_000)
  const acks = [...sender.state.acks]
  const seen: number[] = []
  let unseen = 0
  for (const [i, ack] of acks.entries()) {
    const screen = screens[i % screens.length] as Screen
    const shown = screen.seen.find(({ total }) => total >= ack.sent)
    if (shown === undefined) unseen++
    else seen.push(Math.max(0, shown.at - ack.at))
  }
  // Made beforehand, as the blocks for the engine's ceiling are: the generator shares the machine.
  const bodies = Array.from({ length: (plan.unpacedSeconds * PREPARED) / plan.batch }, () => body(plan))
  const beforeUnpaced = sender.state.accepted
  const began = performance.now()
  const end = began + plan.unpacedSeconds * 1000
  await Promise.all(
    Array.from({ length: 24 }, async () => {
      while (performance.now() < end) await sender.send(bodies.pop())
    }),
  )
  const unpacedAccepted = sender.state.accepted - beforeUnpaced
  await untilShown(screens, sender.state.sent, 120_000)
  const unpacedSeconds = (performance.now() - began) / 1000
  const took = acks.map((ack) => ack.tookMs)
  const report: LoadReport = {
    eventsPerSecond: Math.round((acceptedPaced / (pacedTo - pacedFrom)) * 1000),
    seenMs: { p50: ms(seen, 0.5), p95: ms(seen, 0.95), p99: ms(seen, 0.99) },
    ackMs: { p50: ms(took, 0.5), p99: ms(took, 0.99) },
    ...{
      acknowledged: sender.state.accepted,
      unpacedAccepted,
      unpacedSeconds,
      failures: sender.state.failures,
      unseen,
      pacedFrom,
      pacedTo,
    },
  }
  for (const { socket } of screens) socket.close()
  process.send?.(report, () => process.exit(0))
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})
