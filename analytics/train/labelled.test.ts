import { describe, expect, it } from 'vitest'
import { parseLabelled } from './labelled.ts'

const labels = (content: string): string =>
  parseLabelled(content, 'x.tsv')
    .samples.map(({ text, label }) => `${text}${label}`)
    .join(' ')

describe('labelled file', () => {
  it('takes the columns in either order, by name or by what they hold', () => {
    expect(labels('polarity\ttext\npositive\t好\nnegative\t差\n')).toBe('好1 差-1')
    expect(labels('\uFEFFid\ttext\tlabel\r\n7\t好\t1\r\n8\t差\t0\r\n')).toBe('好1 差-1')
    expect(labels('好\t正\n差\t负\n')).toBe('好1 差-1')
    expect(labels('-1\t差\n1\t好\n')).toBe('差-1 好1')
  })

  it('reads numbers by the company they keep', () => {
    expect(labels('label\ttext\n1\t好\n0\t差')).toBe('好1 差-1')
    expect(labels('label\ttext\n1.0\t好\n-1.0\t差\n0.0\t平')).toBe('好1 差-1')
    expect(labels('label\ttext\n2\t好\n0\t差\n1\t平')).toBe('好1 差-1')
  })

  it('counts what it leaves out', () => {
    const file = parseLabelled('polarity\ttext\nneutral\t平\npos\t"好"\nneg\t\n\n', 'x.tsv')
    expect([file.samples.length, file.neutral, file.empty]).toEqual([1, 1, 1])
  })

  it('says which line it cannot read, and what it wants', () => {
    expect(() => labels('polarity\ttext\npos\t好\nmaybe\t差')).toThrow(
      'x.tsv, line 3: "maybe" is no polarity',
    )
    expect(() => labels('a\tb\nc\td')).toThrow('names a column "polarity" and a column "text"')
    expect(() => labels('\n\n')).toThrow('x.tsv is empty')
    expect(() => labels('polarity\ttext\nneutral\t平')).toThrow('holds no positive or negative message')
  })
})
