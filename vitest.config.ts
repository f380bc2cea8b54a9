import { availableParallelism } from 'node:os'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/helpers/longest-first.ts'

/** A busy machine is no failure: what is waited for may take minutes, and a test that hangs is told after them. */
const expect = { poll: { timeout: 120_000 } }
const quick = { testTimeout: 180_000, hookTimeout: 180_000, maxWorkers: availableParallelism() }
/** One seed for the property tests of every project. */
const setupFiles = ['./test/helpers/property-seed.ts']

// One project per kind of need: folder or suffix says what a test needs (unit: nothing; the others: real engines, a browser).
/**
 * Two files at a time: each has its own engines, directory, ports and browser. A third one on two cores mostly makes the
 * other two slower. None needs the machine for itself: what one kills or starves is its own process, and no test
 * holds a figure against the time it took.
 */
const slow = {
  ...{ testTimeout: 300_000, hookTimeout: 180_000, expect },
  maxWorkers: 2,
  // Runs of everything: vitest wants another group where there are other numbers of workers.
  sequence: { groupOrder: 1 },
  setupFiles: [...setupFiles, './test/helpers/away-from-midnight.ts'],
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '{contract,charts,analytics,server,seeds}/src/**/*.test.ts',
            'analytics/train/**/*.test.ts',
            'scripts/**/*.test.ts',
          ],
          environment: 'node',
          // Pure functions that keep nothing between two calls: a process of its own for each file took longer than the tests.
          isolate: false,
          setupFiles,
          ...quick,
        },
      },
      {
        plugins: [vue()],
        test: {
          name: 'web',
          include: ['web/src/**/*.test.ts'],
          environment: 'happy-dom',
          setupFiles,
          ...quick,
        },
      },
      { test: { name: 'integration', include: ['test/integration/**/*.test.ts'], ...slow } },
      { test: { name: 'privacy', include: ['test/privacy/**/*.test.ts'], ...slow } },
      { test: { name: 'faults', include: ['test/faults/**/*.test.ts'], ...slow } },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], ...slow } },
    ],
  },
})
