import { spawn } from 'node:child_process'
import { PassThrough } from 'node:stream'
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
  // Node empties a child's output into nothing once the child has ended, unless somebody has begun to read it by then.
  const input = reader.stdout.pipe(new PassThrough(), { end: false })
  input.once('close', () => reader.kill())
  reader.once('error', (error) => input.destroy(error))
  reader.once('close', (code) => {
    if (code === 0) input.end()
    else input.destroy(new Error(`standard input could not be read to its end (exit code ${String(code)})`))
  })
  return input
}
