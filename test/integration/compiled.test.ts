import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'

const ROOT = path.resolve(import.meta.dirname, '../..')
const run = promisify(execFile)
let server: string

/** A product of two files, inside the checkout so that the compiler for sources is found. */
beforeAll(async () => {
  await mkdir(path.join(ROOT, '.cache'), { recursive: true })
  server = await mkdtemp(path.join(ROOT, '.cache', 'compiled-'))
  await cp(path.join(ROOT, 'server/bin'), path.join(server, 'bin'), { recursive: true })
  await mkdir(path.join(server, 'src/cli'), { recursive: true })
  await writeFile(path.join(server, 'package.json'), '{ "type": "module" }')
  await writeFile(
    path.join(server, 'src/cli/main.ts'),
    `export const main = (): void => console.log('source')`,
  )
})
afterAll(() => rm(server, { recursive: true, force: true }))

async function compile(inputs: readonly string[]): Promise<void> {
  const dist = path.join(server, 'dist')
  await mkdir(dist, { recursive: true })
  await writeFile(path.join(dist, 'guanlan.js'), `export const main = () => console.log('compiled')`)
  await writeFile(path.join(dist, 'inputs.json'), JSON.stringify(inputs))
}

async function said(): Promise<string> {
  const { stdout } = await run(process.execPath, [path.join(server, 'bin/guanlan.mjs')])
  return stdout.trim()
}

it('runs what was compiled only while it is newer than every source it was made of', async () => {
  expect(await said()).toBe('source')
  await compile(['src/cli/main.ts'])
  expect(await said()).toBe('compiled')
  const later = new Date(Date.now() + 60_000)
  await utimes(path.join(server, 'src/cli/main.ts'), later, later)
  expect(await said()).toBe('source')
  await compile(['src/cli/gone.ts'])
  expect(await said()).toBe('source')
})
