// Advisories of the packages that the product runs with, as the registry of npm knows them.
import { spawn } from 'node:child_process'
import { root } from './setup.mjs'

const ARGS = [
  'audit',
  '--omit=dev',
  '--audit-level=high',
  '--json',
  '--fetch-retries=0',
  '--fetch-timeout=20000',
]
const LONGEST_MS = 60_000
/** Codes with which npm says that our own lock file is the trouble: that is no silence of the registry. */
const OUR_FAULT = ['ENOLOCK', 'EAUDITNOLOCK']

/**
 * What `npm audit --json` answered. An answer without counts is one of a registry that keeps no advisories, or of none.
 * @param {string} stdout
 * @returns {{ passed: boolean, line: string }}
 */
export function judgeAdvisories(stdout) {
  let answer
  try {
    answer = JSON.parse(stdout)
  } catch {
    answer = {}
  }
  const counts = answer?.metadata?.vulnerabilities
  if (typeof counts?.high !== 'number' || typeof counts?.critical !== 'number') {
    const code = String(answer?.error?.code ?? answer?.statusCode ?? '')
    if (OUR_FAULT.includes(code))
      return { passed: false, line: `the lock file could not be audited (${code})` }
    return { passed: true, line: `registry gave no advisory data${code === '' ? '' : ` (${code})`}` }
  }
  const grave = Object.values(answer.vulnerabilities ?? {}).filter(({ severity }) =>
    ['high', 'critical'].includes(severity),
  )
  if (counts.high + counts.critical === 0) return { passed: true, line: 'no high or critical advisory' }
  const names = grave.map(({ name, severity }) => `${name} (${severity})`).sort()
  return {
    passed: false,
    line: `${counts.high + counts.critical} high or critical advisories: ${names.join(', ')}`,
  }
}

/** Asks the registry; resolves with what npm wrote, or with nothing when it did not end in time. */
function ask() {
  return new Promise((resolve) => {
    const child = spawn('npm', ARGS, { cwd: root, stdio: ['ignore', 'pipe', 'ignore'], timeout: LONGEST_MS })
    let stdout = ''
    child.stdout.on('data', (part) => (stdout += part))
    child.on('error', () => resolve(''))
    child.on('close', () => resolve(stdout))
  })
}

/**
 * Step of the whole gate, with what its line says.
 * @returns {Promise<{ passed: boolean, line: string }>}
 */
export async function checkAdvisories() {
  const { passed, line } = judgeAdvisories(await ask())
  return { passed, line: `advisories of production packages: ${line}` }
}
