// `npm run check`: the fast part of the gate (types, lint, format, import graph, unused code, unit tests).
import { installPackages, requireNode } from './lib/setup.mjs'
import { runStaticSteps, STATIC_STEPS } from './lib/steps.mjs'
import { runVitest } from './lib/vitest.mjs'

requireNode()
await installPackages()
const failedSteps = await runStaticSteps()
const unit = await runVitest(['unit', 'web'])
const passed = STATIC_STEPS.length - failedSteps.length + unit.passed
const failed = failedSteps.length + unit.failed
process.stdout.write(`${passed} passed, ${failed} failed\n`)
process.exit(failed === 0 ? 0 : 1)
