import type { PanelData, PanelName } from '@guanlan/contract/panels'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { spawnCli, type CliProcess } from '../helpers/cli.ts'
import { message, post, registerGroups } from '../helpers/events.ts'
import { freePort, startServer, type TestServer } from '../helpers/server.ts'
import {
  connectLive,
  createMovingClock,
  pastWednesday,
  signIn,
  STORY_GROUPS,
  subscribe,
} from '../helpers/story.ts'
import { tempDir } from '../helpers/workspace.ts'

const HOUR = 3_600_000
const MINUTE = 60_000

type Looks = <P extends PanelName>(panel: P, range?: string) => Promise<PanelData[P] | null>

/** Looks at the panels of the organisation as somebody who signed in. */
async function looksAt(url: string, email: string, password: string) {
  const server = { url } as TestServer
  const socket = await connectLive(server, await signIn(server, email, password))
  const look: Looks = async <P extends PanelName>(panel: P, range = 'day') => {
    const answer = await subscribe(socket, { panel, scope: 'org', range })
    if (!answer.ok) throw new Error(answer.code)
    return answer.snapshot.data as PanelData[P] | null
  }
  return { look, leave: () => void socket.disconnect() }
}

describe('a demo', () => {
  const temp = tempDir()
  let url = ''
  let demo: CliProcess | undefined

  /** Starts it and waits for its sign-ins. */
  async function start(): Promise<{ email: string; password: string }> {
    const port = await freePort()
    url = `http://127.0.0.1:${port}`
    const own = spawnCli(['demo', '--days', '2', '--keep', temp.path, '--port', String(port)], {})
    demo = own
    let over = false
    void own.ended.then(() => (over = true))
    // As long as the test may take: a busy machine needs minutes for a day.
    for (;;) {
      if (over) throw new Error(own.stderr().slice(-500))
      const [, email, password] = /(communications@\S+) +(\S+)/.exec(own.stdout()) ?? []
      if (email !== undefined && password !== undefined && own.stdout().includes('Ctrl+C'))
        return { email, password }
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  async function end(): Promise<void> {
    demo?.child.kill('SIGTERM')
    await demo?.ended
    demo = undefined
  }
  afterAll(async () => {
    await end()
    temp.remove()
  })

  it('opens with a day of topics, mood and risk behind it, and does not warm up', async () => {
    const { email, password } = await start()
    const now = Date.now()
    const { look, leave } = await looksAt(url, email, password)
    const topics = await look('topics')
    expect(topics?.state).toBe('ready')
    expect(topics?.rows.length).toBeGreaterThan(2)
    // Some are of hours ago and over; all of them were released within the day, and none in the future.
    expect(topics?.rows.some(({ to, status }) => now - to > 3 * HOUR && status === 'over')).toBe(true)
    for (const { firstSeen, to } of topics?.rows ?? []) {
      expect(firstSeen).toBeGreaterThan(now - 25 * HOUR)
      expect(to).toBeLessThanOrEqual(now + MINUTE)
    }
    expect(topics?.rows.every(({ people }) => people >= 5 && people % 5 === 0)).toBe(true)
    const words = await look('words')
    expect(words?.state).toBe('ready')
    expect(words?.rows.length).toBeGreaterThan(0)
    const mood = await look('sentiment')
    expect(mood?.state).toBe('ready')
    const steps = mood?.points ?? []
    expect(steps.length).toBeGreaterThan(20)
    expect(steps.at(-1)!.to - steps[0]!.from).toBeGreaterThan(18 * HOUR)
    const risk = await look('risk')
    expect(risk?.self?.spark.filter((score) => score !== null).length).toBeGreaterThan(12)
    // What is over raises nothing: an officer who comes finds what is on now.
    const open = (await look('alerts'))?.rows ?? []
    expect(open.length).toBeLessThan(10)
    leave()
    await end()
  })

  it('goes on from there when it is started again, without living through the day once more', async () => {
    const { email, password } = await start()
    expect(demo?.stdout()).not.toContain('Living through')
    const { look, leave } = await looksAt(url, email, password)
    expect((await look('topics'))?.rows.length).toBeGreaterThan(2)
    leave()
    await end()
  })
})

describe('any other start', () => {
  const clock = createMovingClock(pastWednesday())
  let server: TestServer
  let office: Awaited<ReturnType<typeof looksAt>>

  const said = (minutesAgo: number) =>
    Array.from({ length: 60 }, (_, i) => {
      const at = new Date(clock.now() - minutesAgo * MINUTE - i * 500).toISOString()
      return message({
        time: at,
        group: `g-${1 + (i % 4)}`,
        sender: `u-${i}`,
        content: { kind: 'text', text: '停水了，抢修到几点' },
        moderation: { decision: 'allowed', by: 'automated', decidedAt: at },
      })
    })
  async function wordsAfterAWhile() {
    for (let i = 0; i < 3; i++) {
      clock.advance(6 * MINUTE)
      await server.tick?.(10_000)
    }
    return (await office.look('words'))?.rows.map(({ word }) => word) ?? []
  }

  beforeAll(async () => {
    server = await startServer({ clock, env: { GUANLAN_TIMEZONE: 'Asia/Shanghai' } })
    await registerGroups(server, STORY_GROUPS)
    const [email, password] = ['office@city.example', 'correct horse battery staple']
    const grants = [{ role: 'communications', unitId: 'city' }]
    await server.admin('user.create', { email, name: 'office', grants, password })
    office = await looksAt(server.url, email, password)
  })
  afterAll(async () => {
    office?.leave()
    await server?.stop()
  })

  it('takes no word from an import, however recent', async () => {
    for (const minutesAgo of [20, 10, 2]) {
      const batch = { events: said(minutesAgo), source: 'gate' }
      expect(await server.admin('import.batch', batch)).toMatchObject({ accepted: 60 })
    }
    await server.admin('import.settle')
    expect(await wordsAfterAWhile()).toEqual([])

    const key = await server.createKey({ source: 'gate', unit: 'city' })
    expect((await post(server.url, said(0), { key })).body).toMatchObject({ accepted: 60 })
    await expect.poll(wordsAfterAWhile).toContain('停水')
  })
})
