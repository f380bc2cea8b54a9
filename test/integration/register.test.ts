import { performance } from 'node:perf_hooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RejectionCode } from '@guanlan/contract/event'
import { addDays } from '@guanlan/analytics/days'
import { createChanges } from '@guanlan/server/register/changes'
import { createDirectory } from '@guanlan/server/register/directory'
import { registerImport } from '@guanlan/server/register/register-import'
import { silentLogger } from '@guanlan/server/lib/logger'
import type { TestRegister } from '../helpers/register.ts'
import { startRegister } from '../helpers/register.ts'

const TODAY = '2026-11-21'
let at: TestRegister

beforeAll(async () => {
  at = await startRegister({ now: `${TODAY}T04:00:00Z`, units: [] })
})
afterAll(() => at.stop())

const run = (units: string, groups: string, options: { preview?: boolean; today?: string } = {}) =>
  registerImport(
    { ...at, today: () => options.today ?? TODAY },
    'cli',
    { units, groups, ...(options.preview === undefined ? {} : { preview: options.preview }) },
    { mayOpenDays: true },
  )

const UNITS = 'id,name,parent_id\ncity,滨江市,\nnorth,北区,city\nsouth,南区,city\nestate,柳湾社区,north\n'
const NO_UNITS = 'id,name,parent_id\n'
const HEAD =
  'id,name,kind,unit_id,state,filed_on,informed_on,dissolved_on,administrator_post,administrator_from\n'
const GROUPS = `${HEAD}g-ok,柳湾社区居民群,service,estate,filed,2026-01-10,2026-01-12,,社区网格员,2026-01-10
g-draft,草稿群,staff,estate,draft,,2026-01-12,,网格员,2026-01-10
g-silent,未告知群,staff,estate,filed,2026-01-10,,,网格员,2026-01-10
g-nobody,无人负责群,staff,estate,filed,2026-01-10,2026-01-01,,,
g-gone,已解散群,temporary,estate,dissolved,2026-01-10,2026-01-12,2026-03-01,网格员,2026-01-10
`

describe('register import', () => {
  it('shows every problem with its line and what to mend, and writes nothing', async () => {
    const units = 'id,name,parent_id\ncity,滨江市,\nnorth,北区,nowhere\n'
    const groups = `${HEAD}g-1,,staff,north,filed,2026-01-10,,,,\ng-1,群,club,north,filed,10.1.2026,,,,\n`
    const first = await run(units, groups)
    expect(first).toMatchObject({ ok: false, written: false })
    expect(first.problems.map(({ file, line, column }) => `${file}:${line}:${column}`)).toEqual(
      expect.arrayContaining(['groups:2:name', 'groups:3:kind', 'groups:3:filed_on', 'groups:3:id']),
    )
    const second = await run(units, `${HEAD}g-1,群,staff,north,filed,,,,,\ng-2,群,staff,east,,,,,,\n`)
    expect(second.problems.map(({ file, line }) => `${file}:${line}`)).toEqual([
      'units:3',
      'groups:2',
      'groups:3',
    ])
    expect(await at.postgres.query('SELECT 1 FROM unit')).toEqual([])
  })

  it.each([
    ['an empty file', '', 'empty_file', 'the file is empty'],
    ['an unknown column', 'id,name,parent_id,nick\n', 'unknown_column', 'is not a column'],
    ['a missing column', 'id,name\n', 'column_missing', 'is missing'],
    ['an open quote', 'id,name,parent_id\n"city,x,\n', 'not_csv', 'quotes'],
    ['a short line', 'id,name,parent_id\ncity,x\n', 'cell_count', 'has 2 cells'],
  ])('says what is wrong with %s, by code and in English', async (_what, units, code, message) => {
    const problem = (await run(units, GROUPS)).problems[0]
    expect(problem?.code).toBe(code)
    expect(problem?.message).toContain(message)
  })

  it('previews without writing, then takes both files whole, then finds nothing to do', async () => {
    expect(await run(UNITS, GROUPS, { preview: true })).toMatchObject({
      ok: true,
      written: false,
      groups: { added: 5 },
    })
    expect(await at.postgres.query('SELECT 1 FROM chat_group')).toEqual([])
    expect(await run(UNITS, GROUPS)).toMatchObject({
      ok: true,
      written: true,
      units: { added: 4 },
      groups: { added: 5 },
    })
    expect(at.directory.root).toBe('city')
    expect(await run(UNITS, GROUPS)).toMatchObject({
      units: { unchanged: 4, moved: 0 },
      groups: { unchanged: 5, changed: 0, moved: 0 },
    })
  })
})

