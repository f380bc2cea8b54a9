import type { SnapshotStatus } from '@guanlan/contract/live'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { builtWeb, openBrowser } from './helpers/browser.ts'
import type { DoublePicture } from './helpers/double-panels.ts'
import { expectWhole } from './helpers/layout.ts'
import { DOUBLE_USER, type LiveDouble, startDouble } from './helpers/live-double.ts'

// The pages against a test double: every state that a screen can be in, in sizes from a phone to a 4K wall.

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

async function open(
  path: string,
  options: BrowserContextOptions & { language?: string } = {},
): Promise<Page> {
  const { language, ...rest } = options
  await page?.context().close()
  const context = await browser.newContext(rest)
  page = await context.newPage()
  page.on('console', (entry) => void (entry.type() === 'error' && complaints.push(entry.text())))
  page.on('pageerror', (error) => void complaints.push(error.message))
  if (language !== undefined)
    await page.addInitScript((code) => localStorage.setItem('guanlan.locale', code), language)
  await page.goto(double.url + path)
  return page
}

const settled = () =>
  page.waitForFunction(
    () => document.querySelector('.panel') !== null && document.querySelector('.skeleton') === null,
  )

const STATES: [string, DoublePicture, SnapshotStatus][] = [
  ['figures', 'data', 'ok'],
  ['nothing yet', 'empty', 'ok'],
  ['a silent source', 'silent', 'ok'],
  ['too few people', 'data', 'too_few'],
  ['figures that cannot be read', 'data', 'unavailable'],
]

describe.each([
  [1920, 1080, 28],
  [3840, 2160, 56],
])('wall at %i x %i', (width, height, minPx) => {
  it.each(STATES)('is whole and readable with %s', async (_name, picture, status) => {
    double.show(picture, status)
    for (const language of picture === 'data' && status === 'ok' ? ['zh-CN', 'en'] : ['zh-CN']) {
      await open('/wall?scope=org', { viewport: { width, height }, language })
      await settled()
      // Lists take out rows that no longer fit once the line of alerts has come.
      await expectWhole(page, minPx, width)
      expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBe(height)
    }
    expect(complaints).toEqual([])
  })
})

describe.each([
  ['desk', 1440, 900, 14],
  ['phone', 390, 844, 16],
])('overview on a %s', (_name, width, height, minPx) => {
  it.each(STATES)('is whole and readable with %s', async (_state, picture, status) => {
    double.show(picture, status)
    for (const language of picture === 'data' && status === 'ok' ? ['zh-CN', 'en'] : ['zh-CN']) {
      await open('/overview?scope=org&range=day', { viewport: { width, height }, language })
      await settled()
      await expectWhole(page, minPx, width)
    }
    expect(complaints).toEqual([])
  })
})

it('keeps scope and range in the address and drills down from the table', async () => {
  await open('/overview?scope=org&range=day', { viewport: { width: 1440, height: 900 } })
  await page.getByText('7 天', { exact: true }).click()
  await page.waitForURL(/range=week/)
  await page.getByRole('link', { name: '青石街道办事处' }).click()
  await page.waitForURL(/scope=unit%3Au-0|scope=unit:u-0/)
  expect(page.url()).toContain('range=week')
  await page.getByRole('heading', { level: 1, name: '青石街道办事处' }).waitFor()
})

it('finds a group by name with the keyboard alone', async () => {
  await open('/overview', { viewport: { width: 1440, height: 900 } })
  await settled()
  await page.keyboard.press('/')
  const field = page.getByPlaceholder('按名称查找单位或群')
  await field.waitFor()
  await page.waitForFunction(() => document.activeElement?.tagName === 'INPUT')
  await page.keyboard.type('供水服务中心服务群2')
  await page.getByText('找到 1 个').waitFor()
  for (let i = 0; i < 4 && !page.url().includes('group'); i++) {
    await page.keyboard.press('Tab')
    if (await page.evaluate(() => document.activeElement?.closest('.list') !== null))
      await page.keyboard.press('Enter')
  }
  await page.waitForURL(/group(:|%3A)g-3-2/)
})

it('says what to mend when the sign-in fails, and goes on to the asked page when it works', async () => {
  double.signIn(null)
  await open('/overview?scope=unit:u-1&range=hour', { viewport: { width: 1440, height: 900 } })
  await page.getByRole('button', { name: '登录' }).click()
  await page.getByText('请填写完整的邮箱地址').waitFor()
  await page.getByLabel('邮箱').fill('duty@example.org')
  await page.getByLabel('密码').fill('wrong')
  await page.getByRole('button', { name: '登录' }).click()
  await page.getByText('邮箱或密码不对').waitFor()
  await page.getByLabel('密码').fill('right')
  await page.getByRole('button', { name: '登录' }).click()
  await page.waitForURL(/overview\?scope=unit(:|%3A)u-1&range=hour/)
})

it('tells a system administrator what the account is for, and offers no page of figures', async () => {
  double.signIn({ ...DOUBLE_USER, grants: [{ role: 'sysadmin', unitId: 'root' }], home: null })
  await open('/overview')
  await page.getByText('这个账号不看统计数字').waitFor()
  expect(await page.getByRole('link', { name: '大屏' }).count()).toBe(0)
})

it('takes a display token out of the address before the wall is shown', async () => {
  await open('/wall?token=secret-token&scope=org', { viewport: { width: 1920, height: 1080 } })
  await settled()
  expect(page.url()).not.toContain('secret-token')
  expect(await page.evaluate(() => history.length)).toBeLessThanOrEqual(2)
})
