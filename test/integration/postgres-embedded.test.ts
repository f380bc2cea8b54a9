import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { openEmbeddedPostgres } from '@guanlan/server/store/postgres-embedded'
import { expect, it } from 'vitest'
import { postgresContract } from '../helpers/postgres-contract.ts'
import { tempDir } from '../helpers/workspace.ts'

postgresContract('Postgres embedded', async () => {
  const temp = tempDir()
  const postgres = await openEmbeddedPostgres({ dir: temp.path })
  return {
    postgres,
    async close() {
      await postgres.close()
      temp.remove()
    },
  }
})

const pidOf = (dir: string) =>
  Number(readFileSync(path.join(dir, 'cluster/postmaster.pid'), 'utf8').split('\n')[0])

it('works in a folder whose path is too long for a socket', async () => {
  const temp = tempDir()
  const dir = path.join(temp.path, 'x'.repeat(90), 'postgres')
  const postgres = await openEmbeddedPostgres({ dir })
  expect(await postgres.query('SELECT 1 AS n')).toEqual([{ n: 1 }])
  await postgres.close()
  temp.remove()
})

it('is reached by its socket only, which its owner alone may enter', async () => {
  const temp = tempDir()
  const postgres = await openEmbeddedPostgres({ dir: temp.path })
  expect(await postgres.query("SELECT current_setting('listen_addresses') AS listening")).toEqual([
    { listening: '' },
  ])
  expect(statSync(path.join(temp.path, 'socket')).mode & 0o777).toBe(0o700)
  await postgres.close()
  temp.remove()
})

it('says when the server ends by itself, and only then', async () => {
  const temp = tempDir()
  const lost: string[] = []
  const closed = await openEmbeddedPostgres({ dir: temp.path, onLost: (why) => lost.push(why) })
  await closed.close()
  expect(lost).toEqual([])
  const postgres = await openEmbeddedPostgres({ dir: temp.path, onLost: (why) => lost.push(why) })
  process.kill(pidOf(temp.path), 'SIGKILL')
  await expect.poll(() => lost).toEqual([expect.stringContaining('ended by itself')])
  await postgres.close()
  temp.remove()
})

it('stops a server that a killed parent left over, and finds what was committed', async () => {
  const temp = tempDir()
  const first = await openEmbeddedPostgres({ dir: temp.path })
  await first.query('CREATE TABLE kept (n int)')
  await first.query('INSERT INTO kept VALUES (1)')
  const left = pidOf(temp.path)
  // The keeper goes without a chance to stop its server: nobody is left to do it but the next start.
  const keeper = Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(left)], { encoding: 'utf8' }))
  process.kill(keeper, 'SIGKILL')
  const second = await openEmbeddedPostgres({ dir: temp.path })
  expect(pidOf(temp.path)).not.toBe(left)
  expect(await second.query('SELECT n FROM kept')).toEqual([{ n: 1 }])
  await second.close()
  await first.close()
  temp.remove()
})
