import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { TEST_PASSWORD } from '../helpers/http-client.ts'
import { startOidc } from '../helpers/oidc.ts'
import { freePort, startServer, type TestServer } from '../helpers/server.ts'
import { totp } from '../helpers/totp.ts'
import { builtWeb, openBrowser } from './helpers/browser.ts'

// Every way in, in a real browser against a real server: password, second factor, identity provider, one-time link.

const EMAIL = 'chief@city.example'
let server: TestServer
let provider: Awaited<ReturnType<typeof startOidc>>
let browser: Browser
let context: BrowserContext
let page: Page
const complaints: string[] = []

beforeAll(async () => {
  const port = await freePort()
  const publicUrl = `http://127.0.0.1:${port}`
  provider = await startOidc(`${publicUrl}/api/v1/session/oidc/callback`, [
    {
      sub: 'anna',
      claims: { email: 'anna@city.example', email_verified: true, name: '安娜', groups: ['duty'] },
    },
    { sub: 'none', claims: { email: 'none@city.example', email_verified: true, groups: ['x'] } },
  ])
  server = await startServer({
    port,
    env: {
      GUANLAN_WEB_DIR: builtWeb(),
      GUANLAN_PUBLIC_URL: publicUrl,
      GUANLAN_OIDC_ISSUER: provider.issuer,
      GUANLAN_OIDC_CLIENT_ID: 'guanlan',
      GUANLAN_OIDC_CLIENT_SECRET: 'a secret of the test client, long enough',
      GUANLAN_OIDC_LABEL: '城市统一登录',
      GUANLAN_OIDC_ROLES: 'duty=duty@city',
      GUANLAN_SIGN_IN_PER_MINUTE: '1000',
    },
  })
  await server.admin('register.import', {
    units: 'id,name,parent_id\ncity,城市,\nnorth,北区,city\n',
    groups: 'id,name,kind,unit_id\n',
  })
  const grants = [{ role: 'sysadmin', unitId: 'city' }]
  await server.admin('user.create', { email: EMAIL, name: '周管理', grants, password: TEST_PASSWORD })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
  await provider?.stop()
})
beforeEach(async () => {
  complaints.length = 0
  await context?.close()
  context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  page = await context.newPage()
  page.on('pageerror', (error) => void complaints.push(error.message))
})

async function enter(password: string, email = EMAIL): Promise<void> {
  await page.getByLabel('邮箱').fill(email)
  await page.getByLabel('密码').fill(password)
  await page.getByRole('button', { name: '登录', exact: true }).click()
}
const goneIn = (path: RegExp) => page.waitForURL((url) => path.test(url.pathname))

it('local: refuses a wrong password in words, then leads a system administrator to the first steps', async () => {
  await page.goto(server.url)
  await enter('not the password at all')
  await page.getByText('邮箱或密码不对', { exact: false }).waitFor()
  await enter(TEST_PASSWORD)
  await goneIn(/^\/manage\/start$/)
  await page.getByRole('heading', { level: 1, name: '开始使用' }).waitFor()
  expect(await page.getByRole('navigation', { name: '主导航' }).innerText()).not.toContain('总览')
  expect(complaints).toEqual([])
})

it('second factor: set up by its QR code, asked for at the next sign-in, replaced by a recovery code, removed', async () => {
  await page.goto(`${server.url}/account`)
  await enter(TEST_PASSWORD)
  await goneIn(/^\/account$/)
  await page.getByLabel('先输入密码确认是您本人').fill(TEST_PASSWORD)
  const begun = page.waitForResponse((answer) => answer.url().endsWith('/me/second-factor'))
  await page.getByRole('button', { name: '开始设置' }).click()
  const { uri, recoveryCodes } = (await (await begun).json()) as { uri: string; recoveryCodes: string[] }
  await page.getByRole('img', { name: '供身份验证器扫描的二维码' }).waitFor()
  const shown = (await page.locator('.steps code').innerText()).replaceAll(' ', '')
  expect(shown).toBe(new URL(uri).searchParams.get('secret'))
  expect(await page.locator('.codes li').allInnerTexts()).toEqual(recoveryCodes)

  await page.getByLabel('身份验证器上的 6 位数字').fill(totp(uri, Date.now()))
  expect(await page.getByRole('button', { name: '开启', exact: true }).isDisabled()).toBe(true)
  await page.getByLabel('备用码已存好').check()
  await page.getByRole('button', { name: '开启', exact: true }).click()
  await page.getByText('两步验证已开启。').waitFor()

  const elsewhere = await browser.newContext()
  page = await elsewhere.newPage()
  await page.goto(`${server.url}/account`)
  await enter(TEST_PASSWORD)
  await page.getByLabel('验证码', { exact: false }).fill('000000')
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await page.getByText('验证码不对或已过期', { exact: false }).waitFor()
  await page.getByLabel('验证码', { exact: false }).fill(recoveryCodes[0] ?? '')
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await goneIn(/^\/account$/)

  // Earlier sessions of the account show here and are ended from here.
  await page.getByRole('button', { name: /^退出/ }).last().click()
  await page.getByText('没有在别处登录。').waitFor()
  await page.getByLabel('先输入密码确认是您本人').fill(TEST_PASSWORD)
  await page.getByRole('button', { name: '关闭两步验证' }).click()
  await page.getByText('两步验证已关闭。').waitFor()
  await elsewhere.close()
  const [first] = context.pages()
  await first?.reload()
  await first?.getByRole('heading', { name: '登录' }).waitFor()
})

