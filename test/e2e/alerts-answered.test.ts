import { mkdirSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { message, post, registerGroups } from '../helpers/events.ts'
import { type TestServer, startServer } from '../helpers/server.ts'
import { builtWeb, openBrowser } from './helpers/browser.ts'
import { expectWhole, expectWholeBelowThumb } from './helpers/layout.ts'

// The whole life of alerts against a real server: posted events fire them, the phone of the duty officer rings, one is
// taken by thumb and ended with an outcome, the other is ignored and walks up when the clock moves; the results count both.

const PASSWORD = 'Tide-table-2026-harbour'
const SHOTS = process.env['GUANLAN_SHOTS']
const DESK = { width: 1440, height: 900 }
const PHONE = { width: 390, height: 844 }

let ahead = 0
let server: TestServer
let key: string
let browser: Browser
let phone: Page
let desk: Page
let lead: Page
const complaints: string[] = []

const ACCOUNTS = [
  ['duty@example.org', '值班员一', 'duty', 'city'],
  ['communications@example.org', '宣传办', 'communications', 'city'],
  ['lead@example.org', '南片负责人', 'unit-lead', 'south'],
] as const

async function signedIn(email: string, viewport: typeof DESK, path: string): Promise<Page> {
  const context = await browser.newContext({ viewport, hasTouch: viewport.width < 500, locale: 'zh-CN' })
  const page = await context.newPage()
  page.on('pageerror', (error) => void complaints.push(error.message))
  // What the loudspeaker would have said: a started tone cannot be heard by a test.
  await page.addInitScript(() => {
    const start = OscillatorNode.prototype.start
    const heard = window as unknown as { tones: number }
    heard.tones = 0
    OscillatorNode.prototype.start = function (when?: number) {
      heard.tones += 1
      start.call(this, when)
    }
  })
  await page.goto(server.url + path)
  await page.getByLabel('邮箱').fill(email)
  await page.getByLabel('密码').fill(PASSWORD)
  await page.getByRole('button', { name: '登录' }).click()
  await page.locator('.alerts-page h1').waitFor()
  return page
}
const tones = (page: Page) => page.evaluate(() => (window as unknown as { tones: number }).tones)

async function shot(page: Page, name: string): Promise<void> {
  if (SHOTS === undefined) return
  mkdirSync(SHOTS, { recursive: true })
  await page.screenshot({ path: `${SHOTS}/real-${name}.png`, fullPage: true })
}

async function grave(group: string, category: string): Promise<void> {
  const time = new Date(Date.now() + ahead).toISOString()
  const moderation = { decision: 'removed', category, by: 'automated', decidedAt: time }
  const answer = await post(server.url, [message({ group, time, moderation })], { key })
  expect(answer.body.accepted).toBe(1)
}

/** One officer alone on the roster, so that it is known whose phone rings. */
async function alone(page: Page): Promise<void> {
  await page.goto(`${server.url}/alerts/rosters`)
  await page.getByRole('button', { name: '修改值班表' }).click()
  await page.getByRole('button', { name: '去掉 所有宣传办' }).click()
  await page.locator('form', { hasText: '怎么轮换' }).getByRole('button', { name: '保存' }).click()
  await page.getByText('现在值班：值班员一').waitFor()
}

beforeAll(async () => {
  server = await startServer({
    env: { GUANLAN_WEB_DIR: builtWeb() },
    clock: { now: () => Date.now() + ahead },
  })
  await registerGroups(server, [
    { id: 'g-1', unit: 'north-1' },
    { id: 'g-2', unit: 'south' },
  ])
  for (const [email, name, role, unitId] of ACCOUNTS)
    await server.admin('user.create', { email, name, grants: [{ role, unitId }], password: PASSWORD })
  key = await server.createKey({ source: 'e2e', unit: 'city' })
  browser = await openBrowser()
  desk = await signedIn('communications@example.org', DESK, '/alerts')
  await alone(desk)
  await desk.goto(`${server.url}/alerts`)
  lead = await signedIn('lead@example.org', DESK, '/alerts')
  phone = await signedIn('duty@example.org', PHONE, '/alerts')
})

afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

it('teaches what will come while nothing has happened', async () => {
  await phone.getByText('没有未结束的预警').waitFor()
  await desk.getByRole('heading', { level: 1, name: '现在没有等待接手的预警。' }).waitFor()
})

it('fires from a posted event, rings on the phone, and is taken there by one thumb', async () => {
  await phone.getByRole('button', { name: '打开提示音' }).tap()
  await phone.getByText('提示音已开').waitFor()
  const before = await tones(phone)
  await grave('g-1', 'violence.incite')
  const banner = phone.locator('.ring')
  await banner.waitFor()
  expect(await banner.innerText()).toMatch(/◆[\s\S]*橙[\s\S]*north-1[\s\S]*升级策略“标准升级”第 1 级/)
  await expect.poll(() => tones(phone)).toBeGreaterThan(before)
  // Nobody else is on duty, so nobody else is disturbed; the desk of the office shows it all the same.
  await desk.getByText('1 条预警等待接手', { exact: false }).waitFor()
  expect(await desk.locator('.ring').count()).toBe(0)
  await shot(phone, 'rings-phone')
  await shot(desk, 'open-desk')
  await expectWholeBelowThumb(phone, 16)
  await expectWhole(desk, 14)

  await phone.locator('.thumb button:enabled').tap()
  await phone.locator('li.acknowledged').waitFor()
  await desk.getByText('值班员一 在处理').waitFor()
  await phone.getByRole('button', { name: '知道了' }).tap()
  await banner.waitFor({ state: 'detached' })
})

it('walks up to the unit lead when nobody takes it, once the clock has moved', async () => {
  await grave('g-2', 'minors.abuse')
  await phone.locator('.ring').waitFor()
  await desk.locator('li.open').waitFor()
  expect(await lead.locator('.ring').count()).toBe(0)
  ahead += 10 * 60_000 + 5_000
  await lead.locator('.ring').waitFor()
  expect(await lead.locator('.ring').innerText()).toMatch(/south[\s\S]*升级策略“标准升级”第 2 级/)
  await lead.locator('.ring a').click()
  await lead.locator('.thumb, header h1').first().waitFor()
  await lead.getByText('通知第 2 级，发出 1 条').waitFor()
  await lead.getByText('通知第 1 级，发出 1 条').waitFor()
  await shot(lead, 'escalated-desk')
  await expectWhole(lead, 14)
})

it('ends with an outcome, and every step stays on its page', async () => {
  await phone.locator('li.acknowledged a').tap()
  await phone.locator('textarea').fill('已请社区核实，请拨 13800138000')
  await phone.getByRole('button', { name: '保存' }).tap()
  await phone.getByText('看起来有联系方式', { exact: false }).waitFor()
  await phone.locator('textarea').fill('已请社区核实，没有人受伤。')
  await phone.getByRole('button', { name: '保存' }).tap()
  await phone.getByText('已请社区核实，没有人受伤。').waitFor()
  await phone.getByRole('button', { name: '填写结果并结束' }).tap()
  await phone.getByLabel('已公开答复').check()
  await phone.getByRole('button', { name: '确定' }).tap()
  await phone.getByText('结束：已公开答复').first().waitFor()
  // The dialog fades; while it does, it lies over the page.
  await phone.locator('.el-overlay:visible').waitFor({ state: 'hidden' })
  const steps = await phone.locator('ol li').allInnerTexts()
  const at = ['触发，级别橙', '通知第 1 级', '接手', '写了记录', '结束：已公开答复'].map((words) =>
    steps.findIndex((step) => step.includes(words)),
  )
  // Newest first.
  expect(at.every((place) => place >= 0)).toBe(true)
  expect([...at].sort((a, b) => b - a)).toEqual(at)
  await shot(phone, 'ended-phone')
  await expectWholeBelowThumb(phone, 16)
})

it('is counted among the results: two alerts, of which two people’s times and shares are not told', async () => {
  await desk.goto(`${server.url}/alerts/measures`)
  const row = desk.locator('tbody tr', { hasText: '最严重的危害' })
  await row.waitFor()
  await shot(desk, 'results-desk')
  const [episodes, ...rest] = await row.locator('td').allInnerTexts()
  expect(episodes).toBe('2')
  expect(new Set(rest)).toEqual(new Set(['太少，不显示']))
  expect(complaints).toEqual([])
})

it('takes a rule of a chosen kind after its replay, for somebody else to approve', async () => {
  await desk.goto(`${server.url}/alerts/rules/new`)
  await desk.locator('label', { hasText: '类型' }).locator('select').selectOption('rate')
  await desk.getByLabel('名称').fill('违规占比过高')
  await desk.getByRole('button', { name: '用历史数据回放' }).click()
  await desk.getByText('只给次数，不给时间和事件。').waitFor()
  await shot(desk, 'rule-new-desk')
  await desk.getByRole('button', { name: '提交，等另一人批准' }).click()
  await desk.waitForURL(/\/alerts\/rules\/rule-[0-9a-f]{12}$/)
  await desk.getByText('您提交的修改等待批准', { exact: false }).waitFor()
  expect(await desk.getByRole('button', { name: '批准', exact: true }).count()).toBe(0)
})

it('refuses a policy that reaches nobody on two channels, and says whom', async () => {
  await desk.goto(`${server.url}/alerts/policies`)
  const panel = desk.locator('.panel', { has: desk.getByRole('heading', { name: '标准升级' }) })
  await panel.getByRole('button', { name: '修改', exact: true }).click()
  await panel.getByLabel('最后一级多久重复一次（分钟）').fill('15')
  await panel.getByRole('button', { name: '检查并保存' }).click()
  await panel.getByText('没有保存', { exact: false }).waitFor()
  expect(await panel.innerText()).toMatch(/第 1 级 · .*只有一个验证过的渠道/)
  await shot(desk, 'policy-refused-desk')
})
