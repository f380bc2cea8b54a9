/**
 * The real product under attack: posts go to the ingest API, attackers read the live panels over a socket and try the HTTP
 * API. Time is compressed: the server's clock is the bench's own, and its timers are called by the bench.
 */
import { createAnalyser, type Analyser } from '@guanlan/analytics/text/analyser'
import { loadAnalyserResources } from '@guanlan/analytics/text/resources'
import type { ReleasedCell } from '@guanlan/analytics/privacy/released-cell'
import type { Topics, Words } from '@guanlan/contract/panels'
import type { Socket } from 'socket.io-client'
import { message, post, registerGroups } from '../helpers/events.ts'
import { systemRandom } from '@guanlan/server/lib/random'
import { startServer, type TestServer } from '../helpers/server.ts'
import { call, connectLive, signIn, subscribe } from '../helpers/story.ts'
import { EVERYDAY_WORDS, keyOf, RARE_WORDS } from './differencing-world.ts'

export interface ServerPost {
  at: number
  person: number
  /** 1..4 and a group of that unit */
  unit: number
  group: number
  words: number[]
}

export interface ServerTarget {
  /** Posts in time order; gives what the panels showed meanwhile. Never asked about a time before. */
  attack(posts: readonly ServerPost[], until: number): Promise<ReleasedCell[]>
  /** Which of a message's words the product hears: the name filter passes over a few in some company. */
  heard(words: readonly number[]): number[]
  /** Cells of topics at unit scope that show more than one dimension. */
  intersections(): Promise<number>
  /** Inputs that took a word or a topic's name. */
  oracles(): Promise<number>
  stop(): Promise<void>
}

const MINUTE = 60_000
const SCOPES = ['org', 'unit:u1', 'unit:u2', 'unit:u3', 'unit:u4'] as const
const NAMES = ['scope', 'part1', 'part2', 'part3', 'part4'] as const
const PASSWORD = 'correct horse battery staple'

/** Dictionary words that the product takes for exactly themselves, by number. */
function dictionary(): { words: string[]; analyser: Analyser } {
  const resources = loadAnalyserResources()
  const analyser = createAnalyser(resources)
  const words: string[] = []
  for (const line of resources.dictionary.split('\n')) {
    const [word = '', frequency = '0', tag = ''] = line.split(' ')
    if (!/^(n|v|vn)$/.test(tag) || Number(frequency) < 20 || !/^\p{Script=Han}{2,3}$/u.test(word)) continue
    const { terms, count } = analyser.analyse(`${word}。`)
    if (count === 1 && analyser.vocabulary.word(terms[0]!) === word) words.push(word)
    if (words.length === EVERYDAY_WORDS + RARE_WORDS) break
  }
  if (words.length < EVERYDAY_WORDS + RARE_WORDS) throw new Error(`only ${words.length} words`)
  return { words, analyser }
}

/** Catches the timers of the server while it starts, so that compressed time can call them. */
async function withTimers<T>(work: () => Promise<T>): Promise<{ result: T; tick: () => void }> {
  const caught: (() => void)[] = []
  const original = globalThis.setInterval
  const catching = (run: () => void, ms?: number) => {
    if (ms !== undefined && ms >= 1000 && ms <= 5000) caught.push(run)
    return original(run, ms)
  }
  globalThis.setInterval = catching as typeof setInterval
  try {
    return { result: await work(), tick: () => caught.forEach((run) => run()) }
  } finally {
    globalThis.setInterval = original
  }
}

export async function serverTarget(start: number): Promise<ServerTarget> {
  let now = start
  const clock = { now: () => now }
  const { words, analyser } = dictionary()
  const numbers = new Map(words.map((word, i) => [word, i]))
  const { result: server, tick } = await withTimers(() =>
    startServer({ clock, random: systemRandom, env: { GUANLAN_API_PER_MINUTE: '1000000' } }),
  )
  const { key, cookie } = await prepare(server)
  const socket = await connectLive(server, cookie)
  const seen = new Map<string, number>()

  async function panel<T>(name: string, scope: string): Promise<T | null> {
    // Each look is a second later: a panel gives what it last read for as long.
    now += 1000
    const answer = await subscribe(socket, { panel: name, scope })
    if (!answer.ok) throw new Error(`${name} ${scope}: ${answer.code}`)
    return answer.snapshot.data as T | null
  }

  async function read(into: ReleasedCell[]): Promise<boolean> {
    tick()
    let fresh = false
    for (const [i, scope] of SCOPES.entries()) {
      const data = await panel<Words>('words', scope)
      if (data === null || data.releasedAt === null || seen.get(scope) === data.releasedAt) {
        // A part closes only together with the whole.
        if (i === 0) return false
        continue
      }
      seen.set(scope, data.releasedAt)
      fresh = true
      for (const row of data.rows) into.push(cellOf(NAMES[i]!, data, row, numbers))
    }
    return fresh
  }

  return {
    async attack(posts, until) {
      const cells: ReleasedCell[] = []
      for (let i = 0; i < posts.length;) {
        const batch = [posts[i++]!]
        const end = batch[0]!.at + MINUTE
        while (i < posts.length && posts[i]!.at < end && batch.length < 2000) batch.push(posts[i++]!)
        now = Math.max(now + 1, batch.at(-1)!.at)
        await send(server, key, batch, words, now)
        // Windows go by the moment of acceptance, and so do the attackers.
        for (const each of batch) each.at = now
        if (await read(cells)) await settle()
      }
      now = Math.max(now, until)
      await read(cells)
      return cells
    },
    heard(said) {
      const { terms, count } = analyser.analyse(textOf(said, words))
      const numbersOf = Array.from(terms.subarray(0, count), (term) =>
        numbers.get(analyser.vocabulary.word(term)),
      )
      return numbersOf.filter((number) => number !== undefined)
    },
    async intersections() {
      let leaks = 0
      for (const scope of SCOPES.slice(1)) {
        for (const row of (await panel<Topics>('topics', scope))?.rows ?? [])
          if (row.sentiment !== null || row.harm.length > 0) leaks++
        const timeline = await call(server, cookie, 'GET', `/api/v1/topic-timeline?scope=${scope}`)
        if (/sentiment|harm/.test(JSON.stringify(timeline.body))) leaks++
      }
      return leaks
    },
    oracles: () => askForWords(server, socket, cookie, words[5]!),
    async stop() {
      socket.disconnect()
      await server.stop()
    },
  }
}

