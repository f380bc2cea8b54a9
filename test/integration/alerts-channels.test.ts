import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Outgoing } from '@guanlan/server/notify/channel'
import { dingtalk } from '@guanlan/server/notify/dingtalk'
import { email } from '@guanlan/server/notify/email'
import { feishu } from '@guanlan/server/notify/feishu'
import { createAddressGuard, createPost } from '@guanlan/server/notify/post'
import { render, type Rendered } from '@guanlan/server/notify/render'
import { webhook } from '@guanlan/server/notify/webhook'
import { wecom } from '@guanlan/server/notify/wecom'

interface Heard {
  url: string
  headers: IncomingHttpHeaders
  body: string
}
let receiver: Server
let base = ''
let heard: Heard[] = []
let reply: { status: number; headers?: Record<string, string>; body?: string; hang?: boolean } = {
  status: 200,
}

const NOW = Date.now()
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const options = { allowPrivate: ['127.0.0.0/8'], timeoutMs: 60_000, now: () => NOW }
const post = createPost(options)
const message: Outgoing = {
  id: 'a-1:0:page:0:duty:webhook',
  kind: 'page',
  level: 'red',
  title: '红色预警 · 诈骗 · 汀东区',
  lines: ['群: 望溪里业主群'],
  link: 'https://guanlan.example/a/a-1?k=x',
  alertIds: ['a-1'],
  at: NOW,
}
const to = (path: string, secret = '') => ({ accountId: 'duty', address: `${base}${path}`, secret })

