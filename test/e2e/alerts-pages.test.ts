import { mkdirSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { InAppPage } from '@guanlan/contract/alert'
import { AlertCondition } from '@guanlan/contract/alert-rule'
import { type AlertsDouble, answerAlerts } from './helpers/alerts-double.ts'
import { builtWeb, openBrowser } from './helpers/browser.ts'
import { expectWhole, expectWholeBelowThumb } from './helpers/layout.ts'
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

/** A tab of each size and language, opened once: what is tested are pages, not the start of a browser. */
const tabs = new Map<string, Page>()
async function tab(phone: boolean, language: string): Promise<Page> {
  const kept = tabs.get(`${phone} ${language}`)
  if (kept !== undefined) return kept
  const viewport = phone ? { width: 390, height: 844 } : { width: 1440, height: 900 }
  const context = await browser.newContext({ viewport, hasTouch: phone })
  const fresh = await context.newPage()
  fresh.on('console', (entry) => void (entry.type() === 'error' && complaints.push(entry.text())))
  fresh.on('pageerror', (error) => void complaints.push(error.message))
  await fresh.addInitScript((code) => localStorage.setItem('guanlan.locale', code), language)
  tabs.set(`${phone} ${language}`, fresh)
  return fresh
}

async function open(
  path: string,
  phone: boolean,
  language = 'zh-CN',
  change: Partial<AlertsDouble> = {},
): Promise<void> {
  page = await tab(phone, language)
  // Left first, so that a late answer to the page before is no complaint about this one.
  await page.goto('about:blank')
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  complaints.length = 0
  alerts = await answerAlerts(page, change)
  await page.goto(double.url + path)
  await page.locator('.alerts-page .panel, .alerts-page h1').first().waitFor()
  await page.waitForFunction(() => document.querySelector('.skeleton') === null)
}

async function shot(name: string): Promise<void> {
  if (SHOTS === undefined) return
  mkdirSync(SHOTS, { recursive: true })
  await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true })
}

const PAGES = [
  ...['/alerts', '/alerts/al-1', '/alerts/rules', '/alerts/rules/fraud-wave', '/alerts/rules/new'],
  ...['/alerts/rosters', '/alerts/policies', '/alerts/silences', '/alerts/measures', '/me/channels'],
]

