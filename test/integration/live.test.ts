import type { Heartbeat, Snapshot, SubscribeAnswer } from '@guanlan/contract/live'
import { PANEL_NAMES, type PanelName } from '@guanlan/contract/panels'
import type { Socket } from 'socket.io-client'
import { describe, expect, it } from 'vitest'
import { connect, next, settled, snapshotOf, start, subscribe } from '../helpers/live.ts'

describe('who may come in and watch', () => {
  it('takes a session cookie or a display token and nothing else', async () => {
    const setting = await start()
    setting.sessions.set('token=wall-1', ['org'])
    await connect(setting)
    await connect(setting, { token: 'wall-1' })
    await expect(connect(setting, {})).rejects.toThrow('unauthenticated')
    await expect(connect(setting, { cookie: 'sid=other' })).rejects.toThrow('unauthenticated')
    await expect(connect(setting, { token: 'wall-2' })).rejects.toThrow('unauthenticated')
  })

  it('refuses a socket that a page of another site opens', async () => {
    const setting = await start()
    await expect(
      connect(setting, { cookie: 'sid=chief', origin: 'https://elsewhere.example' }),
    ).rejects.toThrow()
    await connect(setting, { cookie: 'sid=chief', origin: setting.url })
  })

  it('answers each wrong subscription with its code', async () => {
    const setting = await start()
    const lead = await connect(setting, { cookie: 'sid=lead' })
    const chief = await connect(setting)
    const code = async (socket: Socket, input: unknown) => {
      const answer = await subscribe(socket, input)
      return answer.ok ? 'ok' : answer.code
    }
    expect(await code(lead, { panel: 'trend', scope: 'unit:u1' })).toBe('ok')
    expect(await code(lead, { panel: 'trend', scope: 'unit:u2' })).toBe('forbidden')
    expect(await code(lead, { panel: 'trend', scope: 'unit:u9' })).toBe('forbidden')
    expect(await code(chief, { panel: 'trend', scope: 'unit:u9' })).toBe('unknown_scope')
    for (const wrong of [
      undefined,
      null,
      7,
      {},
      { panel: 'nothing', scope: 'org' },
      { panel: 'trend', scope: 'unit:' },
      { panel: 'trend', scope: 'org', word: 'x' },
    ]) {
      expect(await code(chief, wrong)).toBe('invalid')
    }
  })

  it('caps what one socket watches', async () => {
    const setting = await start()
    const chief = await connect(setting)
    const codes: string[] = []
    for (const scope of ['org', 'unit:u1', 'unit:u2', 'group:g1']) {
      for (const panel of PANEL_NAMES) {
        const answer = await subscribe(chief, { panel, scope })
        codes.push(answer.ok ? 'ok' : answer.code)
      }
    }
    expect(codes.filter((code) => code === 'ok')).toHaveLength(32)
    expect(codes.at(-1)).toBe('too_many')
  })

  it('lets go of a socket whose session ended or whose role no longer opens what it watches', async () => {
    const setting = await start()
    const lead = await connect(setting, { cookie: 'sid=lead' })
    const chief = await connect(setting)
    await subscribe(lead, { panel: 'trend', scope: 'unit:u1' })
    await subscribe(chief, { panel: 'trend', scope: 'org' })
    await setting.live.recheck()
    expect([lead.connected, chief.connected]).toEqual([true, true])
    setting.sessions.set('sid=lead', ['unit:u2'])
    const ended = next<{ code: string }>(lead, 'ended')
    const gone = next(lead, 'disconnect')
    await setting.live.recheck()
    expect(await ended).toEqual({ code: 'session_ended' })
    await gone
    expect(chief.connected).toBe(true)
    setting.sessions.delete('sid=chief')
    const chiefEnded = next(chief, 'ended')
    await setting.live.recheck()
    await chiefEnded
  })
})

