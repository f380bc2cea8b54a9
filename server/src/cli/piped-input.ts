import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'

/**
 * Takes over standard input: a small process of its own reads it and passes it on. The embedded engine would read this
 * process's own (store/standard-input.ts), so call it before any engine opens.
 */
export function pipedInput(): Readable {
  const reader = spawn(process.execPath, ['-e', 'process.stdin.pipe(process.stdout)'], {
    stdio: ['inherit', 'pipe', 'ignore'],
    env: {},
  })
  reader.stdout.once('close', () => reader.kill())
  return reader.stdout
}
