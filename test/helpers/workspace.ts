import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** Root of the repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface TempDir {
  readonly path: string
  remove(): void
}

/** A folder that the account of the embedded Postgres may pass through too. */
export function tempDir(name = 'guanlan-test-'): TempDir {
  const dir = mkdtempSync(path.join(os.tmpdir(), name))
  chmodSync(dir, 0o711)
  return { path: dir, remove: () => rmSync(dir, { recursive: true, force: true, maxRetries: 3 }) }
}
