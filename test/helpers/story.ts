import type { SubscribeAnswer } from '@guanlan/contract/live'
import { io, type Socket } from 'socket.io-client'
import { message, post, type TestGroup } from './events.ts'
import type { TestServer } from './server.ts'

/** Everyday words that belong to no story; each person says some of them. */
const EVERYDAY = (
  '会议 通知 材料 表格 报名 培训 食堂 车位 快递 签到 值班 资料 作业 家长 老师 报告 系统 手机 天气 出差 合同 预算 图书 运动 篮球 音乐 ' +
  '周末 医院 药品 体检 口罩 电影 公园 公交 地铁 车票 水果 蔬菜 牛奶 面包 衣服 鞋子 电脑 打印 纸张 文件 邮箱 账单 工资 假期 旅游 ' +
  '项目 计划 测试 设计 客户 产品 市场 广告 价格 订单 仓库 运输 司机 路线 地图 照片 视频 直播 游戏 动物 小猫 小狗 花园 植物 阳台 窗户'
).split(' ')

export const STORY_GROUPS: TestGroup[] = [
  { id: 'g-1', unit: 'north' },
  { id: 'g-2', unit: 'north' },
  { id: 'g-3', unit: 'south' },
  { id: 'g-4', unit: 'south' },
]

const DAY_MS = 86_400_000
/** A Wednesday, ten in the morning in Asia/Shanghai. */
const WEDNESDAY = Date.UTC(2026, 0, 7, 2)

/**
 * Such a Wednesday one to two weeks ago: a story that begins there meets neither midnight nor the end of a week in its
 * first hours, whenever the tests run, and does not outlive its sessions, which end by the machine's clock.
 */
export const pastWednesday = (now = Date.now()): number =>
  WEDNESDAY + (Math.floor((now - WEDNESDAY) / (7 * DAY_MS)) - 1) * 7 * DAY_MS

/** A clock that runs and can be moved on. */
export function createMovingClock(start: number): Telling['clock'] {
  const began = Date.now()
  let offset = start - began
  return { now: () => Date.now() + offset, advance: (ms) => void (offset += ms) }
}

/** What the product repeats is repeated at least each so often; what it does once an hour or a day is not in it. */
const TICK_MS = 10_000
const TICK_MINUTES = 5

/** Nothing is late before: what is waited for comes in seconds, on a busy machine in a minute. */
const PATIENCE_MS = 120_000

/** Repeats with each run. */
export function createDraw(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 4294967296
  }
}

interface Story {
  word: string
  with: readonly string[]
  /** one in so many messages tells it */
  every: number
  /** characters before and after the word, for a word that has to be found by its neighbours */
  around?(): readonly [string, string]
  /** fields of the event that differ, of a message sent at that time */
  over?(at: string): object
}

export interface Telling {
  clock: { now(): number; advance(ms: number): void }
  server: TestServer
  key: string
  /** Lets minutes pass in which people say everyday things, and `story` if it is given, one in `every` messages. */
  pass(minutes: number, story?: Story): Promise<void>
}

function around({ word, around: neighbours }: Story): string {
  const [before, after] = neighbours?.() ?? ['', '']
  return `${before}${word}${after}`
}

export function createTelling(server: TestServer, key: string, clock: Telling['clock'], seed = 7): Telling {
  const draw = createDraw(seed)
  const pick = <T>(list: readonly T[]) => list[Math.floor(draw() * list.length)]!
  let serial = 0
  return {
    ...{ clock, server, key },
    async pass(minutes, story) {
      for (let minute = 0; minute < minutes; minute++) {
        clock.advance(60_000)
        const at = new Date(clock.now() - 500).toISOString()
        const batch = Array.from({ length: 8 }, () => {
          serial++
          const told = story !== undefined && serial % story.every === 0
          const person = Math.floor(draw() * 80)
          const everyday = () => pick(EVERYDAY)
          const own = told
            ? [around(story), pick(story.with), everyday(), pick(story.with)]
            : [everyday(), everyday(), everyday()]
          const text = own.join(pick(['，', '了，', '吗？', '。还有', '的']))
          return message({
            time: at,
            group: `g-${1 + (person % 4)}`,
            sender: `u-${person}`,
            content: { kind: 'text', text },
            moderation: { decision: 'allowed', by: 'automated', decidedAt: at },
            ...(told ? story.over?.(at) : {}),
          })
        })
        const answer = await post(server.url, batch, { key })
        if (answer.body.accepted !== batch.length) throw new Error(JSON.stringify(answer.body).slice(0, 300))
        // What looks at the clock has seen these minutes before the next begin.
        if ((minute + 1) % TICK_MINUTES === 0 || minute + 1 === minutes) await server.tick?.(TICK_MS)
      }
    },
  }
}

/** A signed-in browser without a page. */
export async function signIn(server: TestServer, email: string, password: string): Promise<string> {
  const answer = await fetch(`${server.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  })
  if (answer.status !== 200) throw new Error(`sign-in was answered with ${answer.status}`)
  return answer.headers
    .getSetCookie()
    .map((each) => each.split(';')[0] ?? '')
    .join('; ')
}

export async function call(server: TestServer, cookie: string, method: string, path: string, body?: unknown) {
  const answer = await fetch(`${server.url}${path}`, {
    method,
    headers: { cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  // Tests read what they expect; a wrong shape fails the expectation.
  return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, never> }
}

export async function connectLive(server: TestServer, cookie: string): Promise<Socket> {
  const socket = io(`${server.url}/live`, { transports: ['websocket'], extraHeaders: { cookie } })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('connect_error', reject)
  })
  return socket
}

export const subscribe = (socket: Socket, input: unknown): Promise<SubscribeAnswer> =>
  socket.timeout(PATIENCE_MS).emitWithAck('subscribe', input)

/** Waits until `look` gives something; the product ticks every few seconds, a busy machine far less often. */
export async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  const end = performance.now() + PATIENCE_MS
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() > end) throw new Error('what was waited for did not come')
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}
