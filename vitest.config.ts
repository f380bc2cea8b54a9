import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

/** A busy machine is no failure: what is waited for may take minutes, and a test that hangs is told after them. */
const expect = { poll: { timeout: 120_000 } }
const quick = { testTimeout: 180_000, hookTimeout: 180_000 }
/** One seed for the property tests of every project. */
const setupFiles = ['./test/helpers/property-seed.ts']

// One project per kind of need: folder or suffix says what a test needs (unit: nothing; the others: real engines, a browser).
const slow = {
  ...{ testTimeout: 300_000, hookTimeout: 180_000, fileParallelism: false, expect },
  setupFiles: [...setupFiles, './test/helpers/away-from-midnight.ts'],
}
/** Two files at a time: each has its own engines, directory, ports and browser, and mostly waits. */
const inPairs = { fileParallelism: true, maxWorkers: 2 }

export default defineConfig({
  test: {
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
      { test: { name: 'integration', include: ['test/integration/**/*.test.ts'], ...slow, ...inPairs } },
      { test: { name: 'privacy', include: ['test/privacy/**/*.test.ts'], ...slow } },
      { test: { name: 'faults', include: ['test/faults/**/*.test.ts'], ...slow } },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], ...slow, ...inPairs } },
    ],
  },
})
