import { Webhook } from 'standardwebhooks'
import type { Channel } from './channel.ts'
import type { Post } from './post.ts'

/** Any receiver of Standard Webhooks 1.0: signed, the same id on every attempt. */
export function webhook(post: Post, now: () => number): Channel {
  return {
    name: 'webhook',
    perMinute: 120,
    bundle: 1,
    maxBytes: 20_000,
    problemOf: (address) => {
      if (!URL.canParse(address)) return 'is not a URL'
      return ['https:', 'http:'].includes(new URL(address).protocol) ? null : 'is not an http address'
    },
    async send(message, { address, secret }) {
      const timestamp = new Date(Math.floor(now() / 1000) * 1000)
      const body = JSON.stringify({
        type: message.kind === 'report' ? 'report' : `alert.${message.kind}`,
        timestamp: new Date(message.at).toISOString(),
        data: {
          level: message.level,
          title: message.title,
          lines: message.lines,
          link: message.link,
          alerts: message.alertIds,
        },
      })
      const signature = new Webhook(secret).sign(message.id, timestamp, body)
      const answer = await post(address, body, {
        'webhook-id': message.id,
        'webhook-timestamp': String(timestamp.getTime() / 1000),
        'webhook-signature': signature,
      })
      return { status: answer.status, retryAfterMs: answer.retryAfterMs }
    },
  }
}