beforeAll(async () => {
  receiver = createServer((req, res) => {
    const parts: Buffer[] = []
    req.on('data', (part: Buffer) => parts.push(part))
    req.on('end', () => {
      heard.push({ url: req.url ?? '', headers: req.headers, body: Buffer.concat(parts).toString('utf8') })
      if (reply.hang === true) return
      res.writeHead(reply.status, reply.headers)
      res.end(reply.body ?? '')
    })
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
})
afterAll(() => {
  receiver.closeAllConnections()
  receiver.close()
})
beforeEach(() => {
  heard = []
  reply = { status: 200 }
})

it('signs webhooks so that the reference library takes them, with one id on every attempt', async () => {
  const channel = webhook(post, () => NOW)
  for (let i = 0; i < 2; i++) expect((await channel.send(message, to('/hook', SECRET))).status).toBe(200)
  for (const { body, headers } of heard) {
    expect(headers['webhook-id']).toBe(message.id)
    expect(new Webhook(SECRET).verify(body, headers as Record<string, string>)).toMatchObject({
      type: 'alert.page',
    })
  }
  const [{ body, headers } = { body: '', headers: {} }] = heard
  expect(() => new Webhook(SECRET).verify(`${body} `, headers as Record<string, string>)).toThrow()
})

it('tells what a receiver answered: 410, 429 with its wait, 500, a redirect that is not followed, silence', async () => {
  const channel = webhook(post, () => NOW)
  const send = () => channel.send(message, to('/hook', SECRET))
  reply = { status: 410 }
  expect(await send()).toEqual({ status: 410, retryAfterMs: null })
  reply = { status: 429, headers: { 'retry-after': '17' } }
  expect(await send()).toEqual({ status: 429, retryAfterMs: 17_000 })
  reply = { status: 500 }
  expect((await send()).status).toBe(500)
  heard = []
  reply = { status: 302, headers: { location: `${base}/elsewhere` } }
  expect((await send()).status).toBe(302)
  expect(heard.map(({ url }) => url)).toEqual(['/hook'])
  reply = { status: 200, hang: true }
  const hurried = webhook(createPost({ ...options, timeoutMs: 200 }), () => NOW)
  expect((await hurried.send(message, to('/hook', SECRET))).status).toBeNull()
})

it('reaches no private address unless it is allowed, by whatever name', async () => {
  const strict = createPost({ ...options, allowPrivate: [] })
  const rebound = createPost({
    ...{ ...options, allowPrivate: [] },
    resolve: async () => [
      { address: '93.184.215.14', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ],
  })
  const port = new URL(base).port
  for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '0x7f.1'])
    expect((await strict(`http://${host}:${port}/x`, '{}')).status).toBeNull()
  expect((await rebound(`http://public.example:${port}/x`, '{}')).status).toBeNull()
  expect(heard).toEqual([])
  const guard = createAddressGuard(['10.1.0.0/16'])
  for (const address of ['10.1.2.3', '8.8.8.8', '2606:4700::1']) expect(guard(address)).toBe(true)
  for (const address of ['10.2.0.1', '169.254.169.254', '::1', 'fd00::1', '100.64.0.1', 'x'])
    expect(guard(address)).toBe(false)
})

it('signs and sizes robots as their documentation asks, and reads their answers', async () => {
  reply = { status: 200, body: '{"errcode":0}' }
  expect(
    (await dingtalk(post, () => NOW).send(message, to('/robot/send?access_token=t', 'SEC1'))).status,
  ).toBe(200)
  const signed = new URL(heard[0]?.url ?? '', base).searchParams
  const expected = createHmac('sha256', 'SEC1').update(`${NOW}\nSEC1`).digest('base64')
  expect([signed.get('timestamp'), signed.get('sign')]).toEqual([String(NOW), expected])

  reply = { status: 200, body: '{"code":0}' }
  expect((await feishu(post, () => NOW).send(message, to('/open-apis/bot/v2/hook/abc', 'SEC2'))).status).toBe(
    200,
  )
  const sent = JSON.parse(heard[1]?.body ?? '{}') as { timestamp: string; sign: string }
  expect(sent.sign).toBe(createHmac('sha256', `${sent.timestamp}\nSEC2`).digest('base64'))

  reply = { status: 200, body: '{"errcode":45009}' }
  const long = { ...message, lines: Array.from({ length: 400 }, (_, i) => `第${i}条预警，内容很长很长`) }
  expect(await wecom(post).send(long, to('/cgi-bin/webhook/send?key=k'))).toEqual({
    status: 429,
    retryAfterMs: 60_000,
  })
  const { text } = JSON.parse(heard[2]?.body ?? '{}') as { text: { content: string } }
  expect(Buffer.byteLength(text.content)).toBeLessThanOrEqual(2048)
  expect(text.content.endsWith(message.link)).toBe(true)
})

it('lets level, rule, top-level unit and link leave, and nothing else', () => {
  const one: Rendered = {
    ...{
      id: 'n',
      alertId: 'a-1',
      kind: 'page',
      level: 'orange',
      at: NOW,
      ruleName: '诈骗信息',
      origin: 'rule',
    },
    ...{ unitName: '望潮街道', topUnitName: '汀东区', groupName: '望溪里业主群', categoryName: '诈骗' },
    ...{ step: 0, lastResort: false, drill: false, link: 'https://guanlan.example/a/a-1', code: null },
  }
  const outside = JSON.stringify(render([one], 'zh-CN', true))
  for (const secret of ['望潮街道', '望溪里业主群', '类别']) expect(outside).not.toContain(secret)
  expect(outside).toContain('汀东区')
  expect(JSON.stringify(render([one], 'zh-CN', false))).toContain('望溪里业主群')
  expect(render([one, { ...one, level: 'red' }], 'zh-CN', true)).toMatchObject({
    level: 'red',
    title: '2 条预警',
  })
})

it('delivers e-mail over SMTP and knows a mailbox that is gone from a server that is busy', async () => {
  const mails: string[] = []
  let refuse: number | null = null
  const smtp = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo: (_address, _session, done) =>
      done(refuse === null ? null : Object.assign(new Error('no'), { responseCode: refuse })),
    onData: (stream, _session, done) => {
      let text = ''
      stream.on('data', (part: Buffer) => (text += part.toString('utf8')))
      stream.on('end', () => (mails.push(text), done()))
    },
  })
  const listener = smtp.listen(0, '127.0.0.1')
  await new Promise((resolve) => listener.once('listening', resolve))
  const { port } = listener.address() as AddressInfo
  const channel = email({
    smtpUrl: `smtp://127.0.0.1:${port}`,
    from: 'guanlan@demo.example',
    timeoutMs: 60_000,
  })
  const target = { accountId: 'duty', address: 'duty@demo.example', secret: '' }
  expect((await channel.send(message, target)).status).toBe(200)
  expect((await channel.send(message, target)).status).toBe(200)
  const ids = mails.map((text) => /Message-ID: (.*)/i.exec(text)?.[1])
  expect(ids[0]).toBeDefined()
  expect(ids[0]).toBe(ids[1])
  refuse = 550
  expect((await channel.send(message, target)).status).toBe(410)
  refuse = 451
  expect((await channel.send(message, target)).status).toBe(503)
  channel.close()
  await new Promise<void>((resolve) => smtp.close(() => resolve()))
  expect((await channel.send(message, target)).status).toBeNull()
})
