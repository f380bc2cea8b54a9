import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { openSpool } from '@guanlan/server/store/spool-lmdb'
import type { SpoolOptions } from '@guanlan/server/store/spool-lmdb'
import { afterAll, describe, expect, it } from 'vitest'
import { createTestClock } from '../helpers/register.ts'
import { ROOT, tempDir } from '../helpers/workspace.ts'

const MB = 1024 * 1024
const temp = tempDir()
afterAll(() => temp.remove())
const clock = createTestClock('2026-11-21T09:00:00+08:00')
const roomy: SpoolOptions = { maxBytes: 64 * MB, minFreeBytes: 0, clock }
const dirOf = (name: string) => path.join(temp.path, name)
const bytes = (text: string) => Buffer.from(text)
const texts = (entries: { seq: number; value: Uint8Array }[]) =>
  entries.map(({ seq, value }) => `${seq}:${Buffer.from(value).toString()}`)

describe('spool', () => {
  it('gives entries back in order, in parts as asked', async () => {
    const spool = openSpool(dirOf('order'), roomy)
    await Promise.all(['a', 'b', 'c', 'd'].map((text) => spool.append(bytes(text))))
    expect(texts(spool.read(0, 10, MB))).toEqual(['1:a', '2:b', '3:c', '4:d'])
    expect(texts(spool.read(1, 2, MB))).toEqual(['2:b', '3:c'])
    expect(texts(spool.read(0, 10, 1))).toEqual(['1:a'])
    expect([spool.depth, spool.lastSeq]).toEqual([4, 4])
    await spool.close()
  })

  it('goes on with its numbers after a restart, also when it was drained', async () => {
    const first = openSpool(dirOf('numbers'), roomy)
    for (const text of ['a', 'b', 'c']) await first.append(bytes(text))
    await first.removeThrough(2)
    await first.close()
    const second = openSpool(dirOf('numbers'), roomy)
    expect(texts(second.read(0, 10, MB))).toEqual(['3:c'])
    await second.removeThrough(3)
    await second.close()
    const third = openSpool(dirOf('numbers'), roomy)
    expect(third.depth).toBe(0)
    expect(await third.append(bytes('d'))).toBe(4)
    await third.close()
  })

  it('writes notes and the removal beside them together', async () => {
    const spool = openSpool(dirOf('notes'), roomy)
    for (const text of ['a', 'b', 'c']) await spool.append(bytes(text))
    await spool.setNotes({ intent: bytes('1-2'), other: bytes('x') }, 2)
    await spool.setNotes({ other: null })
    await spool.close()
    const again = openSpool(dirOf('notes'), roomy)
    expect(again.getNote('intent')?.toString()).toBe('1-2')
    expect(again.getNote('other')).toBeUndefined()
    expect(texts(again.read(0, 10, MB))).toEqual(['3:c'])
    await again.close()
  })

  it('refuses above its size and takes again once drained', async () => {
    const spool = openSpool(dirOf('full'), { ...roomy, maxBytes: MB })
    const big = Buffer.alloc(100_000, 1)
    let taken = 0
    await expect(
      (async () => {
        for (;;) {
          await spool.append(big)
          taken++
        }
      })(),
    ).rejects.toThrow(/the spool is full/)
    expect(taken).toBeGreaterThanOrEqual(9)
    expect(spool.depth).toBe(taken)
    expect(spool.blocked).toMatch(/full/)
    await spool.removeThrough(spool.lastSeq)
    expect(spool.blocked).toBeNull()
    expect(await spool.append(big)).toBe(taken + 1)
    await spool.close()
  })

  it('does not grow by being drained in bulk', async () => {
    const dir = dirOf('drain')
    const spool = openSpool(dir, roomy)
    for (let at = 0; at < 400; at++) await spool.append(Buffer.alloc(40_000, at))
    const size = () => statSync(path.join(dir, 'spool.mdb')).size
    const before = size()
    await spool.removeThrough(spool.lastSeq)
    expect(spool.depth).toBe(0)
    expect(size()).toBeLessThan(before * 1.25)
    await spool.close()
  })

  it('refuses while the disk is nearly full, asking at most once a second', async () => {
    let free = 10 * MB
    let asked = 0
    const freeBytes = () => (asked++, free)
    const own = createTestClock('2026-11-21T09:00:00+08:00')
    const spool = openSpool(dirOf('short'), {
      maxBytes: 64 * MB,
      minFreeBytes: 5 * MB,
      clock: own,
      freeBytes,
    })
    await spool.append(bytes('a'))
    free = MB
    await spool.append(bytes('b'))
    expect(asked).toBe(1)
    own.advance(1_000)
    await expect(spool.append(bytes('c'))).rejects.toThrow(/nearly full/)
    expect(spool.depth).toBe(2)
    free = 10 * MB
    own.advance(1_000)
    await spool.append(bytes('d'))
    expect(spool.blocked).toBeNull()
    // A clock that was set back keeps it from asking for no moment.
    free = MB
    own.advance(-3_600_000)
    await expect(spool.append(bytes('e'))).rejects.toThrow(/nearly full/)
    await spool.close()
  })

  it('keeps every entry whose append resolved over kill -9', async () => {
    const dir = dirOf('killed')
    const script = path.join(ROOT, 'test/helpers/spool-writer.ts')
    for (let round = 0; round < 4; round++) {
      const child = spawn(process.execPath, ['--import', 'tsx', script, dir], {
        cwd: ROOT,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let said = ''
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        said += chunk
        if (said.split('\n').length > 40 + round * 25) child.kill('SIGKILL')
      })
      await new Promise((resolve) => child.once('close', resolve))
      const acknowledged = said.split('\n').slice(0, -1).map(Number)
      const spool = openSpool(dir, roomy)
      const found = new Set(spool.read(0, 1_000_000, 1_000 * MB).map(({ seq }) => seq))
      expect(acknowledged.filter((seq) => !found.has(seq))).toEqual([])
      expect(acknowledged.length).toBeGreaterThan(30)
      await spool.close()
    }
  })
})

