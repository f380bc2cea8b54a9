import { readFile } from 'node:fs/promises'
import type { Totals } from '@guanlan/contract/endpoints/totals'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { post, registerGroups } from '../helpers/events.ts'
import { TEST_PASSWORD } from '../helpers/http-client.ts'
import { generate, recount, REPORT_GROUPS } from '../helpers/report-week.ts'
import { startServer, type TestServer } from '../helpers/server.ts'
import { createMovingClock, until } from '../helpers/story.ts'
import { builtWeb, openBrowser } from './helpers/browser.ts'
import { expectWhole } from './helpers/layout.ts'

// A week's report with a real server, from the draft to what becomes of an instruction; a flash brief from an alert.

const DAY = 86_400_000
const localDay = (ms: number) => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 10)
/** Monday of this week, local: the browser's clock is the machine's, so the week is the last one. */
const now = Date.now()
const monday = Date.parse(`${localDay(now)}T00:00:00Z`)
const thisMonday = monday - ((new Date(monday).getUTCDay() + 6) % 7) * DAY
const dayAt = (days: number) => new Date(thisMonday + days * DAY).toISOString().slice(0, 10)
const WEEK = { from: dayAt(-7), to: dayAt(-1) }
const data = generate({ from: dayAt(-14), days: 14, seed: 5, outage: [], edges: [] })
const truth = recount(data.all, WEEK, () => true)
const clock = createMovingClock(now)
let server: TestServer
let browser: Browser
const pages = new Map<string, Page>()
const complaints: string[] = []

async function signedIn(name: string): Promise<Page> {
  const context: BrowserContext = await browser.newContext({
    ...{ locale: 'zh-CN', timezoneId: 'Asia/Shanghai', acceptDownloads: true },
    viewport: { width: 1440, height: 900 },
  })
  const answer = await context.request.post(`${server.url}/api/v1/session`, {
    data: { email: `${name}@city.example`, password: TEST_PASSWORD },
  })
  expect(answer.status()).toBe(200)
  const page = await context.newPage()
  page.on('pageerror', (error) => void complaints.push(error.message))
  page.on('console', (entry) => void (entry.type() === 'error' && complaints.push(entry.text())))
  return page
}
const of = (name: string) => pages.get(name)!

