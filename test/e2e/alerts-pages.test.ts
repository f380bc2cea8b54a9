import { mkdirSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type AlertsDouble, answerAlerts } from './helpers/alerts-double.ts'
import { builtWeb, openBrowser } from './helpers/browser.ts'
import { layoutFaults } from './helpers/layout.ts'
import { type LiveDouble, startDouble } from './helpers/live-double.ts'

// The alert pages against a test double: whole and readable on desk and phone, taken by key and by thumb.

let browser: Browser
let double: LiveDouble
let page: Page
let alerts: AlertsDouble
const complaints: string[] = []
/** Where pictures for people go; none are kept unless it is set. */
const SHOTS = process.env['GUANLAN_SHOTS']

beforeAll(async () => {
  double = await startDouble(builtWeb())
  browser = await openBrowser()
})
afterAll(async () => {
  await browser.close()
  await double.stop()
})

async function open(path: string, phone: boolean, language = 'zh-CN'): Promise<void> {
  complaints.length = 0
  await page?.context().close()
  const viewport = phone ? { width: 390, height: 844 } : { width: 1440, height: 900 }
  const context = await browser.newContext({ viewport, hasTouch: phone })
  page = await context.newPage()
  alerts = await answerAlerts(page)
  page.on('console', (entry) => void (entry.type() === 'error' && complaints.push(entry.text())))
  page.on('pageerror', (error) => void complaints.push(error.message))
  await page.addInitScript((code) => localStorage.setItem('guanlan.locale', code), language)
  await page.goto(double.url + path)
  await page.locator('.alerts-page .panel').first().waitFor()
  await page.waitForFunction(() => document.querySelector('.skeleton') === null)
}

async function shot(name: string): Promise<void> {
  if (SHOTS === undefined) return
  mkdirSync(SHOTS, { recursive: true })
  await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true })
}

const PAGES = ['', '/al-1', '/rules', '/rules/fraud-wave', '/rosters', '/policies', '/silences', '/measures']

it.each(PAGES)('/alerts%s is whole and readable on desk and phone', async (path) => {
  for (const [phone, minPx, language] of [
    [false, 14, 'zh-CN'],
    [true, 16, 'zh-CN'],
    [true, 16, 'en'],
  ] as const) {
    await open(`/alerts${path}`, phone, language)
    await shot(`${path.replaceAll('/', '-') || '-desk'}-${phone ? 'phone' : 'desk'}-${language}`.slice(1))
    const faults = await layoutFaults(page, minPx)
    // The thumb's bar lies over the end of a long page on purpose; the page leaves room below.
    expect(faults.filter(({ fault }) => fault !== 'overlap')).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(phone ? 390 : 1440)
    expect(complaints).toEqual([])
  }
})

it('moves with j and k, takes with a, opens with Enter', async () => {
  await open('/alerts', false)
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await page.locator('li.selected[data-id="al-1"]').waitFor()
  await page.keyboard.press('a')
  await page.locator('li.acknowledged[data-id="al-1"]').waitFor()
  expect(alerts.calls).toEqual([{ method: 'POST', path: '/api/v1/alerts/al-1/acknowledgement', body: null }])
  await page.keyboard.press('k')
  await page.locator('li.selected[data-id="al-red"]').waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/alerts\/al-red$/)
})

it('is taken by one thumb: a large button in the lower part of the phone, with what it takes written on it', async () => {
  await open('/alerts', true)
  const button = page.locator('.thumb button:enabled')
  await button.waitFor()
  const box = await button.boundingBox()
  expect(box?.height).toBeGreaterThanOrEqual(64)
  expect(box?.width).toBeGreaterThanOrEqual(300)
  expect(box?.y).toBeGreaterThan(844 * 0.75)
  expect(await button.innerText()).toMatch(/接手[\s\S]*■ 红[\s\S]*虚假险情/)
  await button.tap()
  await page.locator('li.acknowledged[data-id="al-red"]').waitFor()
  expect(alerts.calls.map((call) => call.path)).toEqual(['/api/v1/alerts/al-red/acknowledgement'])
})

it('warns before a note that looks like contact data is saved', async () => {
  await open('/alerts/al-1', false)
  await page.locator('textarea').fill('请拨打 021-5555')
  await page.getByRole('button', { name: '保存' }).click()
  await page.getByText('看起来有联系方式', { exact: false }).waitFor()
  await page.getByRole('button', { name: '照原样保存' }).click()
  await expect.poll(() => alerts.calls.length).toBe(2)
  expect(alerts.calls.map((call) => (call.body as { sure: boolean }).sure)).toEqual([false, true])
})

it('lets a rule be proposed only after a replay with the same values', async () => {
  await open('/alerts/rules/fraud-wave', false)
  const propose = page.getByRole('button', { name: '提交，等另一人批准' })
  expect(await propose.isDisabled()).toBe(true)
  await page.getByRole('button', { name: '用历史数据回放' }).click()
  await page.getByText('平均每周 3.5 次', { exact: false }).waitFor()
  await shot('backtest-desk')
  expect(await propose.isDisabled()).toBe(false)
  await page.getByLabel('橙级：从多少起').fill('30')
  expect(await propose.isDisabled()).toBe(true)
})

it('shows what a silence would have muted before it can be made', async () => {
  await open('/alerts/silences', false)
  await page.locator('select').first().selectOption('fraud')
  await page.getByText('过去 7 天会静默 6 条告警').waitFor()
  await page.getByText('其中红色 1 条', { exact: false }).waitFor()
})
