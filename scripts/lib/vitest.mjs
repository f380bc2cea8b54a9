// Runs vitest projects and counts what really ran.
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root, runTool } from './setup.mjs'

/**
 * Runs projects of vitest.config.ts.
 * @param {string[]} projects names
 * @param {string[]} extra further arguments
 * @returns {Promise<{passed: number, failed: number}>} a skipped test, a file that could not be loaded or a crash counts as failed
 */
export async function runVitest(projects, extra = []) {
  const file = join(root, '.cache', `vitest-${projects.join('-')}.json`)
  mkdirSync(join(root, '.cache'), { recursive: true })
  rmSync(file, { force: true })
  const names = projects.flatMap((name) => ['--project', name])
  const code = await runTool('vitest', [
    'run',
    ...names,
    '--no-color',
    '--reporter=dot',
    '--reporter=json',
    `--outputFile.json=${file}`,
    ...extra,
  ])
  let result
  try {
    result = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    process.stderr.write(`guanlan: vitest ended with code ${code} and no result for ${projects.join(', ')}\n`)
    return { passed: 0, failed: 1 }
  }
  const skipped = result.numPendingTests + result.numTodoTests
  if (skipped > 0) process.stderr.write(`guanlan: ${skipped} tests were skipped; nothing may skip silently\n`)
  const brokenFiles = result.testResults.filter(
    (entry) => entry.status === 'failed' && entry.assertionResults.length === 0,
  )
  for (const entry of brokenFiles)
    process.stderr.write(`guanlan: ${entry.name} could not run: ${entry.message}\n`)
  const failed = result.numFailedTests + skipped + brokenFiles.length
  return { passed: result.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed }
}
