// The static half of the gate: each step is one thing that must hold.
import { captureTool } from './setup.mjs'

const tool = (name, command, ...args) => ({ name, run: () => captureTool(command, args) })

/** The longest first, so that none of them is left alone at the end. */
export const STATIC_STEPS = [
  tool('types', 'tsc', '--noEmit', '-p', 'tsconfig.json'),
  tool('types of the screens', 'vue-tsc', '--noEmit', '-p', 'web/tsconfig.json'),
  tool('lint', 'eslint', '.', '--max-warnings', '0', '--cache', '--cache-location', '.cache/eslint/'),
  tool('format', 'prettier', '--check', '--log-level', 'warn', '.'),
  tool(
    'import graph',
    'depcruise',
    ...['contract', 'charts', 'analytics', 'server/src', 'web/src', 'seeds'],
    ...['--config', '.dependency-cruiser.cjs', '--output-type', 'err'],
  ),
  tool('unused code and packages', 'knip'),
]

/** Each mostly keeps one core busy; more at once would only want more memory. */
const AT_ONCE = 2

/** Runs the static steps two at a time and prints each whole, in their order; returns the names of those that failed. */
export async function runStaticSteps() {
  const failed = []
  let [next, printed] = [0, 0]
  const ended = []
  const print = () => {
    for (; ended[printed] !== undefined; printed += 1) process.stdout.write(ended[printed])
  }
  const lane = async () => {
    while (next < STATIC_STEPS.length) {
      const place = next++
      const { name, run } = STATIC_STEPS[place]
      const started = Date.now()
      const { code, output } = await run()
      const seconds = ((Date.now() - started) / 1000).toFixed(1)
      if (code !== 0) failed.push(name)
      ended[place] = `${output}${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)\n`
      print()
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  return failed
}
