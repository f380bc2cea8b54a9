// Set-up shared by the bootstrap scripts. Only Node's own modules: this runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** Stops with one line; the reason names what to do. */
function stop(reason) {
  process.stderr.write(`guanlan: ${reason}\n`)
  process.exit(1)
}

export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19))
    stop(`Node ${process.versions.node} is too old; install Node 20.19 or newer`)
}

/** Runs a command with its output shown; resolves to the exit code. */
function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options })
    child.on('error', (error) => {
      process.stderr.write(`guanlan: ${command}: ${error.message}\n`)
      resolve(127)
    })
    child.on('close', (code, signal) => resolve(signal ? 128 : (code ?? 1)))
  })
}

/** Runs a tool that npm installed, by its file, so that no shell and no npx prompt is in between. */
export function runTool(name, args, options) {
  return run(process.execPath, [join(root, 'node_modules', '.bin', name), ...args], options)
}

/**
 * Runs such a tool without showing what it says; resolves to its exit code and to what it wrote, errors among the rest.
 * @returns {Promise<{ code: number, output: string }>}
 */
export function captureTool(name, args) {
  return new Promise((resolve) => {
    const file = join(root, 'node_modules', '.bin', name)
    const child = spawn(process.execPath, [file, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (part) => (output += part))
    child.on('error', (error) => resolve({ code: 127, output: `guanlan: ${name}: ${error.message}\n` }))
    child.on('close', (code) => resolve({ code: code ?? 128, output }))
  })
}

/** Installs the npm packages unless the installed tree is newer than the lock file. */
export async function installPackages() {
  const lock = join(root, 'package-lock.json')
  const installed = join(root, 'node_modules', '.package-lock.json')
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return
  process.stdout.write('Installing packages (once)…\n')
  const code = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  if (code !== 0) stop('npm ci failed; see the lines above')
}

/** Compiles the server's programs and builds the screens. */
export async function buildProduct() {
  const code = await run('npm', ['run', '--silent', 'build'])
  if (code !== 0) stop('the product could not be built; see the lines above')
}

const SYSTEM_NEEDS = [
  {
    for: 'browser tests',
    packages: ['chromium'],
    found: () => ['chromium', 'chromium-browser', 'google-chrome'].some(onPath),
  },
  {
    for: 'Chinese text in browser pictures',
    packages: ['fonts-noto-cjk'],
    found: () => /Noto (Sans|Serif) CJK/.test(output('fc-list', [':lang=zh'])),
  },
  // The reports' Word files are opened and their PDFs read by programs that we did not write.
  {
    for: 'Word tests',
    packages: ['libreoffice-writer-nogui'],
    found: () => onPath('soffice'),
  },
  { for: 'PDF tests', packages: ['poppler-utils'], found: () => onPath('pdftotext') },
  { for: 'server driver tests', packages: ['postgresql'], found: () => existsSync('/usr/lib/postgresql') },
]

function output(command, args) {
  return spawnSync(command, args, { encoding: 'utf8' }).stdout ?? ''
}

function onPath(command) {
  return (process.env.PATH ?? '').split(':').some((folder) => folder && existsSync(join(folder, command)))
}

/**
 * Debian packages that tests need. As root they are installed; otherwise what is missing is returned.
 * @returns {Promise<string[]>} names of packages that are still missing
 */
export async function ensureSystemPackages() {
  const missing = () => SYSTEM_NEEDS.filter((need) => !need.found()).flatMap((need) => need.packages)
  const wanted = missing()
  if (wanted.length === 0) return []
  if (process.getuid?.() !== 0 || !onPath('apt-get')) return wanted
  process.stdout.write(`Installing ${wanted.join(', ')} with apt-get (once)…\n`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const stdio = ['ignore', 'ignore', 'inherit']
  await run('apt-get', ['update', '-qq'], { env, stdio })
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...wanted], { env, stdio })
  return missing()
}