describe('snapshots', () => {
  it('reads one distinct query once a tick however many screens watch', async () => {
    const setting = await start(async () => ({ value: setting.clock.ms }))
    const sockets = await Promise.all(Array.from({ length: 12 }, () => connect(setting)))
    for (const socket of sockets) await subscribe(socket, { panel: 'trend', scope: 'org' })
    for (const range of ['hour', 'day', 'week'])
      await subscribe(sockets[0] as Socket, { panel: 'pulse', scope: 'org', range })
    expect(setting.reads).toEqual(['trend org day', 'pulse org hour'])
    setting.reads.length = 0
    const arrivals = sockets.map((socket) => next<Snapshot>(socket, 'snapshot'))
    setting.clock.ms += 1000
    await Promise.all([setting.live.tick(), setting.live.tick()])
    await Promise.all(arrivals)
    expect(setting.reads.sort()).toEqual(['pulse org hour', 'trend org day'])
  })

  it('reads after what was accepted has landed, or when that takes too long', async () => {
    const setting = await start(async () => ({ value: setting.clock.ms }))
    const socket = await connect(setting)
    await subscribe(socket, { panel: 'trend', scope: 'org' })
    setting.reads.length = 0
    let arrive: () => void = () => undefined
    setting.landing.land = () => new Promise((resolve) => (arrive = resolve))
    setting.clock.ms += 1000
    const tick = setting.live.tick()
    await settled(socket)
    expect(setting.reads).toEqual([])
    arrive()
    await tick
    expect(setting.reads).toEqual(['trend org day'])
    setting.landing.land = () => new Promise(() => undefined)
    setting.clock.ms += 1000
    await setting.live.tick()
    expect(setting.reads).toHaveLength(2)
  })

  it('sends nothing when nothing changed and a growing version when something did', async () => {
    let value = 1
    const setting = await start(async () => ({ value }))
    const socket = await connect(setting)
    const seen: Snapshot[] = []
    socket.on('snapshot', (snapshot: Snapshot) => seen.push(snapshot))
    const first = snapshotOf(await subscribe(socket, { panel: 'trend', scope: 'org' }))
    for (let second = 0; second < 3; second++) {
      setting.clock.ms += 1000
      await setting.live.tick()
    }
    await settled(socket)
    expect(seen).toEqual([])
    value = 2
    setting.clock.ms += 1000
    await setting.live.tick()
    await settled(socket)
    expect(seen).toMatchObject([
      {
        panel: 'trend',
        scope: 'org',
        range: 'day',
        status: 'ok',
        data: { value: 2 },
        asOf: setting.clock.ms,
      },
    ])
    expect(seen[0]?.version).toBeGreaterThan(first.version)
  })

  it('reads a group once a minute, at the minute', async () => {
    const times: number[] = []
    const setting = await start(async ({ now }) => {
      times.push(now)
      return { value: now }
    })
    setting.clock.ms = Math.floor(setting.clock.ms / 60_000) * 60_000 + 17_300
    const socket = await connect(setting)
    await subscribe(socket, { panel: 'trend', scope: 'group:g1' })
    for (let second = 0; second < 60; second++) {
      setting.clock.ms += 1000
      await setting.live.tick()
      await subscribe(socket, { panel: 'trend', scope: 'group:g1' })
    }
    expect(times).toHaveLength(2)
    expect(times.map((time) => time % 60_000)).toEqual([0, 0])
  })

  it('says so when the floors hide a scope', async () => {
    const setting = await start(async () => null)
    const snapshot = snapshotOf(await subscribe(await connect(setting), { panel: 'trend', scope: 'unit:u1' }))
    expect(snapshot).toMatchObject({ status: 'too_few', data: null })
  })

  it('keeps the last figures and says they could not be read, then recovers by itself', async () => {
    const setting = await start(async () => ({ value: 1 }))
    const socket = await connect(setting)
    const good = snapshotOf(await subscribe(socket, { panel: 'trend', scope: 'org' }))
    setting.reader.read = async () => {
      throw new Error('no engine')
    }
    setting.clock.ms += 1000
    const failed = next<Snapshot>(socket, 'snapshot')
    await setting.live.tick()
    expect(await failed).toMatchObject({ status: 'unavailable', data: { value: 1 }, asOf: good.asOf })
    setting.reader.read = async () => ({ value: 1 })
    setting.clock.ms += 1000
    const again = next<Snapshot>(socket, 'snapshot')
    await setting.live.tick()
    expect(await again).toMatchObject({ status: 'ok', data: { value: 1 } })
  })

  it('never runs a slow read twice at the same time', async () => {
    let release = (): void => undefined
    const setting = await start(() => new Promise((resolve) => (release = () => resolve({ value: 1 }))))
    const sockets = await Promise.all([connect(setting), connect(setting)])
    const answers: Promise<SubscribeAnswer>[] = []
    for (const socket of sockets) {
      answers.push(subscribe(socket, { panel: 'trend', scope: 'org' }))
      await settled(socket)
      setting.clock.ms += 5000
    }
    expect(setting.reads).toHaveLength(1)
    release()
    for (const answer of answers) expect(snapshotOf(await answer).status).toBe('ok')
    expect(setting.reads).toHaveLength(1)
  })

  it('is current at once after a reconnect, with a version that does not fall', async () => {
    let value = 1
    const setting = await start(async () => ({ value }))
    const socket = await connect(setting)
    const first = snapshotOf(await subscribe(socket, { panel: 'trend', scope: 'org' }))
    socket.disconnect()
    value = 2
    setting.clock.ms += 30_000
    const back = await connect(setting)
    const second = snapshotOf(await subscribe(back, { panel: 'trend', scope: 'org' }))
    expect(second).toMatchObject({ data: { value: 2 }, asOf: setting.clock.ms })
    expect(second.version).toBeGreaterThan(first.version)
  })

  it('stops sending what is unsubscribed', async () => {
    const setting = await start(async () => ({ value: setting.clock.ms }))
    const socket = await connect(setting)
    const seen: Snapshot[] = []
    socket.on('snapshot', (snapshot: Snapshot) => seen.push(snapshot))
    await subscribe(socket, { panel: 'trend', scope: 'org' })
    await socket.timeout(60_000).emitWithAck('unsubscribe', { panel: 'trend', scope: 'org' })
    setting.clock.ms += 1000
    await setting.live.tick()
    await settled(socket)
    expect(seen).toEqual([])
    expect(setting.live.figures.panels).toBe(0)
  })

  it('works over long polling too', async () => {
    const setting = await start(async () => ({ value: setting.clock.ms }))
    const socket = await connect(setting, { cookie: 'sid=chief', transports: ['polling'] })
    await subscribe(socket, { panel: 'trend', scope: 'org' })
    const arrival = next<Snapshot>(socket, 'snapshot')
    setting.clock.ms += 1000
    await setting.live.tick()
    expect(await arrival).toMatchObject({ asOf: setting.clock.ms })
  })
})

