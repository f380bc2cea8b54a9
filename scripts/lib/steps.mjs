// The static half of the gate: each step is one thing that must hold.
import { runTool } from './setup.mjs'

export const STATIC_STEPS = [
  { name: 'types', run: () => runTool('tsc', ['--noEmit', '-p', 'tsconfig.json']) },
  { name: 'types of the screens', run: () => runTool('vue-tsc', ['--noEmit', '-p', 'web/tsconfig.json']) },
  {
    name: 'lint',
    run: () =>
      runTool('eslint', ['.', '--max-warnings', '0', '--cache', '--cache-location', '.cache/eslint/']),
  },
  { name: 'format', run: () => runTool('prettier', ['--check', '--log-level', 'warn', '.']) },
  {
    name: 'import graph',
    run: () =>
      runTool('depcruise', [
        'contract',
        'charts',
        'analytics',
        'server/src',
        'web/src',
        'seeds',
        '--config',
        '.dependency-cruiser.cjs',
        '--output-type',
        'err',
      ]),
  },
  { name: 'unused code and packages', run: () => runTool('knip', []) },
]

/** Runs the static steps one after the other; returns the names of those that failed. */
export async function runStaticSteps() {
  const failed = []
  for (const step of STATIC_STEPS) {
    const started = Date.now()
    const code = await step.run()
    process.stdout.write(
      `${code === 0 ? 'ok    ' : 'FAILED'} ${step.name} (${((Date.now() - started) / 1000).toFixed(1)} s)\n`,
    )
    if (code !== 0) failed.push(step.name)
  }
  return failed
}
