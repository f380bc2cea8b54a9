// Runs vitest projects and counts what really ran.
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { root, runTool } from './setup.mjs'

/** Project of vitest.config.ts that a file belongs to, by its folder. */
function projectOf(file) {
  const [first, second] = relative(root, file).split(sep)
  if (first === 'test') return second
  return first === 'web' ? 'web' : 'unit'
}

/** Counts the files of one project. */
function countProject(name, entries) {
  let [passed, failed] = [0, 0]
  for (const { name: file, status, message, assertionResults } of entries) {
    const good = assertionResults.filter((each) => each.status === 'passed').length
    const skipped = assertionResults.filter((each) => !['passed', 'failed'].includes(each.status)).length
    if (skipped > 0)
      process.stderr.write(`guanlan: ${skipped} tests of ${file} were skipped; nothing may skip silently\n`)
    passed += good
    failed += assertionResults.length - good
    if (status !== 'failed' || good < assertionResults.length) continue
    // It could not be loaded, or something outside its tests went wrong.
    process.stderr.write(`guanlan: ${file} failed beside its tests: ${message}\n`)
    failed += 1
  }
  if (entries.length > 0) return { passed, failed }
  process.stderr.write(`guanlan: no test of ${name} ran\n`)
  return { passed, failed: failed + 1 }
}

/**
 * Runs projects of vitest.config.ts together, with a line for each.
 * @param {string[]} projects names
 * @param {string[]} extra further arguments
 * @returns {Promise<{passed: number, failed: number}>} a skipped test, a file that could not be loaded, a project without files or a crash counts as failed
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
  let [passed, failed] = [0, 0]
  for (const name of projects) {
    const entries = result.testResults.filter((entry) => projectOf(entry.name) === name)
    const counts = countProject(name, entries)
    process.stdout.write(`${name}: ${counts.passed} passed, ${counts.failed} failed\n`)
    passed += counts.passed
    failed += counts.failed
  }
  return { passed, failed: failed === 0 && code !== 0 ? 1 : failed }
}
