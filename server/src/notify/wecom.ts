import type { Channel } from './channel.ts'
import { fitLines } from './channel.ts'
import type { Post } from './post.ts'
import { httpsProblem, robotAnswer } from './robot.ts'

/** Text of a group robot may have 2,048 bytes of UTF-8. */
const MOST_BYTES = 2048

/** WeCom (企业微信) group robot: the key is in its address; 20 messages a minute. */
export function wecom(post: Post): Channel {
  return {
    name: 'wecom',
    shared: true,
    perMinute: 20,
    bundle: 10,
    maxBytes: MOST_BYTES,
    problemOf: (address) => httpsProblem(address, /\/cgi-bin\/webhook\/send$/),
    async send({ title, lines, link }, { address }) {
      const content = fitLines([title, ...lines], link, MOST_BYTES)
      const answer = await post(address, JSON.stringify({ msgtype: 'text', text: { content } }))
      return robotAnswer(answer, (body) => body.errcode, [45009])
    },
  }
}
