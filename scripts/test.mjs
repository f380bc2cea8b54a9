// `npm test`: installs what is needed, then runs everything: the static gate, unit tests, and the tests that use real
// engines, sockets and a browser, and the registry's advisories. Ends with one plain line: N passed, N failed.
import { checkAdvisories } from './lib/advisories.mjs'
import { buildProduct, ensureSystemPackages, installPackages, requireNode } from './lib/setup.mjs'
import { runStaticSteps, STATIC_STEPS } from './lib/steps.mjs'
import { runVitest } from './lib/vitest.mjs'

requireNode()
await installPackages()
const missing = await ensureSystemPackages()
await buildProduct()

const failedSteps = await runStaticSteps()
let passed = STATIC_STEPS.length - failedSteps.length
let failed = failedSteps.length
if (await checkAdvisories()) passed += 1
else failed += 1

// Tests whose file name says `debian` need a Debian package; everything in e2e needs the browser.
const projects = ['integration', 'privacy', 'faults', ...(missing.length === 0 ? ['e2e'] : [])]
const extra = missing.length === 0 ? [] : ['--exclude', '**/*.debian.test.ts']
for (const names of [['unit', 'web'], ...projects.map((name) => [name])]) {
  const result = await runVitest(names, extra)
  process.stdout.write(`${names.join(' + ')}: ${result.passed} passed, ${result.failed} failed\n`)
  passed += result.passed
  failed += result.failed
}
if (missing.length > 0) {
  process.stderr.write(
    `guanlan: browser, document and server-driver tests did not run; as root: apt-get install -y ${missing.join(' ')}\n`,
  )
  failed += 1
}
process.stdout.write(`${passed} passed, ${failed} failed\n`)
process.exit(failed === 0 ? 0 : 1)
