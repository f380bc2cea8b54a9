import { mkdirSync } from 'node:fs'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { TEST_PASSWORD } from '../helpers/http-client.ts'
import { startServer, type TestServer } from '../helpers/server.ts'
import { builtWeb, openBrowser } from './helpers/browser.ts'
import { expectWhole } from './helpers/layout.ts'

// Pages of register, access, audit and data protection with a real server: whole and readable on desk and phone.

const UNITS = `id,name,parent_id
city,云汀市,
north,北区,city
water,北区供水站,north
`
const GROUPS = `id,name,kind,unit_id,state,filed_on,informed_on,informed_how,administrator_post,platform,purpose,size
g:1,北区供水站值班群,staff,water,filed,2026-01-05,2026-01-05,群公告,供水站站长,企业微信,值班交接,40
g:2,居民服务群,service,north,filed,2026-01-05,2026-01-05,群公告,,企业微信,答复居民,400
g:3,北区防汛临时群,temporary,north,draft,,,,,,,
`
/** Where pictures for people go; none are kept unless it is set. */
const SHOTS = process.env['GUANLAN_SHOTS']
let server: TestServer
let browser: Browser
const complaints: string[] = []

beforeAll(async () => {
  server = await startServer({ env: { GUANLAN_WEB_DIR: builtWeb(), GUANLAN_SIGN_IN_PER_MINUTE: '1000' } })
  await server.admin('register.import', { units: UNITS, groups: GROUPS })
  for (const role of ['sysadmin', 'communications', 'auditor'])
    await server.admin('user.create', {
      email: `${role}@city.example`,
      name: `测试 ${role}`,
      grants: [{ role, unitId: 'city' }],
      password: TEST_PASSWORD,
    })
  await server.createKey({ source: 'gate', unit: 'city' })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

async function signedIn(role: string): Promise<BrowserContext> {
  const context = await browser.newContext()
  const answer = await context.request.post(`${server.url}/api/v1/session`, {
    data: { email: `${role}@city.example`, password: TEST_PASSWORD },
  })
  expect(answer.status()).toBe(200)
  return context
}

async function look(page: Page, path: string, phone: boolean, language: string): Promise<void> {
  await page.setViewportSize(phone ? { width: 390, height: 844 } : { width: 1440, height: 900 })
  await page.goto(server.url + path)
  await page.locator('h1').first().waitFor()
  await page.waitForFunction(() => document.querySelector('.skeleton') === null)
  if (SHOTS !== undefined) {
    mkdirSync(SHOTS, { recursive: true })
    const name = `${path.replaceAll(/[^a-z0-9]+/g, '-')}-${phone ? 'phone' : 'desk'}-${language}.png`
    await page.screenshot({ path: `${SHOTS}/${name}`, fullPage: true })
  }
  await expectWhole(page, phone ? 16 : 14, phone ? 390 : 1440, `${path} ${language}`)
}

const PAGES = {
  communications: [
    ...['', '/findings', '/units', '/burden', '/returns', '/policies', '/import', '/new'].map(
      (path) => `/register${path}`,
    ),
    ...['/register/groups/g:2', '/register/groups/g:3/edit', '/register/groups/g:1/health'],
  ],
  sysadmin: ['/manage/accounts', '/manage/keys', '/manage/walls', '/manage/start', '/account', '/protection'],
  auditor: ['/audit', '/audit/chain', '/audit/exports'],
}

it.each(Object.entries(PAGES))(
  'pages of %s are whole and readable on desk and phone, in both languages',
  async (role, paths) => {
    complaints.length = 0
    const context = await signedIn(role)
    for (const [phone, language] of [
      [false, 'zh-CN'],
      [true, 'zh-CN'],
      [true, 'en'],
    ] as const) {
      const page = await context.newPage()
      page.on('console', (entry) => void (entry.type() === 'error' && complaints.push(entry.text())))
      page.on('pageerror', (error) => void complaints.push(error.message))
      await page.addInitScript((code) => localStorage.setItem('guanlan.locale', code), language)
      for (const path of paths) await look(page, path, phone, language)
      await page.close()
    }
    await context.close()
    expect(complaints).toEqual([])
  },
)

it('finds groups by a part of their name, and says in the reader’s language what is wrong with a file', async () => {
  const context = await signedIn('communications')
  const page = await context.newPage()
  await page.goto(`${server.url}/register`)
  await page.getByLabel('群名包含').fill('防汛')
  await page.getByRole('link', { name: '居民服务群' }).waitFor({ state: 'detached' })
  await page.waitForURL(/name=/)
  expect(await page.locator('tbody tr a').allInnerTexts()).toEqual(['北区防汛临时群'])

  const file = (text: string) => ({ name: 'groups.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
  const upload = (text: string) => page.locator('input[type=file]').setInputFiles(file(text))
  await page.goto(`${server.url}/register/import`)
  await upload('id,name,kind,unit_id\ng:9,新群,staff,nowhere\n')
  await page.getByText('没有编号为 nowhere 的单位：请先写进单位表。').waitFor()
  await page.evaluate(() => localStorage.setItem('guanlan.locale', 'en'))
  await page.reload()
  await upload('id,name,kind,unit_id\ng:9,新群,club,water\n')
  await page.getByText('Takes one of: staff, service, temporary, public').waitFor()
  await context.close()
})

it('says what went wrong and reads again by itself, on a page that the server does not answer', async () => {
  const context = await signedIn('sysadmin')
  const page = await context.newPage()
  await page.route('**/api/v1/keys', (route) => route.fulfill({ status: 503, body: '' }))
  await page.goto(`${server.url}/manage/keys`)
  await page.getByText('服务器没能读出这项内容', { exact: false }).waitFor()
  await page.unroute('**/api/v1/keys')
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  await page.getByText('gate', { exact: true }).waitFor()
  await context.close()
})

it('takes a change back: a policy, and the closing of an account', async () => {
  const context = await signedIn('sysadmin')
  const page = await context.newPage()
  await page.goto(`${server.url}/manage/accounts`)
  const row = page.getByRole('row', { name: /测试 auditor/ })
  await row.getByRole('button', { name: '停用' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '停用' }).click()
  await row.getByText('已停用').waitFor()
  await page.getByRole('button', { name: '撤销' }).click()
  await row.getByRole('button', { name: '停用' }).waitFor()

  await page.goto(`${server.url}/register/policies`)
  const staff = page.locator('.panel').filter({ hasText: '只有本单位工作人员' })
  await staff.getByRole('button', { name: '修改' }).click()
  await staff.getByLabel('人数上限').fill('90')
  await staff.getByRole('button', { name: '保存' }).click()
  await staff.getByText('90 人').waitFor()
  await page.getByRole('button', { name: '撤销' }).click()
  await staff.getByText('150 人').waitFor()
  await context.close()
})

it('lists every problem of a file with its line, and writes nothing until there is none', async () => {
  const context = await signedIn('communications')
  const page = await context.newPage()
  await page.goto(`${server.url}/register/import`)
  const choose = (text: string) =>
    page
      .locator('input[type=file]')
      .setInputFiles({ name: 'g.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
  await choose('id,name,kind,unit_id\ng:9,南区群,staff,nowhere\n')
  await page.getByText('有 1 处需要改', { exact: false }).waitFor()
  await page.getByText('第 2 行', { exact: false }).waitFor()
  await choose('id,name,kind,unit_id\ng:9,北区值班群,staff,north\n')
  await page.getByRole('button', { name: '写入 1 处改动' }).click()
  await page.getByText('已写入。').waitFor()
  await page.goto(`${server.url}/register/groups/g:9`)
  await page.getByRole('heading', { level: 1, name: '北区值班群' }).waitFor()
  await context.close()
})
