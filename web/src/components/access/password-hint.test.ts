import { expect, it } from 'vitest'
import { lettersMissing } from './password-hint.ts'

it('counts characters, not code units', () => {
  expect(lettersMissing('')).toBe(15)
  expect(lettersMissing('四只蓝鹤在雨里飞过南岸的堤坝')).toBe(1)
  expect(lettersMissing('👩👩👩👩👩👩👩👩👩👩👩👩👩👩👩')).toBe(0)
  expect(lettersMissing('x'.repeat(40))).toBe(0)
})
