import { spawn } from 'node:child_process'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ProcessServer, spawnServer } from '../helpers/server.ts'
import { builtWeb, openBrowser } from './helpers/browser.ts'

// From nothing to the first event, as the first administrator sees it: the printed link, units, a group from draft to filed
// by two people, the first key, and the step that turns green by itself.

const PASSWORD = 'vier blaue Kraniche im Regen'
let server: ProcessServer
let browser: Browser
let page: Page
const complaints: string[] = []
/** A local day before today: events are taken of days after members were informed. */
const YESTERDAY = new Date(Date.now() + 8 * 3_600_000 - 86_400_000).toISOString().slice(0, 10)

beforeAll(async () => {
  const web = builtWeb()
  server = await spawnServer({ env: { GUANLAN_WEB_DIR: web, GUANLAN_TIMEZONE: 'Asia/Shanghai' } })
  browser = await openBrowser()
  page = await open()
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

async function open(): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const made = await context.newPage()
  made.on('pageerror', (error) => void complaints.push(error.message))
  return made
}
async function signIn(who: Page, email: string): Promise<void> {
  await who.getByLabel('邮箱').fill(email)
  await who.getByLabel('密码').fill(PASSWORD)
  await who.getByRole('button', { name: '登录', exact: true }).click()
}
async function pickUnit(who: Page, label: RegExp, name: string): Promise<void> {
  await who.getByRole('button', { name: label }).click()
  await who.getByPlaceholder('按名称或编号查找').fill(name)
  await who.locator('.place').filter({ hasText: name }).first().click()
}
const step = (name: string) => page.locator('ol > li').filter({ hasText: name })

/** Runs the command that the page shows, in a shell as its reader would. */
function shell(command: string): Promise<string> {
  const child = spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => (said += part))
  return new Promise((resolve) => child.once('close', () => resolve(said)))
}

it('makes the organisation and its first account with the link that the start printed', async () => {
  await page.goto(`${server.url}/sign-in`)
  await page.getByText('这套系统还没有账号', { exact: false }).waitFor()
  // Printed once the server is up, which may be a moment after it first answers.
  const printed = () => /http\S+#gll_\S+/.exec(server.process.stdout())?.[0] ?? ''
  await expect.poll(printed).not.toBe('')
  const { pathname, hash } = new URL(printed())
  await page.goto(server.url + pathname + hash)
  await page.getByLabel('本单位名称').fill('云汀市')
  await page.getByLabel('您的姓名').fill('周管理')
  await page.getByLabel('邮箱').fill('admin@city.example')
  await page.getByLabel('新密码').fill(PASSWORD)
  await page.getByRole('button', { name: '完成设置' }).click()
  await page.getByText('设置完成', { exact: false }).waitFor()
  await signIn(page, 'admin@city.example')
  await page.getByRole('heading', { level: 1, name: '开始使用' }).waitFor()
  await step('登记单位').getByText('下一步', { exact: false }).first().waitFor()
})

it('adds a unit, then a group that is a draft until it is whole, submitted, and approved by somebody else', async () => {
  await page.getByRole('link', { name: '逐个添加' }).click()
  await page.getByRole('button', { name: '新增单位' }).click()
  await page.getByLabel('单位名称').fill('北区')
  await page.getByLabel('编号', { exact: false }).fill('north')
  await pickUnit(page, /^上级单位/, '云汀市')
  await page.getByRole('button', { name: '保存' }).click()
  await page.getByRole('heading', { level: 2, name: '北区' }).waitFor()

  await page.goto(`${server.url}/register/new`)
  await page.getByLabel('名称', { exact: false }).first().fill('北区居民服务群')
  await page.getByLabel('编号', { exact: false }).fill('wecom:north-1')
  await pickUnit(page, /^单位/, '北区')
  await page.getByLabel('类别').selectOption('service')
  await page.getByLabel('平台').fill('企业微信')
  await page.getByLabel('岗位', { exact: true }).fill('北区群管理岗')
  await page.getByLabel('何时告知成员').fill(YESTERDAY)
  await page.getByLabel('怎样告知').fill('群公告')
  await page.getByRole('button', { name: '存为草稿' }).click()
  await page.getByRole('heading', { level: 1, name: '北区居民服务群' }).waitFor()
  await page.getByRole('button', { name: '提交备案' }).click()
  await page.getByText('提交前请写明群的用途。').waitFor()

  await page.getByRole('link', { name: '修改' }).click()
  await page.getByLabel('用途').fill('答复居民的报修和咨询')
  await page.getByRole('button', { name: '保存' }).click()
  await page.getByRole('button', { name: '提交备案' }).click()
  await page.getByText('您提交的，要由另一位同事决定。').waitFor()
  expect(await page.getByRole('button', { name: '批准', exact: true }).count()).toBe(0)

  const grants = [{ role: 'communications', unitId: 'root' }]
  await server.admin('user.create', {
    email: 'office@city.example',
    name: '宣传办',
    grants,
    password: PASSWORD,
  })
  const office = await open()
  await office.goto(`${server.url}/register?state=submitted`)
  await signIn(office, 'office@city.example')
  await office.getByRole('link', { name: '北区居民服务群' }).click()
  await office.getByRole('button', { name: '批准', exact: true }).click()
  await office.getByText('批准备案', { exact: true }).first().waitFor()
  await office.locator('.stages .now').getByText('已备案').waitFor()
  await office.context().close()
})

it('makes the first key, and turns green when the command that it shows has sent an event', async () => {
  await page.goto(`${server.url}/manage/start`)
  await step('登记并备案群').getByText('1 个群已备案').waitFor()
  const key = step('给上游系统生成密钥')
  await key.getByLabel('来源', { exact: false }).fill('wecom-gate')
  await key.getByRole('button', { name: '生成', exact: true }).click()
  await key.locator('.once code').waitFor()
  const waiting = step('等待第一条判定')
  await waiting.getByText('正在等待第一条判定', { exact: false }).waitFor()
  const command = await waiting.locator('pre').innerText()
  expect(command).toContain('wecom:north-1')
  expect(JSON.parse(await shell(command))).toMatchObject({ accepted: 1, rejected: [] })
  await waiting.getByText('收到了。', { exact: false }).waitFor()
  await waiting.getByText('已完成', { exact: false }).first().waitFor()
  const rule = step('定下第一条自己的预警规则')
  await rule
    .getByText(/启用 \d+ 条，其中自己定下 0 条/)
    .first()
    .waitFor()
  expect(await rule.innerText()).not.toContain('已完成')
})

it('shows the key as used, rotates it with two keys live, and revokes the old one at once', async () => {
  await page.goto(`${server.url}/manage/keys`)
  await page
    .getByRole('row', { name: /wecom-gate/ })
    .getByRole('button', { name: '换密钥' })
    .click()
  await page.getByRole('dialog').getByRole('button', { name: '换密钥' }).click()
  const secret = await page.locator('.once code').innerText()
  await page.getByText('2 个有效').waitFor()
  const old = page.getByRole('row', { name: /正由 .* 替换/ })
  await old.getByRole('button', { name: '作废' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '作废' }).click()
  await page.getByText('1 个有效').waitFor()
  const health = await fetch(`${server.url}/api/v1/source/health`, {
    headers: { authorization: `Bearer ${secret}` },
  })
  expect(health.status).toBe(200)
  expect(complaints).toEqual([])
})
