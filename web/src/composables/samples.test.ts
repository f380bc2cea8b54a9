import { expect, it } from 'vitest'
import { countLabels, enough, samplesOf } from './samples.ts'

it('takes each pasted line once and leaves out what is too short', () => {
  expect(samplesOf('电梯又停了\r\n\n 好 \n电梯又停了\n  谢谢师傅 ').map((each) => each.sample)).toEqual([
    '电梯又停了',
    '谢谢师傅',
  ])
  expect(samplesOf('长'.repeat(1200))[0]?.sample).toHaveLength(1000)
})

it('asks for enough of both kinds', () => {
  const made = (negative: number, other: number) =>
    countLabels([
      ...Array.from({ length: negative }, () => ({ sample: 'x', label: 'negative' as const })),
      ...Array.from({ length: other }, () => ({ sample: 'x', label: 'neutral' as const })),
      { sample: 'x', label: null },
    ])
  expect(made(20, 40)).toEqual({ n: 60, negative: 20, other: 40 })
  expect(enough(made(20, 40))).toBe(true)
  expect(enough(made(19, 40))).toBe(false)
  expect(enough(made(10, 60))).toBe(false)
  expect(enough(made(60, 10))).toBe(false)
})
