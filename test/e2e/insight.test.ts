import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { builtWeb, openBrowser } from './helpers/browser.ts'
import { expectWhole } from './helpers/layout.ts'
import { DOUBLE_USER, type LiveDouble, startDouble } from './helpers/live-double.ts'

// Topics, risk and words against the test double: layout in both sizes and languages, states, and what the forms send.

let browser: Browser
let double: LiveDouble
let page: Page
const complaints: string[] = []

beforeAll(async () => {
  double = await startDouble(builtWeb())
  browser = await openBrowser()
})
afterAll(async () => {
  await browser.close()
  await double.stop()
})
beforeEach(() => {
  complaints.length = 0
  double.signIn(DOUBLE_USER)
  double.show('data')
})

async function open(path: string, width = 1440, height = 900, language = 'zh-CN'): Promise<void> {
  await page?.context().close()
  const context = await browser.newContext({ viewport: { width, height } })
  page = await context.newPage()
  page.on('console', (entry) => void (entry.type() === 'error' && complaints.push(entry.text())))
  page.on('pageerror', (error) => void complaints.push(error.message))
  await page.addInitScript((code) => localStorage.setItem('guanlan.locale', code), language)
  await page.goto(double.url + path)
  await page.waitForFunction(
    () => document.querySelector('.panel') !== null && document.querySelector('.skeleton') === null,
  )
}

const PAGES = ['/topics?scope=org', '/topics/t-0?scope=org', '/risk?scope=org', '/words']

describe.each([
  ['desk', 1440, 900, 14],
  ['phone', 390, 844, 16],
])('on a %s', (_name, width, height, minPx) => {
  it.each(PAGES)('%s is whole and readable in both languages', async (path) => {
    for (const language of ['zh-CN', 'en']) {
      await open(path, width, height, language)
      await expectWhole(page, minPx, width)
    }
    expect(complaints).toEqual([])
  })

  it.each([
    ['empty', 'ok', '现在没有话题'],
    ['data', 'too_few', '人太少，不显示'],
    ['data', 'unavailable', '暂时读不到'],
  ] as const)('topics say what is the matter: %s, %s', async (picture, status, text) => {
    double.show(picture, status)
    await open('/topics?scope=org', width, height)
    await page.getByText(text).first().waitFor()
    await expectWhole(page, minPx)
  })
})

it('shows levels by shape and word, and mood as an interval', async () => {
  await open('/topics?scope=org')
  const rows = await page.locator('table.stacked tbody tr').allInnerTexts()
  expect(rows[0]).toMatch(/■ 红/)
  expect(rows[1]).toMatch(/◆ 橙/)
  expect(rows[0]).toMatch(/62%–78%/)
  expect(rows[4]).toContain('不显示')
})

it('opens a topic, explains its score in parts that sum, and marks it as answered', async () => {
  await open('/topics?scope=org')
  await page.getByRole('link', { name: '停水 恢复时间 梧桐里' }).click()
  await page.getByText('为什么是 83').first().waitFor()
  const points = await page.locator('.why section').first().locator('tbody .number').allInnerTexts()
  expect(points.reduce((sum, text) => sum + Number(text), 0)).toBe(83)
  await page.getByLabel('对外公布的答复（可以不写）').fill('今晚八点恢复供水。')
  await page.getByRole('button', { name: '标为已答复' }).click()
  await page.getByText('已记下。分数会在下一次计算时反映。').waitFor()
  await page.getByRole('button', { name: '不需要' }).click()
  await page.getByText('已记下：不需要').waitFor()
  expect(double.sent.slice(-2)).toEqual([
    { path: 'topics/t-0/answers', body: { scope: 'org', note: '今晚八点恢复供水。' } },
    { path: 'risk/marks', body: { subject: 'topic:t-0', scope: 'org', neededResponse: false } },
  ])
})

it('says that a topic is gone instead of showing nothing', async () => {
  await page?.context().close()
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } })
  page = await context.newPage()
  await page.goto(`${double.url}/topics/t-99?scope=org`)
  await page.getByRole('heading', { name: '没有这个话题' }).waitFor()
})

it('keeps the words page to the communications role, and approvals to a second person', async () => {
  await open('/words')
  expect(await page.getByRole('button', { name: '确认', exact: true }).count()).toBe(1)
  await page.getByText('您提出的，要由另一位同事确认').waitFor()
  double.signIn({ ...DOUBLE_USER, grants: [{ role: 'duty', unitId: 'root' }] })
  await open('/topics?scope=org')
  expect(await page.getByRole('link', { name: '词表' }).count()).toBe(0)
})

it('labels pasted samples by key and sends nothing before there are enough', async () => {
  await open('/words')
  const before = double.sent.length
  await page.getByLabel('例句，一行一条').fill('水压一直很低\n师傅来得很快')
  await page.getByRole('button', { name: '开始标注（2 条）' }).click()
  await page.locator('.labelling').focus()
  await page.keyboard.press('1')
  await page.keyboard.press('2')
  await page.getByText('已标 2 条，其中不满 1 条、其他 1 条。').waitFor()
  expect(await page.getByRole('button', { name: '用这些样本校准' }).isDisabled()).toBe(true)
  expect(double.sent.length).toBe(before)
})
