// Started by fanout.ts in a process of its own: many screens that watch one panel and measure how old a snapshot is on arrival.

import type { Snapshot, SubscribeAnswer } from '@guanlan/contract/live'
import { io, type Socket } from 'socket.io-client'

interface Order {
  url: string
  clients: number
  token: string
}

function open({ url, token }: Order): Promise<Socket> {
  const socket = io(`${url}/live`, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth: { token },
  })
  return new Promise((resolve, reject) => {
    socket.once('connect_error', reject)
    socket.once('connect', () => {
      socket.emit('subscribe', { panel: 'trend', scope: 'org' }, (answer: SubscribeAnswer) =>
        answer.ok ? resolve(socket) : reject(new Error(answer.code)),
      )
    })
  })
}

async function main(order: Order): Promise<void> {
  const ages: number[] = []
  let beats = 0
  let measuring = false
  const sockets: Socket[] = []
  for (let start = 0; start < order.clients; start += 50) {
    const some = Array.from({ length: Math.min(50, order.clients - start) }, () => open(order))
    sockets.push(...(await Promise.all(some)))
  }
  for (const socket of sockets) {
    socket.on('snapshot', (snapshot: Snapshot) => measuring && ages.push(Date.now() - snapshot.asOf))
    socket.on('heartbeat', () => measuring && beats++)
  }
  process.send?.({ ready: true })
  process.on('message', (word) => {
    if (word === 'measure') measuring = true
    if (word !== 'report') return
    measuring = false
    process.send?.({ ages, beats, connected: sockets.filter((socket) => socket.connected).length }, () =>
      process.exit(0),
    )
  })
}

process.once('message', (order) => {
  main(order as Order).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : 'failed')
    process.exit(1)
  })
})
