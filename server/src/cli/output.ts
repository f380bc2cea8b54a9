import type { CommandProgress } from '../admin/command.ts'

/** Prints a result: one JSON value with `json`, else as lines of `name: value`. */
export function print(result: unknown, json: boolean): void {
  if (json) console.log(JSON.stringify(result))
  else if (Array.isArray(result)) for (const row of result) console.log(describe(row))
  else console.log(describe(result))
}

function describe(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.entries(value)
    .filter(([, part]) => part !== null && part !== undefined)
    .map(([name, part]) => `${name}: ${typeof part === 'object' ? JSON.stringify(part) : String(part)}`)
    .join('\n')
}

/** Shows steps on stderr, so that stdout holds the result alone. */
export function showProgress({ done, total, note }: CommandProgress): void {
  const count = total === undefined ? String(done) : `${done}/${total}`
  process.stderr.write(`${[count, note].filter(Boolean).join(' ')}\n`)
}
