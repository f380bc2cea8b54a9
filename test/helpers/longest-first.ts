import path from 'node:path'
import { BaseSequencer } from 'vitest/node'
import type { TestSpecification } from 'vitest/node'

/** The files that take half a minute and more, the longest first: none of them may be what everybody waits for at the end. */
const LONGEST = [
  ...['integration/startup', 'integration/cli', 'e2e/pages', 'e2e/alerts-pages', 'integration/demo'],
  ...['e2e/insight', 'integration/insight-restart', 'faults/alerts-kill', 'faults/ingest-kill'],
  ...['e2e/register-pages', 'integration/role-matrix', 'integration/protection', 'e2e/report-forms.debian'],
  ...['integration/reports', 'integration/backup', 'integration/alerts-history', 'privacy/canary'],
]

function place(file: string): number {
  const name = file.split(path.sep).slice(-2).join('/').replace('.test.ts', '')
  const found = LONGEST.indexOf(name)
  return found < 0 ? LONGEST.length : found
}

/** Order of the files of a run: the longest, then as vitest has it, the larger before the smaller. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.sort((a, b) => place(a.moduleId) - place(b.moduleId))
  }
}
