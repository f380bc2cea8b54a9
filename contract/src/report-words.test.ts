import { expect, it } from 'vitest'
import { percentText } from './report-words.ts'

it('only nothing is 0%, only all of it is 100%', () => {
  expect([0, 0.0004, 0.0005, 0.0996, 0.5, 0.994].map(percentText)).toEqual([
    ...['0%', '<0.1%', '0.1%', '10%', '50%', '99%'],
  ])
  // 199 of 200.
  expect([0.995, 0.9996, 1, -0.995].map(percentText)).toEqual(['99.5%', '99.9%', '100%', '-99.5%'])
})
