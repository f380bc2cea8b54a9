import { describe, expect, it } from 'vitest'
import { checkInformed } from './group-edit.ts'

const TODAY = '2026-11-21'
const problem = (informedOn: string | null, before: string | null | undefined, informedHow = '群公告') => {
  try {
    checkInformed(
      { informedOn, informedHow },
      before === undefined ? undefined : { informedOn: before },
      TODAY,
    )
    return null
  } catch (error) {
    return (error as Error).message
  }
}

describe('the day on which members were informed', () => {
  it('is given once, up to a year back, and moves to a later day only', () => {
    expect(problem('2025-11-20', undefined)).toBeNull()
    expect(problem('2025-11-19', null)).toMatch(/open days/)
    expect(problem('2026-11-22', null)).toMatch(/future/)
    expect(problem('2026-11-10', '2026-11-09')).toBeNull()
    expect(problem('2026-11-09', '2026-11-10')).toMatch(/open days/)
    expect(problem('2026-11-10', null, '')).toMatch(/say how/)
  })

  it('is never taken back, so that no second call can give an earlier one', () => {
    expect(problem(null, '2026-11-10')).toMatch(/not taken back/)
    expect(problem(null, null)).toBeNull()
    expect(problem(null, undefined)).toBeNull()
  })
})
