// npm run bench -- fanout: 2,000 screens in a process of their own, one snapshot of 5 KB each second through the real live server.

import { fork, type ChildProcess } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { quantile } from 'd3-array'
import { PANEL_NAMES } from '@guanlan/contract/panels'
import { systemClock } from '@guanlan/server/lib/clock'
import { silentLogger } from '@guanlan/server/lib/logger'
import { createLive } from '@guanlan/server/live/create-live'
import type { Panels } from '@guanlan/server/live/panel'

const SNAPSHOT_BYTES = 5_000

/** A panel of the wanted size whose figures change each second, like a trend. */
function changingPanels(): Panels {
  const read = async ({ now }: { now: number }) => {
    const points: number[] = []
    for (let size = 0; size < SNAPSHOT_BYTES; size += 7)
      points.push(100_000 + ((now + size * 7919) % 900_000))
    return { points }
  }
  return Object.fromEntries(
    PANEL_NAMES.map((name) => [name, { ranged: true, everySeconds: () => 1, read }]),
  ) as unknown as Panels
}

const said = <T>(child: ChildProcess) =>
  new Promise<T>((resolve, reject) => {
    child.once('message', (message) => resolve(message as T))
    child.once('exit', (code) => reject(new Error(`the clients ended with code ${code}`)))
  })

export async function run(args: string[]): Promise<object> {
  const { values } = parseArgs({
    args,
    options: { clients: { type: 'string', default: '2000' }, seconds: { type: 'string', default: '30' } },
  })
  const clients = Number(values.clients)
  const seconds = Number(values.seconds)
  const server = createServer()
  const actor = { kind: 'display' as const, id: 'wall', name: 'wall', grants: [], locale: 'en' as const }
  let cpuBefore = process.cpuUsage()
  const live = createLive({
    httpServer: server,
    publicUrl: 'http://127.0.0.1',
    maxSockets: clients + 10,
    panels: changingPanels(),
    identity: {
      actorFromHeaders: async () => undefined,
      actorFromDisplayToken: async (token) => (token === 'bench' ? actor : undefined),
    },
    mayOpenScope: () => true,
    scopeExists: () => true,
    clock: systemClock,
    logger: silentLogger,
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  live.start()
  const child = fork(fileURLToPath(new URL('./fanout-clients.ts', import.meta.url)), {
    execArgv: process.execArgv,
  })
  child.send({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, clients, token: 'bench' })
  await said(child)
  await pause(3_000)

  child.send('measure')
  cpuBefore = process.cpuUsage()
  const started = performance.now()
  await pause(seconds * 1000)
  const elapsed = performance.now() - started
  const cpu = process.cpuUsage(cpuBefore)
  const slow = live.figures.slow
  child.send('report')
  const { ages, beats, connected } = await said<{ ages: number[]; beats: number; connected: number }>(child)
  await live.stop()
  server.close()
  return {
    clients,
    connected,
    seconds,
    snapshotBytes: SNAPSHOT_BYTES,
    snapshotsPerClientSecond: Number((ages.length / clients / (elapsed / 1000)).toFixed(3)),
    heartbeatsPerClientSecond: Number((beats / clients / (elapsed / 1000)).toFixed(3)),
    slow,
    p50Ms: quantile(ages, 0.5) ?? NaN,
    p99Ms: quantile(ages, 0.99) ?? NaN,
    cpuPercent: Number((((cpu.user + cpu.system) / 1000 / elapsed) * 100).toFixed(1)),
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