/** A file system of 4 MB, where this process may make one. */
function smallDisk(): string | undefined {
  const dir = dirOf('tmpfs')
  mkdirSync(dir)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', dir], { stdio: 'ignore' })
    return dir
  } catch {
    return undefined
  }
}

const disk = process.platform === 'linux' ? smallDisk() : undefined
afterAll(() => {
  if (disk) execFileSync('umount', [disk])
})

it.runIf(disk)('accepts nothing that a full disk did not take, and goes on when there is room', async () => {
  const own = createTestClock('2026-11-21T09:00:00+08:00')
  const dir = path.join(disk ?? '', 'spool')
  const spool = openSpool(dir, { maxBytes: 64 * MB, minFreeBytes: 0, clock: own })
  const value = Buffer.alloc(200_000, 7)
  const accepted: number[] = []
  let refused: unknown
  for (let tries = 0; tries < 40 && refused === undefined; tries++) {
    await spool.append(value).then(
      (seq) => accepted.push(seq),
      (error: unknown) => (refused = error),
    )
  }
  expect(refused).toBeInstanceOf(Error)
  expect(spool.blocked).toMatch(/refused a write/)
  await expect(spool.append(value)).rejects.toThrow()
  expect(spool.read(0, 100, 100 * MB).map(({ seq }) => seq)).toEqual(accepted)
  execFileSync('mount', ['-o', 'remount,size=32m', disk ?? ''])
  own.advance(1_000)
  const seq = await spool.append(value)
  expect(spool.blocked).toBeNull()
  await spool.close()
  const again = openSpool(dir, { maxBytes: 64 * MB, minFreeBytes: 0, clock: own })
  expect(again.read(0, 100, 100 * MB).map((entry) => entry.seq)).toEqual([...accepted, seq])
  await again.close()
  expect(readFileSync(path.join(dir, 'spool.mdb')).length).toBeGreaterThan(0)
})