it.each(PAGES)('%s is whole and readable on desk and phone', async (path) => {
  for (const [phone, minPx, language] of [
    [false, 14, 'zh-CN'],
    [true, 16, 'zh-CN'],
    [true, 16, 'en'],
  ] as const) {
    await open(path, phone, language)
    await shot(`${path.replaceAll('/', '-')}-${phone ? 'phone' : 'desk'}-${language}`.slice(1))
    await expectWholeBelowThumb(page, minPx, phone ? 390 : 1440)
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
  await page.locator('.panel select').first().selectOption('fraud')
  await page.getByText('过去 7 天会静默 6 条预警').waitFor()
  await page.getByText('其中红色 1 条', { exact: false }).waitFor()
})

const RINGING: InAppPage = {
  id: 'p-1',
  alertId: 'al-red',
  kind: 'page',
  level: 'red',
  at: Date.now() - 60_000,
  quiet: false,
  unitName: '供水服务中心',
  ruleName: '虚假险情',
  because: { policyId: 'default', policyName: '一般预警', step: 0, lastResort: false },
}

it('says why somebody was called, by the name of the policy', async () => {
  await open('/alerts/rules', true, 'zh-CN', { pages: [RINGING] })
  await page.getByText('收到原因：升级策略“一般预警”第 1 级').waitFor()
  await shot('ring-phone')
  await expectWhole(page, 16)
})

it('has the hand-over note read before anything is taken', async () => {
  await open('/alerts', true, 'zh-CN', { unread: true })
  await page.getByText('供水科还没有回复。').waitFor()
  await shot('handover-phone')
  const thumb = (words: string) => page.locator('.thumb button:enabled', { hasText: words })
  // Red never waits for the note; everything after it does.
  await thumb('接手').tap()
  await page.locator('li.acknowledged[data-id="al-red"]').waitFor()
  await thumb('我已阅读').tap()
  await page.getByText('供水科还没有回复。').waitFor({ state: 'detached' })
  await thumb('接手').tap()
  await page.locator('li.acknowledged[data-id="al-1"]').waitFor()
  expect(alerts.calls.map((call) => call.path)).toEqual([
    '/api/v1/alerts/al-red/acknowledgement',
    '/api/v1/alerting/rosters/main/handover/read',
    '/api/v1/alerts/al-1/acknowledgement',
  ])
})

it('explains its keys', async () => {
  await open('/alerts', false)
  await page.keyboard.press('?')
  const help = page.getByRole('dialog', { name: '值班台快捷键' })
  await help.waitFor()
  await shot('keys-desk')
  expect(await help.innerText()).toMatch(/j[\s\S]*下一条[\s\S]*a[\s\S]*接手/)
  await page.keyboard.press('Escape')
  await help.waitFor({ state: 'hidden' })
})

it('names the gap of a policy instead of saving it', async () => {
  await open('/alerts/policies', false)
  await page.getByRole('button', { name: '修改', exact: true }).click()
  await page.getByRole('button', { name: '加一级' }).click()
  await shot('policy-form-desk')
  await expectWhole(page, 14)
  await page.getByRole('button', { name: '检查并保存' }).click()
  await page.getByText('没有保存', { exact: false }).waitFor()
  await page.getByText('只有一个验证过的渠道', { exact: false }).waitFor()
  await page
    .getByText('值班二', { exact: false })
    .getByText('等 3 个单位：在这些单位没有能接手的角色')
    .waitFor()
  expect(alerts.calls.map((call) => call.path)).toEqual(['/api/v1/alerting/policies/preflight'])
  expect(alerts.calls[0]?.body).toMatchObject({ policy: { version: 2, steps: [{}, {}, { levels: [] }] } })
})

it('saves a roster with the roles it was made of, not with the people they are today', async () => {
  await open('/alerts/rosters', true)
  await page.getByRole('button', { name: '修改值班表' }).click()
  await page.getByText('所有值班员').first().waitFor()
  await page.getByLabel('怎么轮换').selectOption('shifts')
  await shot('roster-form-phone')
  await expectWholeBelowThumb(page, 16)
  await page.locator('form', { hasText: '怎么轮换' }).getByRole('button', { name: '保存' }).click()
  await page.getByText('“值班表”已保存').waitFor()
  expect(alerts.calls[0]).toMatchObject({
    method: 'PUT',
    body: {
      roster: { people: ['role:duty'], rotation: { kind: 'shifts', shifts: [{ from: 510, to: 1230 }, {}] } },
    },
  })
})

it('keeps statutory days and adjusted working days as a table', async () => {
  await open('/alerts/rosters', false)
  const calendar = page.locator('.panel', { hasText: '工作日历' }).last()
  await calendar.getByLabel('2026-10-05 这一天').selectOption('workday')
  await calendar.getByLabel('从').fill('2027-01-01')
  await calendar.getByLabel('到（同一天可不填）').fill('2027-01-03')
  await calendar.getByRole('button', { name: '添加', exact: true }).click()
  await shot('calendar-desk')
  await calendar.getByRole('button', { name: '保存日历' }).click()
  await expect.poll(() => alerts.calls.length).toBe(1)
  expect((alerts.calls[0]?.body as { calendar: { days: unknown } }).calendar.days).toEqual({
    ...{ '2026-10-01': 'holiday', '2026-10-02': 'holiday', '2026-10-05': 'workday', '2026-10-10': 'workday' },
    ...{ '2027-01-01': 'holiday', '2027-01-02': 'holiday', '2027-01-03': 'holiday' },
  })
})

it('makes a form for every kind of rule', async () => {
  await open('/alerts/rules/new', false)
  const kind = page.locator('label', { hasText: '类型' }).locator('select')
  await kind.waitFor()
  let kinds = 0
  for (const one of await kind
    .locator('option')
    .evaluateAll((all) => all.map((each) => each.getAttribute('value') ?? ''))) {
    await kind.selectOption(one)
    kinds += 1
    expect(await page.getByRole('button', { name: '用历史数据回放' }).isEnabled(), one).toBe(true)
    await expectWhole(page, 14, undefined, one)
  }
  expect(kinds).toBe(AlertCondition.options.length)
  await kind.selectOption('time-to-decision')
  await page.getByLabel('至少有多少起才判断').fill('1')
  await page.getByText('请检查：至少有多少起才判断').waitFor()
  expect(complaints).toEqual([])
})

it('counts a channel once its code was typed', async () => {
  await open('/me/channels', true)
  await page.getByText('现在只有 1 个渠道可用', { exact: false }).waitFor()
  await page.getByLabel('收到的 6 位验证码').fill('123456')
  await page.getByRole('button', { name: '验证', exact: true }).tap()
  await page.getByText('2 个渠道可用').waitFor()
  expect(alerts.calls).toEqual([
    { method: 'POST', path: '/api/v1/me/channels/email/verification', body: { code: '123456' } },
  ])
})

it.each(PAGES.filter((path) => !/al-1|fraud-wave|new|channels/.test(path)))(
  '%s teaches what to do while there is nothing',
  async (path) => {
    await open(path, true, 'zh-CN', { mode: 'empty' })
    await shot(`empty-${path.replaceAll('/', '-').slice(1)}-phone`)
    await expectWholeBelowThumb(page, 16)
    expect(await page.locator('.alerts-page .panel').first().innerText()).toMatch(/还没有|没有|现在没有/)
    expect(complaints).toEqual([])
  },
)

it.each(PAGES)('%s says so when it cannot be read, and keeps what it had', async (path) => {
  await open(path, false, 'zh-CN', { mode: 'error' })
  await page.locator('.panel[data-state="unavailable"]').first().waitFor()
  await shot(`error-${path.replaceAll('/', '-').slice(1)}-desk`)
  await expectWhole(page, 14)
  await open(path, false)
  alerts.mode = 'error'
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  if (path === '/alerts/rules/fraud-wave' || path === '/alerts/rules/new') return
  await page.locator('.panel[data-state="old"]').first().waitFor()
  await shot(`old-${path.replaceAll('/', '-').slice(1)}-desk`)
})
