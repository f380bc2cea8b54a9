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

// The registry is asked meanwhile.
const [failedSteps, advisories] = await Promise.all([runStaticSteps(), checkAdvisories()])
let passed = STATIC_STEPS.length - failedSteps.length
let failed = failedSteps.length
process.stdout.write(`${advisories.passed ? 'ok    ' : 'FAILED'} ${advisories.line}\n`)
if (advisories.passed) passed += 1
else failed += 1

// Tests whose file name says `debian` need a Debian package; everything in e2e needs the browser.
const slow = ['integration', 'privacy', 'faults', ...(missing.length === 0 ? ['e2e'] : [])]
const extra = missing.length === 0 ? [] : ['--exclude', '**/*.debian.test.ts']
// The slow ones in one run: whoever has ended a file takes the next, of whatever project.
for (const projects of [['unit', 'web'], slow]) {
  const result = await runVitest(projects, extra)
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
