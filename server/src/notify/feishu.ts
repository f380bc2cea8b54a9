import { createHmac } from 'node:crypto'
import type { Channel } from './channel.ts'
import { fitLines } from './channel.ts'
import type { Post } from './post.ts'
import { httpsProblem, robotAnswer } from './robot.ts'

/** The whole request may have 20 KB. */
const MOST_BYTES = 18_000

/** Base64 of HMAC-SHA256 with the key "timestamp\nsecret" over nothing, as the robot's documentation asks. */
export function feishuSign(timestampSeconds: number, secret: string): string {
  return createHmac('sha256', `${timestampSeconds}\n${secret}`).digest('base64')
}

/** Feishu (飞书) group robot with a signature in the body; 100 messages a minute. */
export function feishu(post: Post, now: () => number): Channel {
  return {
    name: 'feishu',
    shared: true,
    perMinute: 100,
    bundle: 10,
    maxBytes: MOST_BYTES,
    problemOf: (address) => httpsProblem(address, /\/open-apis\/bot\/v2\/hook\/[\w-]+$/),
    async send({ title, lines, link }, { address, secret }) {
      const timestamp = Math.floor(now() / 1000)
      const signed =
        secret === '' ? {} : { timestamp: String(timestamp), sign: feishuSign(timestamp, secret) }
      const text = fitLines([title, ...lines], link, MOST_BYTES)
      const answer = await post(address, JSON.stringify({ ...signed, msg_type: 'text', content: { text } }))
      return robotAnswer(answer, (body) => body.code ?? body.StatusCode, [11232, 9499])
    },
  }
}
