import { existsSync, readdirSync, statSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { ROOT } from '../../helpers/workspace.ts'

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** How long a page may take on a busy machine. */
const PATIENCE_MS = 120_000

/** The system's Chromium; `CHROMIUM` names another one. Its pages are waited for with patience. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM'] ?? PLACES.find((place) => existsSync(place))
  if (executablePath === undefined)
    throw new Error('no Chromium found: install it, or set CHROMIUM to its path')
  const browser = await chromium.launch({ executablePath, args: FLAGS, timeout: PATIENCE_MS })
  browser.on('context', (context) => context.setDefaultTimeout(PATIENCE_MS))
  return browser
}

function newest(place: string): number {
  const stat = statSync(place)
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(0, ...readdirSync(place).map((name) => newest(path.join(place, name))))
}

/** Builds the screens unless the build is newer than every source; gives the folder. */
export function builtWeb(): string {
  const web = path.join(ROOT, 'web')
  const dist = path.join(web, 'dist')
  const shell = path.join(dist, 'index.html')
  const sources = ['src', 'index.html', 'vite.config.ts'].map((name) => newest(path.join(web, name)))
  if (!existsSync(shell) || statSync(shell).mtimeMs < Math.max(...sources)) {
    const done = spawnSync('npm', ['run', '--silent', 'build', '-w', 'web'], { cwd: ROOT, encoding: 'utf8' })
    if (done.status !== 0) throw new Error(`the screens could not be built: ${done.stderr.slice(-500)}`)
  }
  return dist
}
