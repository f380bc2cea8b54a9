import { describe, expect, it } from 'vitest'
import { fillQuiet } from './sending.ts'

const steps = (text: string) => [...text].map((char) => char === 'x')
const text = (filled: boolean[]) => filled.map((heard) => (heard ? 'x' : '.')).join('')

describe('fillQuiet', () => {
  it('takes a short silence for a quiet moment and a long one for a gap', () => {
    expect(text(fillQuiet(steps('x..x....x..'), 3))).toBe('xxxx....xxx')
    expect(text(fillQuiet(steps('...x..'), 3))).toBe('...xxx')
    expect(text(fillQuiet(steps('......'), 3))).toBe('......')
    expect(text(fillQuiet(steps('xx.x'), 1))).toBe('xx.x')
  })
})