/** Lets the cells be written, so that the next tick is not passed over. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 15))

async function prepare(server: TestServer): Promise<{ key: string; cookie: string }> {
  const groups = [1, 2, 3, 4].flatMap((unit) =>
    [0, 1, 2].map((n) => ({ id: `g-${unit * 10 + n}`, unit: `u${unit}` })),
  )
  await registerGroups(server, groups, [
    ['city', ''],
    ...[1, 2, 3, 4].map((n): [string, string] => [`u${n}`, 'city']),
  ])
  const email = 'observer@city.example'
  const grants = [{ role: 'communications', unitId: 'city' }]
  await server.admin('user.create', { email, name: 'observer', grants, password: PASSWORD })
  const key = await server.createKey({ source: 'gate', unit: 'city' })
  return { key, cookie: await signIn(server, email, PASSWORD) }
}

const textOf = (said: readonly number[], words: readonly string[]): string =>
  said.map((word) => words[keyOf(word)]).join('。')

async function send(
  server: TestServer,
  key: string,
  batch: readonly ServerPost[],
  words: readonly string[],
  now: number,
): Promise<void> {
  const events = batch.map((each) => {
    const time = new Date(Math.min(each.at, now)).toISOString()
    return message({
      time,
      group: `g-${each.group}`,
      sender: `u-${each.person}`,
      content: { kind: 'text', text: textOf(each.words, words) },
      moderation: { decision: 'allowed', by: 'automated', decidedAt: time },
    })
  })
  const { body } = await post(server.url, events, { key })
  if (body.accepted !== events.length) throw new Error(JSON.stringify(body).slice(0, 300))
}

function cellOf(
  scope: string,
  data: Words,
  row: Words['rows'][number],
  numbers: ReadonlyMap<string, number>,
): ReleasedCell {
  return {
    ...{
      scope,
      from: data.from ?? 0,
      to: data.to ?? 0,
      kind: 'term',
      key: String(numbers.get(row.word) ?? -1),
    },
    ...{
      people: row.people,
      messages: row.messages,
      groups: 2,
      units: 0,
      sentiment: null,
      harm: [],
      terms: [],
    },
  }
}

/** Tries to make the product answer about one word. Everything it takes is a leak. */
async function askForWords(
  server: TestServer,
  socket: Socket,
  cookie: string,
  word: string,
): Promise<number> {
  const spoken = encodeURIComponent(word)
  const tries: [string, string, unknown?][] = [
    ['GET', `/api/v1/topics/${spoken}`],
    ['GET', `/api/v1/topics?word=${spoken}`],
    ['GET', `/api/v1/topic-timeline?scope=org&word=${spoken}`],
    ['GET', `/api/v1/topic-timeline?scope=org&topic=${spoken}`],
    ['GET', `/api/v1/totals?unit=city&from=2026-09-07&to=2026-09-08&word=${spoken}`],
    ['GET', `/api/v1/risk/explanation?scope=topic:${spoken}`],
    ['GET', `/api/v1/risk/history?scope=org&q=${spoken}`],
    ['POST', '/api/v1/risk/marks', { subject: `topic:${word}`, neededResponse: true }],
    ['POST', `/api/v1/topics/${spoken}/answers`, { scope: 'org' }],
  ]
  let taken = 0
  for (const [method, path, body] of tries) {
    const answer = await call(server, cookie, method, path, body).catch(() => ({ status: 200 }))
    if (answer.status < 400) taken++
  }
  for (const extra of [{ word }, { topic: word }, { scope: `topic:${word}` }, { q: word }]) {
    const answer = await subscribe(socket, { panel: 'words', scope: 'org', ...extra })
    if (answer.ok) taken++
  }
  return taken
}