describe('admission', () => {
  const admit = (group: string, day: string, unit = 'city') => {
    const answer = at.directory.admit(group, Date.parse(`${day}T12:00:00Z`), day, unit)
    return answer.ok ? answer.unitId : answer.code
  }
  it.each<[string, string, string, RejectionCode | 'estate']>([
    ['g-ok', '2026-02-01', 'city', 'estate'],
    ['g-ok', '2026-02-01', 'north', 'estate'],
    ['g-ok', '2026-02-01', 'south', 'unknown_group'],
    ['g-ok', '2026-02-01', 'nowhere', 'unknown_group'],
    ['g-none', '2026-02-01', 'city', 'unknown_group'],
    ['g-ok', '2026-01-12', 'city', 'group_not_informed'],
    ['g-ok', '2026-01-13', 'city', 'estate'],
    ['g-draft', '2026-02-01', 'city', 'group_not_filed'],
    ['g-silent', '2026-02-01', 'city', 'group_not_informed'],
    ['g-nobody', '2026-01-16', 'city', 'estate'],
    ['g-nobody', '2026-01-17', 'city', 'group_no_administrator'],
    ['g-gone', '2026-03-01', 'city', 'estate'],
    ['g-gone', '2026-03-02', 'city', 'group_dissolved'],
  ])('%s on %s for a key of %s: %s', (group, day, unit, expected) => {
    expect(admit(group, day, unit)).toBe(expected)
  })

  it('follows a group and a unit from the day they move, and keeps history where it was', async () => {
    const moved = `id,name,parent_id,from_day\nestate,柳湾社区,south,2026-06-01\n`
    const groups = 'id,name,kind,unit_id,from_day\ng-ok,柳湾社区居民群,service,south,2026-07-01\n'
    expect(await run(moved, groups)).toMatchObject({
      written: true,
      units: { moved: 1 },
      groups: { moved: 1 },
    })
    expect(admit('g-ok', '2026-05-31', 'north')).toBe('estate')
    expect(admit('g-ok', '2026-06-01', 'north')).toBe('unknown_group')
    expect(admit('g-ok', '2026-06-30', 'south')).toBe('estate')
    expect(admit('g-ok', '2026-07-01', 'south')).toBe('south')
    expect(at.directory.tree.ancestorsOn('estate', '2026-05-31')).toEqual(['estate', 'north', 'city'])
    expect(at.directory.groupsOf(['estate'], '2026-06-30')).toContain('g-ok')
    expect(at.directory.groupsOf(['estate'], '2026-07-01')).not.toContain('g-ok')
    expect(at.directory.unitOf('g-ok', '2026-07-01')).toBe('south')
    const back = await run('id,name,parent_id,from_day\nestate,柳湾社区,north,2026-05-01\n', groups)
    expect(back.problems[0]?.message).toContain('before the last move')
  })

  it('a change of administrators opens and closes days of grace', async () => {
    const head = 'id,name,kind,unit_id,administrator_post,administrator_from\n'
    await run(NO_UNITS, `${head}g-nobody,无人负责群,staff,estate,新任网格员,2026-08-01\n`)
    expect(admit('g-nobody', '2026-07-31')).toBe('group_no_administrator')
    expect(admit('g-nobody', '2026-08-01')).toBe('estate')
    await run(NO_UNITS, `${head}g-nobody,无人负责群,staff,estate,,2026-09-01\n`)
    expect(admit('g-nobody', '2026-09-07')).toBe('estate')
    expect(admit('g-nobody', '2026-09-08')).toBe('group_no_administrator')
  })

  it('a cycle, a second root and a unit without its parent are refused with their line', async () => {
    const head = 'id,name,parent_id,from_day\n'
    const wrong = [
      'north,北区,estate2,2026-10-01\nestate2,二村,north,2026-10-01\n',
      'other,另一个,,\n',
      'lost,孤儿,nowhere,\n',
    ]
    for (const rows of wrong) {
      const result = await run(head + rows, HEAD)
      expect(result.ok).toBe(false)
      expect(result.problems[0]).toMatchObject({ file: 'units' })
    }
  })
})

describe('changes of another process', () => {
  it('are seen without being asked for', async () => {
    const other = createDirectory({ postgres: at.postgres, taxonomy: at.directory.taxonomy })
    const changes = createChanges({ postgres: at.postgres, logger: silentLogger })
    changes.on('register', other.reload)
    await changes.poll()
    const before = other.version
    changes.start()
    await at.postgres.query("UPDATE chat_group SET state = 'returned' WHERE id = 'g-ok'")
    await expect.poll(() => other.group('g-ok')?.state).toBe('returned')
    expect(other.version).toBeGreaterThan(before)
    await changes.stop()
  })
})

describe('a register of 20,000 groups in 2,000 units', () => {
  it('is imported whole, read again and asked quickly', async () => {
    const big = await startRegister({ units: [] })
    const units = ['id,name,parent_id', 'u0,市,']
    for (let n = 1; n < 2000; n += 1) units.push(`u${n},单位${n},u${Math.floor((n - 1) / 12)}`)
    const groups = [HEAD.trim()]
    for (let n = 0; n < 20_000; n += 1)
      groups.push(
        `g-${n},单位${n % 2000}第${n}群,staff,u${n % 2000},filed,2026-01-10,2026-01-12,,网格员,2026-01-10`,
      )
    const input = { units: units.join('\n'), groups: groups.join('\n') }
    const time = async (work: () => Promise<unknown>) => {
      const start = performance.now()
      await work()
      return Math.round(performance.now() - start)
    }
    const deps = { ...big, today: () => TODAY }
    const first = await time(async () =>
      expect(await registerImport(deps, 'cli', input, { mayOpenDays: true })).toMatchObject({
        groups: { added: 20_000 },
      }),
    )
    const again = await time(async () =>
      expect(await registerImport(deps, 'cli', input, { mayOpenDays: true })).toMatchObject({
        groups: { unchanged: 20_000 },
      }),
    )
    const reload = await time(big.directory.reload)
    const start = performance.now()
    for (let n = 0; n < 200_000; n += 1) {
      const answer = big.directory.admit(`g-${(n * 7919) % 20_000}`, 0, addDays(TODAY, -(n % 3)), 'u0')
      if (!answer.ok) throw new Error(answer.code)
    }
    const micros = ((performance.now() - start) * 1000) / 200_000
    process.stdout.write(
      `20,000 groups: import ${first} ms, again ${again} ms, reload ${reload} ms, admit ${micros.toFixed(2)} µs\n`,
    )
    expect(big.directory.groupsOf(big.directory.tree.subtreeOn('u0', TODAY), TODAY)).toHaveLength(20_000)
    await big.stop()
  })
})