it('identity provider: through its own forms and back to the page that was asked for', async () => {
  await page.goto(`${server.url}/alerts/rules`)
  await page.getByRole('link', { name: '用 城市统一登录 登录' }).click()
  await page.locator('input[name=login]').fill('anna')
  await page.locator('input[name=password]').fill('any')
  await page.locator('button[type=submit], input[type=submit]').first().click()
  await page.locator('form[action*="/interaction/"] button, form[action*="/confirm"] button').first().click()
  await goneIn(/^\/alerts\/rules$/)
  await page.getByRole('button', { name: '账号' }).getByText('安娜').waitFor()
})

it('identity provider: says why somebody without a role does not get in', async () => {
  await page.goto(`${server.url}/sign-in`)
  await page.getByRole('link', { name: '用 城市统一登录 登录' }).click()
  await page.locator('input[name=login]').fill('none')
  await page.locator('input[name=password]').fill('any')
  await page.locator('button[type=submit], input[type=submit]').first().click()
  await page.locator('form[action*="/interaction/"] button, form[action*="/confirm"] button').first().click()
  await goneIn(/^\/sign-in$/)
  await page.getByRole('alert').getByText('身份提供方没有给您分配本系统的角色', { exact: false }).waitFor()
})

it('invites a colleague by a link that works once', async () => {
  await page.goto(`${server.url}/manage/accounts`)
  await enter(TEST_PASSWORD)
  await goneIn(/accounts$/)
  await page.getByRole('button', { name: '邀请同事' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('姓名').fill('李值班')
  await dialog.getByLabel('邮箱').fill('li@city.example')
  await dialog.getByRole('button', { name: '添加角色' }).click()
  await dialog.getByRole('button', { name: /^单位（含下级）/ }).click()
  await page.getByPlaceholder('按名称或编号查找').fill('北区')
  await page.locator('.place').filter({ hasText: '北区' }).first().click()
  await dialog.getByRole('button', { name: '生成邀请链接' }).click()
  const link = await page.locator('.once code').innerText()
  expect(link).toMatch(/\/welcome#gll_/)
  await page
    .getByRole('row', { name: /李值班/ })
    .getByText('值班员 · 北区')
    .waitFor()

  const guest = await browser.newContext()
  const theirs = await guest.newPage()
  await theirs.goto(link)
  await theirs.getByLabel('新密码').fill('短')
  await theirs.getByText('还差 14 个字。').waitFor()
  await theirs.getByLabel('新密码').fill('five calm herons over water')
  expect(theirs.url()).not.toContain('gll_')
  await theirs.getByRole('button', { name: '设置密码' }).click()
  await theirs.getByText('密码已设置', { exact: false }).waitFor()
  await theirs.getByLabel('邮箱').fill('li@city.example')
  await theirs.getByLabel('密码').fill('five calm herons over water')
  await theirs.getByRole('button', { name: '登录', exact: true }).click()
  await theirs.waitForURL(/overview/)
  await theirs.goto(link)
  await theirs.getByLabel('新密码').fill('five calm herons over water')
  await theirs.getByRole('button', { name: '设置密码' }).click()
  await theirs.getByText('这个链接用过了', { exact: false }).waitFor()
  await guest.close()
})
