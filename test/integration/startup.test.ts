import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from '../helpers/cli.ts'
import type { CliResult } from '../helpers/cli.ts'
import { freePort, spawnServer } from '../helpers/server.ts'
import { tempDir } from '../helpers/workspace.ts'

const NOBODY = 65_534
const isRoot = process.getuid?.() === 0
const temp = tempDir()
const made = path.join(temp.path, 'made')
const copyOf = (name: string) => {
  const target = path.join(temp.path, name)
  execFileSync('cp', ['-a', made, target])
  return target
}
const edit = (file: string, change: (value: Record<string, unknown>) => void) => {
  const value = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  change(value)
  writeFileSync(file, JSON.stringify(value))
}

/** One line on stderr that matches, an exit code that is not 0, and no stack. */
function expectOneLine(result: CliResult, text: RegExp) {
  expect(result.stderr.trim()).toMatch(text)
  expect(result.stderr.trim().split('\n')).toHaveLength(1)
  expect(result.code).toBeGreaterThan(0)
}

beforeAll(async () => {
  const { code, stderr } = await runCli(['migrate'], { GUANLAN_DATA_DIR: made })
  expect(stderr).toBe('')
  expect(code).toBe(0)
})
afterAll(() => temp.remove())

describe('a start that cannot work ends with one line', () => {
  it.each([
    ['PORT', 'eighty', 'a port number from 0 to 65535'],
    ['GUANLAN_TIMEZONE', 'Mars/Olympus', 'an IANA time zone'],
    ['GUANLAN_FLOOR_PEOPLE', '9', 'never lowered'],
    ['CLICKHOUSE_URL', 'ftp://elsewhere', 'an http or https URL'],
    ['DATABASE_URL', 'mysql://elsewhere/x', 'postgres://'],
    ['GUANLAN_LOG_LEVEL', 'loud', 'one of fatal, error'],
  ])('wrong %s', async (name, value, takes) => {
    const result = await runCli(['start'], {
      GUANLAN_DATA_DIR: path.join(temp.path, 'unused'),
      [name]: value,
    })
    expectOneLine(result, new RegExp(`^guanlan: ${name} takes .*${takes}`))
    expect(result.stderr).not.toContain(value)
  })

  it('a variable that does not exist', async () => {
    const result = await runCli(['start'], { GUANLAN_DATADIR: temp.path })
    expectOneLine(result, /^guanlan: GUANLAN_DATADIR is not a variable/)
  })

  it('port taken', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo
    const result = await runCli(['start'], { GUANLAN_DATA_DIR: copyOf('port'), PORT: String(port) })
    await new Promise((resolve) => other.close(resolve))
    expectOneLine(result, new RegExp(`^guanlan: port ${port} is taken by another process`))
  })

  it('data directory held by another process, which is named', async () => {
    const server = await spawnServer({ dataDir: copyOf('held') })
    const result = await runCli(['start'], {
      GUANLAN_DATA_DIR: server.dataDir,
      PORT: String(await freePort()),
    })
    await server.stop()
    expectOneLine(result, new RegExp(`held by another process \\(${server.process.child.pid}\\)`))
  })

  it('a file where the data directory should be', async () => {
    const file = path.join(temp.path, 'file')
    writeFileSync(file, '')
    expectOneLine(
      await runCli(['start'], { GUANLAN_DATA_DIR: file }),
      /cannot be read and written by this user/,
    )
  })

  it.runIf(isRoot)('a data directory of somebody else', async () => {
    const dataDir = path.join(temp.path, 'private')
    mkdirSync(dataDir, { mode: 0o700 })
    chmodSync(temp.path, 0o755)
    const result = await runCli(
      ['start'],
      { GUANLAN_DATA_DIR: dataDir, HOME: temp.path },
      { uid: NOBODY, gid: NOBODY },
    )
    expectOneLine(result, /cannot be read and written by this user/)
  })

  it.runIf(isRoot)('root in a folder that the account of Postgres cannot enter', async () => {
    const dataDir = path.join(temp.path, 'closed', 'data')
    mkdirSync(path.dirname(dataDir), { mode: 0o700 })
    chmodSync(path.dirname(dataDir), 0o700)
    expectOneLine(
      await runCli(['start'], { GUANLAN_DATA_DIR: dataDir }),
      /run as a normal user.*or set DATABASE_URL/,
    )
  })

  it('another time zone than the one recorded', async () => {
    const dataDir = copyOf('zone')
    const env = { GUANLAN_DATA_DIR: dataDir, GUANLAN_TIMEZONE: 'Europe/Berlin' }
    expectOneLine(
      await runCli(['start'], env),
      /GUANLAN_TIMEZONE is Europe\/Berlin and this data was recorded in Asia\/Shanghai/,
    )
    edit(path.join(dataDir, 'installation.json'), (record) => (record['timezone'] = 'Europe/Berlin'))
    // The register remembers as well: a copied folder is not enough to move days.
    expectOneLine(await runCli(['start'], env), /recorded in Asia\/Shanghai/)
  })

  it('data of a newer event store', async () => {
    const dataDir = copyOf('newer')
    edit(path.join(dataDir, 'installation.json'), (record) => (record['clickhouse'] = '99.1.2'))
    expectOneLine(
      await runCli(['start'], { GUANLAN_DATA_DIR: dataDir }),
      /written by ClickHouse 99\.1\.2 and this installation has/,
    )
  })

  it('data of a newer product', async () => {
    const dataDir = copyOf('format')
    edit(path.join(dataDir, 'installation.json'), (record) => (record['format'] = 2))
    expectOneLine(
      await runCli(['start'], { GUANLAN_DATA_DIR: dataDir }),
      /written by a newer version of this product/,
    )
  })

  it('a cluster of another Postgres', async () => {
    const dataDir = copyOf('cluster')
    writeFileSync(path.join(dataDir, 'postgres/cluster/PG_VERSION'), '15\n')
    expectOneLine(
      await runCli(['start'], { GUANLAN_DATA_DIR: dataDir }),
      /written by Postgres 15 and this installation has 18/,
    )
  })

  it('servers that do not answer', async () => {
    const nowhere = `127.0.0.1:${await freePort()}`
    const dataDir = path.join(temp.path, 'nowhere')
    expectOneLine(
      await runCli(['start'], { GUANLAN_DATA_DIR: dataDir, DATABASE_URL: `postgres://${nowhere}/x` }),
      /^guanlan: DATABASE_URL does not answer/,
    )
    expectOneLine(
      await runCli(['start'], { GUANLAN_DATA_DIR: dataDir, CLICKHOUSE_URL: `http://${nowhere}` }),
      /^guanlan: CLICKHOUSE_URL does not answer/,
    )
  })
})

describe('a start after a crash', () => {
  it('takes over from a process that was killed, on the same directory', async () => {
    const dataDir = copyOf('killed')
    for (let round = 0; round < 3; round++) {
      const server = await spawnServer({ dataDir })
      await server.kill9()
    }
    const last = await spawnServer({ dataDir })
    expect((await fetch(`${last.url}/readyz`)).status).toBe(200)
    last.process.child.kill('SIGTERM')
    expect(await last.process.ended).toMatchObject({ code: 0 })
  })
})
