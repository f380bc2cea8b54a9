import { describe, expect, it } from 'vitest'
import type { FindingFacts } from './register-findings.ts'
import { findingsOf, tierOf } from './register-findings.ts'

const TODAY = '2026-11-21'
const sound: FindingFacts = {
  kind: 'service',
  state: 'filed',
  name: '柳湾社区 居民群',
  unitName: '柳湾社区',
  size: 150,
  filedOn: '2026-01-10',
  informedOn: '2026-01-12',
  realNamesConfirmedOn: '2026-01-12',
  expiresOn: null,
  nextReviewOn: TODAY,
  posts: ['社区网格员'],
  withoutAdministratorSince: null,
  lastMessageOn: '2026-11-20',
}
const policy = { sizeCap: 150, reviewMonths: 6 }
const codes = (change: Partial<FindingFacts>) =>
  findingsOf({ ...sound, ...change }, policy, TODAY).map((finding) => finding.code)

describe('findingsOf', () => {
  it('finds nothing about a group that is in order', () => {
    expect(codes({})).toEqual([])
  })

  it.each<[string, Partial<FindingFacts>, Partial<FindingFacts>]>([
    [
      'no_administrator',
      { withoutAdministratorSince: '2026-11-20', posts: [] },
      { withoutAdministratorSince: null },
    ],
    ['over_cap', { size: 151 }, { size: null }],
    ['not_informed', { informedOn: null }, { informedOn: TODAY }],
    [
      'real_names_unconfirmed',
      { realNamesConfirmedOn: null },
      { realNamesConfirmedOn: null, kind: 'public' },
    ],
    ['expired', { expiresOn: '2026-11-13' }, { expiresOn: '2026-11-14' }],
    ['review_overdue', { nextReviewOn: '2026-11-20' }, { nextReviewOn: null }],
    ['name', { name: '业主群' }, { name: 'x柳湾 社区x' }],
    ['silent', { lastMessageOn: '2026-08-23' }, { lastMessageOn: '2026-08-24' }],
    ['silent', { lastMessageOn: null }, { lastMessageOn: undefined }],
  ])('%s', (code, wrong, right) => {
    expect(codes(wrong)).toEqual([code])
    expect(codes(right)).toEqual([])
  })

  it.each(['draft', 'submitted', 'returned', 'dissolved'] as const)('leaves %s groups alone', (state) => {
    expect(codes({ state, informedOn: null, size: 900 })).toEqual([])
  })

  it('gives each finding an owner and a due date', () => {
    expect(findingsOf({ ...sound, informedOn: null }, policy, TODAY)).toEqual([
      { code: 'not_informed', since: '2026-01-10', dueOn: '2026-11-28', owner: '社区网格员' },
    ])
    expect(
      findingsOf({ ...sound, posts: [], withoutAdministratorSince: TODAY }, policy, TODAY)[0]?.owner,
    ).toBe('unit-lead')
  })
})

describe('tierOf', () => {
  it.each([
    ['service', 120, 3000, 'key'],
    ['service', 20, 0, 'light'],
    ['staff', 60, 400, 'regular'],
    ['staff', null, 0, 'light'],
    ['public', 100, 300, 'key'],
  ] as const)('%s with %s members and %s messages: %s', (kind, size, messages, tier) => {
    expect(tierOf(kind, size, messages)).toBe(tier)
  })
})
