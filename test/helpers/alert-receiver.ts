import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { SECRET } from './alert-evaluator.ts'

interface Heard {
  /** The account, as the path says it. */
  readonly account: string
  readonly id: string
  readonly alertId: string
}

/** How the receiver answers from now on. */
interface Mood {
  readonly status: number
  readonly headers?: Record<string, string>
  /** ms before the answer; Infinity: never */
  readonly after?: number
}

/** A receiver of Standard Webhooks: every body is verified with the reference library before it counts. */
export interface Receiver {
  readonly url: string
  /** Attempts in the order in which they came, whatever was answered. */
  readonly heard: Heard[]
  mood: Mood
  forget(): void
  close(): Promise<void>
  /** Down and up again on the same port. */
  down(): Promise<void>
  up(): Promise<void>
}

export async function openReceiver(): Promise<Receiver> {
  let server: Server
  let port = 0
  const receiver = { heard: [] as Heard[], mood: { status: 200 } as Mood }
  const listen = () =>
    new Promise<void>((resolve) => {
      server = createServer((req, res) => {
        const parts: Buffer[] = []
        req.on('data', (part: Buffer) => parts.push(part))
        req.on('end', () => {
          const body = Buffer.concat(parts).toString('utf8')
          let verified: { data: { alerts: string[] } }
          try {
            verified = new Webhook(SECRET).verify(
              body,
              req.headers as Record<string, string>,
            ) as typeof verified
          } catch {
            res.writeHead(400).end()
            return
          }
          receiver.heard.push({
            account: (req.url ?? '').slice(1),
            id: String(req.headers['webhook-id']),
            alertId: verified.data.alerts[0] ?? '',
          })
          const { status, headers, after = 0 } = receiver.mood
          if (after === Infinity) return
          setTimeout(() => res.writeHead(status, headers).end(), after)
        })
      })
      server.listen(port, '127.0.0.1', () => {
        port = (server.address() as AddressInfo).port
        resolve()
      })
    })
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  await listen()
  return Object.assign(receiver, {
    url: `http://127.0.0.1:${port}`,
    forget: () => void (receiver.heard = []),
    ...{ close, down: close, up: listen },
  })
}
