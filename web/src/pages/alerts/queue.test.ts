import { describe, expect, it } from 'vitest'
import {
  countdown,
  dueKind,
  foldCovered,
  neighbour,
  newPages,
  rowsOf,
  stateOfDesk,
  waitingOf,
} from './queue.ts'

const T = Date.UTC(2026, 10, 21, 6)
const HELD = { kind: 'silence', by: 's-1' } as const

describe('who is waited for', () => {
  const alerts = [
    { status: 'open', hold: null, openedAt: T - 60_000 },
    { status: 'open', hold: HELD, openedAt: T - 900_000 },
    { status: 'acknowledged', hold: null, openedAt: T - 800_000 },
    { status: 'open', hold: null, openedAt: T - 720_000 },
  ] as const

  it('counts what is open and not held, and the oldest of it', () => {
    expect(waitingOf(alerts)).toHaveLength(2)
    expect(stateOfDesk(alerts, T)).toEqual({ waiting: 2, oldestMs: 720_000 })
    expect(stateOfDesk(alerts.slice(1, 3), T)).toBeNull()
  })
})

describe('one row for each cause', () => {
  const held = (kind: 'inhibited' | 'grouped' | 'flood' | 'silence', by: string) => ({ kind, by })
  const one = (id: string, hold: ReturnType<typeof held> | null = null) => ({
    ...{ id, hold, openedAt: T, status: 'open' as const },
  })
  const shape = (list: ReturnType<typeof one>[]) =>
    foldCovered(list).map(({ alert, covered }) => [alert.id, ...covered.map(({ id }) => id)])

  it('folds what an alert of the list stands for, through others that are held themselves', () => {
    const list = [
      one('district', held('inhibited', 'city')),
      one('city'),
      one('street', held('grouped', 'district')),
      one('late', held('flood', 'flood')),
      one('flood'),
    ]
    expect(shape(list)).toEqual([
      ['city', 'district', 'street'],
      ['flood', 'late'],
    ])
  })

  it('leaves a row of its own to what is silenced or held by something that is not in the list', () => {
    const list = [one('a', held('silence', 'b')), one('b'), one('c', held('inhibited', 'unseen'))]
    expect(shape(list)).toEqual([['a'], ['b'], ['c']])
  })

  it('loses none, not even of two that point at each other', () => {
    const list = [
      one('a', held('grouped', 'b')),
      one('b', held('inhibited', 'a')),
      one('c', held('inhibited', 'a')),
    ]
    expect(shape(list).flat().sort()).toEqual(['a', 'b', 'c'])
  })

  it('shows forty-seven rows of one cause as one, and counts one that waits', () => {
    const list = [
      one('city'),
      ...Array.from({ length: 46 }, (_, i) => one(`u-${i}`, held('inhibited', 'city'))),
    ]
    const folded = foldCovered(list)
    expect(rowsOf(folded, new Set()).map(({ alert, covered }) => [alert.id, covered])).toEqual([['city', 46]])
    expect(stateOfDesk(list, T)).toMatchObject({ waiting: 1 })
    const open = rowsOf(folded, new Set(['city']))
    expect(open).toHaveLength(47)
    expect(open.filter(({ under }) => under)).toHaveLength(46)
  })
})

it.each([
  [1, '0:01'],
  [1_000, '0:01'],
  [247_000, '4:07'],
  [3_847_000, '1:04:07'],
  [0, null],
  [-5_000, null],
])('counts down %i ms as %s', (ms, text) => {
  expect(countdown(T + ms, T)).toBe(text)
})

it('knows what runs out: a step while open, the acknowledgement once taken, nothing while held or ended', () => {
  expect(dueKind({ status: 'open', dueAt: T, hold: null })).toBe('next-step')
  expect(dueKind({ status: 'in-progress', dueAt: T, hold: null })).toBe('expires')
  expect(dueKind({ status: 'open', dueAt: T, hold: HELD })).toBe('held')
  expect(dueKind({ status: 'resolved', dueAt: null, hold: null })).toBe('none')
})

it('moves through the list and stops at its ends', () => {
  const ids = ['a', 'b', 'c']
  expect(neighbour(ids, null, 1)).toBe('a')
  expect(neighbour(ids, 'a', 1)).toBe('b')
  expect(neighbour(ids, 'c', 1)).toBe('c')
  expect(neighbour(ids, 'a', -1)).toBe('a')
  expect(neighbour(ids, 'gone', -1)).toBe('a')
  expect(neighbour([], 'a', 1)).toBeNull()
})

it('rings once for a page and never for a quiet one or for news of an end', () => {
  const rung = new Set<string>()
  const pages = [
    { id: 'p1', kind: 'page', quiet: false },
    { id: 'p2', kind: 'page', quiet: true },
    { id: 'p3', kind: 'resolved', quiet: false },
  ]
  expect(newPages(pages, rung).map((page) => page.id)).toEqual(['p1'])
  expect(newPages(pages, rung)).toEqual([])
  expect(newPages([...pages, { id: 'p4', kind: 'page', quiet: false }], rung)).toHaveLength(1)
})
