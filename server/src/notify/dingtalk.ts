import { createHmac } from 'node:crypto'
import type { Channel } from './channel.ts'
import { fitLines } from './channel.ts'
import type { Post } from './post.ts'
import { httpsProblem, robotAnswer } from './robot.ts'

const MOST_BYTES = 15_000

/** Base64 of HMAC-SHA256(secret, "timestamp\nsecret"), as the robot's documentation asks. */
export function dingtalkSign(timestamp: number, secret: string): string {
  return createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64')
}

/** DingTalk (钉钉) group robot with a signature in the address; 20 messages a minute. */
export function dingtalk(post: Post, now: () => number): Channel {
  return {
    name: 'dingtalk',
    shared: true,
    perMinute: 20,
    bundle: 10,
    maxBytes: MOST_BYTES,
    problemOf: (address) => httpsProblem(address, /\/robot\/send$/),
    async send({ title, lines, link }, { address, secret }) {
      const url = new URL(address)
      if (secret !== '') {
        const timestamp = now()
        url.searchParams.set('timestamp', String(timestamp))
        url.searchParams.set('sign', dingtalkSign(timestamp, secret))
      }
      const content = fitLines([title, ...lines], link, MOST_BYTES)
      const answer = await post(url.href, JSON.stringify({ msgtype: 'text', text: { content } }))
      return robotAnswer(answer, (body) => body.errcode, [130101, 130102])
    },
  }
}
