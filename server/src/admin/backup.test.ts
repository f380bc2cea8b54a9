import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { restoreParked, writeBackup } from './backup.ts'
import type { MaintenanceDeps } from './maintenance-deps.ts'

let root: string
beforeEach(async () => void (root = await mkdtemp(path.join(os.tmpdir(), 'guanlan-backup-'))))
afterEach(() => rm(root, { recursive: true, force: true }))

it('copies event store, ids and waiting corrections in one moment between two blocks', async () => {
  const dataDir = { root, ids: path.join(root, 'ids'), clickhouseBackups: path.join(root, 'engine') }
  await mkdir(dataDir.ids)
  await writeFile(path.join(dataDir.ids, 'landed.log'), '')
  let between = false
  let moment = ''
  const seen: string[] = []
  const now = Date.parse('2026-11-21T14:00:00Z')
  const note = `parked:${Math.floor(now / 600_000) - 3}`
  const deps = {
    config: { timezone: 'UTC' },
    clock: { now: () => now },
    writer: {
      drained: async () => undefined,
      stats: () => ({ failing: null }),
      backlog: () => 0,
      async betweenBlocks<T>(work: () => Promise<T>) {
        between = true
        const result = await work()
        between = false
        // What came meanwhile lands now.
        await writeFile(path.join(dataDir.ids, 'later.log'), '')
        moment = 'over'
        return result
      },
    },
    ids: { settled: async () => void seen.push(`ids ${between}`) },
    stores: {
      dataDir,
      clickhouse: {
        async command() {
          seen.push(`events ${between}`)
          await mkdir(path.join(dataDir.clickhouseBackups, 'backup'), { recursive: true })
        },
      },
      postgres: { transaction: async () => (seen.push(`register ${moment}`), {}) },
      spool: {
        getNote: (key: string) => (key === note ? Buffer.from('{"target":"\u00e9"}', 'latin1') : undefined),
      },
    },
  } as unknown as MaintenanceDeps
  const target = path.join(root, 'target')
  await writeBackup(deps, target, () => undefined)
  expect(seen).toEqual(['ids true', 'events true', 'register over'])
  expect(await readdir(path.join(target, 'ids'))).toEqual(['landed.log'])
  expect(JSON.parse(await readFile(path.join(target, 'manifest.json'), 'utf8'))).toMatchObject({ format: 1 })
  const restored: Record<string, unknown> = {}
  const setNotes = async (notes: Record<string, unknown>) => void Object.assign(restored, notes)
  await restoreParked(target, { setNotes })
  expect(restored).toEqual({ [note]: Buffer.from('{"target":"\u00e9"}', 'latin1') })
  await rm(path.join(target, 'parked.json'))
  await restoreParked(target, { setNotes })
})