beforeAll(async () => {
  server = await startServer({
    clock,
    env: { GUANLAN_WEB_DIR: builtWeb(), GUANLAN_SIGN_IN_PER_MINUTE: '1000' },
  })
  await registerGroups(server, REPORT_GROUPS)
  for (const [name, role] of [
    ['writer', 'communications'],
    ['leader', 'leader'],
  ] as const)
    await server.admin('user.create', {
      ...{ email: `${name}@city.example`, name, password: TEST_PASSWORD },
      grants: [{ role, unitId: 'city' }],
    })
  const key = await server.createKey({ source: 'gate', unit: 'city' })
  for (const sent of data.days.values()) {
    const events = sent.map(({ event }) => event)
    expect((await post(server.url, events, { key })).body.accepted).toBe(events.length)
  }
  const corrections = await post(server.url, data.corrections, { key })
  expect(corrections.body.accepted).toBe(data.corrections.length)
  browser = await openBrowser()
  for (const name of ['writer', 'leader']) pages.set(name, await signedIn(name))
  const all = recount(data.all, { from: dayAt(-14), to: WEEK.to }, () => true)
  await until(async () => {
    const address = `${server.url}/api/v1/totals?from=${dayAt(-14)}&to=${WEEK.to}`
    const totals = (await (await of('writer').request.get(address)).json()) as Totals
    return totals.accepted === all.messages ? true : undefined
  })
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

let address = ''

it('a week is drafted by one, approved and issued by another, and says what the data say', async () => {
  const writer = of('writer')
  await writer.goto(`${server.url}/reports`)
  await writer.getByText('还没有报告').waitFor()
  await writer.getByRole('button', { name: '生成草稿' }).click()
  await writer.getByText('草稿：数字可能还会变化', { exact: false }).waitFor()
  address = writer.url()
  expect(await writer.getByRole('button', { name: '批准' }).count()).toBe(0)

  const leader = of('leader')
  await leader.goto(address)
  await leader.getByRole('button', { name: '批准' }).click()
  await leader.getByRole('button', { name: '印发' }).click()
  await leader.getByRole('dialog').getByRole('button', { name: '印发' }).click()
  await leader.getByText('〕第1期', { exact: false }).first().waitFor()
  const headline = await leader.locator('#section-headline p').first().innerText()
  expect(headline).toContain(`本周共处置违规消息 ${truth.violations.toLocaleString('en-US')} 条`)
  const tiers = leader.getByRole('table', { name: '按层级的违规数' })
  for (const [name, count] of [
    ['违法信息', truth.tiers.illegal],
    ['不良信息', truth.tiers.harmful],
    ['群规', truth.tiers.conduct],
    ['合计', truth.violations],
  ] as const)
    await tiers.getByRole('row', { name: new RegExp(`^${name} ${count} `) }).waitFor()
  await expectWhole(leader, 11)
})

it('opens where a number comes from, and gives the document as PDF', async () => {
  const leader = of('leader')
  await leader.locator('#section-headline').getByRole('button', { name: '数字出处' }).first().click()
  const dialog = leader.getByRole('dialog', { name: '数字出处' })
  await dialog.getByText('violations.now', { exact: true }).waitFor()
  await dialog.getByText('counts@1').first().waitFor()
  await dialog.getByText(truth.violations.toLocaleString('en-US'), { exact: true }).first().waitFor()
  await leader.keyboard.press('Escape')
  const waits = leader.waitForEvent('download')
  await leader.getByRole('link', { name: 'PDF' }).click()
  const file = await readFile(await (await waits).path())
  expect(file.subarray(0, 5).toString()).toBe('%PDF-')
  expect(file.length).toBeGreaterThan(20_000)
})

it('an instruction is given and closed, and the author sees who has read the report', async () => {
  const leader = of('leader')
  await leader.getByRole('button', { name: '作出批示' }).click()
  await leader.getByLabel('要做什么').fill('核对诈骗处置时限')
  await leader.getByLabel('承办角色').selectOption({ label: '宣传办' })
  await leader.getByRole('button', { name: '交办' }).click()
  await leader.getByText('核对诈骗处置时限').waitFor()

  const writer = of('writer')
  await writer.goto(`${server.url}/reports/actions`)
  await writer.getByText('核对诈骗处置时限').waitFor()
  await writer.getByRole('button', { name: '办结' }).click()
  await writer.getByLabel('做了什么').fill('已核对，全部在时限内')
  await writer.getByRole('button', { name: '确认办结' }).click()
  await writer.getByText('已办结：已核对，全部在时限内').waitFor()

  await writer.goto(address)
  const circulation = writer.locator('aside section').filter({ hasText: '传阅' }).first()
  await circulation.getByText('leader').first().waitFor()
  await circulation.getByText('已阅', { exact: false }).first().waitFor()
})

it('turns pages by keyboard in a meeting, and fits a phone on one page', async () => {
  const leader = of('leader')
  await leader.setViewportSize({ width: 1920, height: 1080 })
  await leader.goto(`${address}/present`)
  await leader.getByText(/^1 \/ \d+$/).waitFor()
  await leader.keyboard.press('ArrowRight')
  await leader.getByText(/^2 \/ \d+$/).waitFor()
  await leader.getByRole('heading', { name: '要点' }).waitFor()
  await expectWhole(leader, 16)
  await leader.keyboard.press('End')
  await leader.getByText(/^(\d+) \/ \1$/).waitFor()
  await leader.keyboard.press('Home')
  await leader.getByText(/^1 \/ \d+$/).waitFor()
  await leader.keyboard.press('Escape')
  await leader.waitForURL(address)

  await leader.setViewportSize({ width: 390, height: 844 })
  await leader.goto(`${address}/brief`)
  const said = truth.violations.toLocaleString('en-US')
  await leader.getByText(`本周共处置违规消息 ${said} 条`, { exact: false }).waitFor()
  await expect.poll(() => leader.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
  await leader.setViewportSize({ width: 1440, height: 900 })
})

it('a flash brief begins on the page of an alert, and its receipt is acknowledged', async () => {
  const writer = of('writer')
  const raised = await writer.request.post(`${server.url}/api/v1/alerts`, {
    data: { unitId: 'south', groupId: null, category: 'fraud', level: 'orange', note: '多名住户受骗' },
    headers: { origin: server.url },
  })
  expect(raised.status()).toBe(201)
  const { id } = (await raised.json()) as { id: string }
  await writer.goto(`${server.url}/alerts/${id}`)
  await writer.getByRole('button', { name: '起草快报' }).click()
  await writer.waitForURL(/\/reports\/rep-/)
  await writer.getByText('发出橙色预警', { exact: false }).waitFor()
  const flash = writer.url()

  const leader = of('leader')
  await leader.goto(flash)
  await leader.getByRole('button', { name: '批准' }).click()
  await leader.getByRole('button', { name: '印发' }).click()
  await leader.getByRole('dialog').getByRole('button', { name: '印发' }).click()
  await leader.getByRole('button', { name: '确认签收' }).click()
  await writer.reload()
  await writer.locator('aside').getByText('已签收', { exact: false }).waitFor()
  expect(complaints).toEqual([])
})
