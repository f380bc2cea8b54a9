// npm run bench -- <name> [--json] [options]: runs test/bench/<name>.ts and prints its result as ONE JSON object.

import { existsSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath, pathToFileURL } from 'node:url'

interface Benchmark {
  /** Resolves with the figures; keys as the issue that asked for them names them. */
  run(args: string[]): Promise<object>
}

async function main(): Promise<void> {
  const [name, ...args] = process.argv.slice(2)
  if (name === undefined || !/^[a-z][a-z0-9-]*$/.test(name))
    throw new Error('usage: npm run bench -- <name> [--json]')
  const path = fileURLToPath(new URL(`./${name}.ts`, import.meta.url))
  if (name === 'run' || !existsSync(path)) throw new Error(`there is no benchmark called ${name}`)
  const { run } = (await import(pathToFileURL(path).href)) as Benchmark
  const figures = await run(args.filter((arg) => arg !== '--json'))
  const result = {
    benchmark: name,
    dataset: 'synthetic',
    cores: cpus().length,
    node: process.version,
    ...figures,
  }
  process.stdout.write(`${JSON.stringify(result, null, args.includes('--json') ? undefined : 2)}\n`)
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(1)
  },
)