describe('a client that does not keep up', () => {
  it('skips to the newest snapshot and holds nothing up', async () => {
    const filler = 'x'.repeat(2_000_000)
    let value = 0
    const setting = await start(async () => ({ value, filler }))
    const slow = await connect(setting)
    const quick = await connect(setting)
    const seen: number[] = []
    slow.on('snapshot', (snapshot: Snapshot) =>
      seen.push((snapshot.data as unknown as { value: number }).value),
    )
    await subscribe(slow, { panel: 'trend', scope: 'org' })
    await subscribe(quick, { panel: 'trend', scope: 'org' })
    const stream = rawStream(slow)
    stream.pause()
    for (value = 1; value <= 30; value++) {
      setting.clock.ms += 1000
      const arrival = next<Snapshot>(quick, 'snapshot')
      await setting.live.tick()
      await arrival
    }
    expect(setting.live.figures.slow).toBe(1)
    stream.resume()
    await until(() => {
      setting.live.flush()
      return seen.at(-1) === 30
    })
    expect(seen.length).toBeLessThan(15)
    expect(setting.live.figures.slow).toBe(0)
  })
})

describe('heartbeat and end', () => {
  it('beats with the clock of the server and no count', async () => {
    const setting = await start()
    const socket = await connect(setting)
    const beat = next<Heartbeat>(socket, 'heartbeat')
    setting.live.beat()
    expect(await beat).toEqual({ at: setting.clock.ms })
  })

  it('beats and ticks by itself once started', async () => {
    const setting = await start(async () => ({ value: setting.clock.ms }))
    const socket = await connect(setting)
    await subscribe(socket, { panel: 'trend' satisfies PanelName, scope: 'org' })
    setting.clock.ms += 1000
    const both = Promise.all([next(socket, 'heartbeat'), next(socket, 'snapshot')])
    setting.live.start()
    await both
  })

  it('tells screens that it is shutting down', async () => {
    const setting = await start()
    const socket = await connect(setting)
    const ended = next(socket, 'ended')
    await setting.live.stop()
    expect(await ended).toEqual({ code: 'shutting_down' })
  })
})

/** Polls a condition that other events bring about; the test's own time limit is the end of patience. */
async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 10))
}

/** The TCP stream below a client, so that a test can stop reading from it. */
function rawStream(socket: Socket): { pause(): void; resume(): void } {
  const transport = socket.io.engine.transport as unknown as { ws: { pause(): void; resume(): void } }
  return transport.ws
}
