import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { registerGroups } from '../helpers/events.ts'
import { startServer, type TestServer } from '../helpers/server.ts'
import {
  createMovingClock,
  createTelling,
  pastWednesday,
  STORY_GROUPS,
  type Telling,
} from '../helpers/story.ts'
import { builtWeb, openBrowser } from './helpers/browser.ts'

// A story from its first message to its end, as people see it: it becomes a topic, rises on the wall, is answered, falls.

const EMAIL = 'office@city.example'
const PASSWORD = 'correct horse battery staple'
const STORY = {
  word: '停水',
  with: ['自来水', '抢修', '供水', '水管', '物业', '小区', '洗澡', '做饭', '楼上', '师傅', '阀门', '管道'],
  every: 3,
}
const TELLS = new RegExp([STORY.word, ...STORY.with].join('|'))
const clock = createMovingClock(pastWednesday())

let server: TestServer
let told: Telling
let browser: Browser
let desk: Page
let wall: Page
const complaints: string[] = []

beforeAll(async () => {
  const env = { GUANLAN_TIMEZONE: 'Asia/Shanghai', GUANLAN_WEB_DIR: builtWeb() }
  server = await startServer({ clock, env })
  await registerGroups(server, STORY_GROUPS)
  const grants = [{ role: 'communications', unitId: 'city' }]
  await server.admin('user.create', { email: EMAIL, name: '宣传办', grants, password: PASSWORD })
  told = createTelling(server, await server.createKey({ source: 'gate', unit: 'city' }), clock)
  browser = await openBrowser()
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  desk = await context.newPage()
  await desk.goto(`${server.url}/topics?scope=org`)
  await desk.getByLabel('邮箱').fill(EMAIL)
  await desk.getByLabel('密码').fill(PASSWORD)
  await desk.getByRole('button', { name: '登录' }).click()
  await desk.getByText('正在预热').first().waitFor()
  wall = await context.newPage()
  await wall.setViewportSize({ width: 1920, height: 1080 })
  await wall.goto(`${server.url}/wall?scope=org`)
  for (const page of [desk, wall]) page.on('pageerror', (error) => void complaints.push(error.message))
})

afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

const rows = () => desk.locator('table.stacked tbody tr')
let id = ''
/** The row of the topic that is followed. */
const row = () =>
  id === ''
    ? rows().first()
    : desk.locator('table.stacked tbody tr', { has: desk.locator(`a[href*="${id}"]`) })
const score = async () => Number((await row().locator('td.level').innerText()).replace(/\D/g, ''))
/** Lets time pass until the page shows it; the screens hear of it by themselves, never by a reload. */
async function shows(look: () => Promise<boolean>, pass: () => Promise<void>): Promise<void> {
  for (let i = 0; i < 40; i++) {
    // A busy machine shows what was said a little later: time that passes meanwhile would change what there is to see.
    for (let n = 0; n < 10; n++) {
      if (await look()) return
      await desk.waitForTimeout(300)
    }
    await pass()
  }
  throw new Error(`not shown: ${(await desk.locator('main').innerText()).slice(0, 600)}`)
}

it('becomes a topic, rises on the wall, is answered, and falls', async () => {
  await told.pass(150)
  await desk.getByText('现在没有话题').first().waitFor()

  await told.pass(25, STORY)
  await shows(
    async () => (await rows().count()) > 0 && (await score()) > 0,
    () => told.pass(1, STORY),
  )
  const link = await rows().first().getByRole('link').getAttribute('href')
  id = /topics\/([0-9a-z-]+)/.exec(link ?? '')?.[1] ?? 'none'
  const first = await row().innerText()
  expect(first).toMatch(TELLS)
  expect(first).toContain('上升')
  expect(first).toContain('未答复')
  await wall.locator('.brief li').first().waitFor()
  expect(await wall.locator('.brief li').first().innerText()).toMatch(TELLS)

  clock.advance(60_000)
  const before = await score()
  await row().getByRole('link').click()
  await desk
    .getByText(/为什么是 \d+/)
    .first()
    .waitFor()
  await desk.getByLabel('对外公布的答复（可以不写）').fill('今晚八点恢复供水。')
  await desk.getByRole('button', { name: '标为已答复' }).click()
  await desk.getByText('已记下。分数会在下一次计算时反映。').waitFor()
  await desk.getByText('今晚八点恢复供水。').first().waitFor()
  expect(await desk.locator('body').innerText()).toContain('宣传办')

  await desk.getByRole('link', { name: '返回话题列表' }).click()
  await shows(
    async () => (await row().count()) > 0 && (await row().innerText()).includes('已答复'),
    () => told.pass(1),
  )
  await told.pass(50)
  await shows(
    async () => /回落|已过去/.test(await row().innerText()) && (await score()) < before,
    () => told.pass(5),
  )
  expect(complaints).toEqual([])
})
