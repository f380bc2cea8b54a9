import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { message, post, registerGroups } from '../helpers/events.ts'
import { type ProcessServer, freePort, spawnServer } from '../helpers/server.ts'
import { type TempDir, tempDir } from '../helpers/workspace.ts'
import { builtWeb, openBrowser } from './helpers/browser.ts'

// The whole way in a real browser: sign in, a POST moves the screen, the server stops and the screen says so, the
// server starts again and the screen goes on by itself.

const EMAIL = 'communications@example.org'
const PASSWORD = 'Tide-table-2026-harbour'
const PEOPLE = 14

let dir: TempDir
let port: number
let server: ProcessServer
let key: string
let browser: Browser
let page: Page

const start = () =>
  spawnServer({ dataDir: path.join(dir.path, 'data'), port, env: { GUANLAN_WEB_DIR: builtWeb() } })

beforeAll(async () => {
  dir = tempDir('guanlan-e2e-')
  port = await freePort()
  server = await start()
  await registerGroups(server, [
    { id: 'g-1', unit: 'north-1' },
    { id: 'g-2', unit: 'south' },
  ])
  await server.admin('user.create', {
    email: EMAIL,
    name: '宣传办',
    grants: [{ role: 'communications', unitId: 'city' }],
    password: PASSWORD,
  })
  key = await server.createKey({ source: 'e2e', unit: 'city' })
  browser = await openBrowser()
  page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage()
})

afterAll(async () => {
  await browser?.close()
  await server?.stop()
  dir?.remove()
})

/** Enough people in both groups for the floors. */
async function postViolations(): Promise<void> {
  const events = Array.from({ length: PEOPLE * 2 }, (_, i) =>
    message({ group: i % 2 === 0 ? 'g-1' : 'g-2', sender: `u-${i % PEOPLE}-${i % 2}` }),
  )
  const answer = await post(server.url, events, { key })
  expect(answer.body.accepted).toBe(PEOPLE * 2)
}

/** Violations of today as the screen shows them. */
const acted = () =>
  page.evaluate(() => {
    const stat = [...document.querySelectorAll('.stat')].find((each) =>
      each.textContent?.includes('处置违规'),
    )
    return Number((stat?.querySelector('.value')?.textContent ?? '0').replace(/\D/g, ''))
  })
async function actedReaches(count: number): Promise<void> {
  const began = performance.now()
  while ((await acted()) < count) {
    if (performance.now() - began > 120_000)
      throw new Error(`the screen still shows ${await acted()}, not ${count}`)
    await page.waitForTimeout(50)
  }
}

it('moves, turns stale, and recovers by itself', async () => {
  await page.goto(`${server.url}/overview`)
  await page.getByLabel('邮箱').fill(EMAIL)
  await page.getByLabel('密码').fill(PASSWORD)
  await page.getByRole('button', { name: '登录' }).click()
  await page.getByText('数据刚刚更新').waitFor()
  expect(await page.locator('.panel').count()).toBeGreaterThan(0)

  await postViolations()
  await actedReaches(PEOPLE * 2)
  const before = await page.locator('.trend .chart').getAttribute('aria-label')
  await postViolations()
  await actedReaches(PEOPLE * 4)
  await page.waitForFunction(
    (old) => document.querySelector('.trend .chart')?.getAttribute('aria-label') !== old,
    before,
  )

  // That it says so after five seconds without a heartbeat is tested with the clock in hand (web/src/stores/live.test.ts).
  await server.kill9()
  await page.getByText(/画面已停住/).waitFor()
  await page.locator('main.old').waitFor()

  server = await start()
  await page.getByText(/画面已停住/).waitFor({ state: 'detached' })
  await page.getByText('数据刚刚更新').waitFor()
  await postViolations()
  await actedReaches(PEOPLE * 6)
})
