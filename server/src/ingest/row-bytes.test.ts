import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createRowBytes } from './row-bytes.ts'
import { idHex, linePieces, NO_REVISION, rowLine, type DecisionRow } from './row.ts'

const code = fc.stringMatching(/^[a-z.:-]{0,20}$/)
const row = fc.record({
  ...{ minute: fc.nat(1e9).map((n) => n * 60_000), hour: fc.nat(1e6).map((n) => n * 3_600_000) },
  ...{
    day: fc.constantFrom('2026-11-21', '2020-01-01'),
    groupId: code,
    unitId: code,
    source: code,
    kind: code,
  },
  ...{ tier: code, category: code, decision: code, decidedBy: code, delayBucket: fc.nat(63) },
})
const words = fc.array(fc.nat(0xffffffff), { minLength: 4, maxLength: 4 })

it('writes the bytes of the lines, whatever was in the buffer before', () => {
  const bytes = createRowBytes()
  fc.assert(
    fc.property(fc.array(fc.tuple(words, row), { maxLength: 600 }), (rows) => {
      bytes.clear()
      let expected = ''
      for (const [id, each] of rows) {
        const hash = Uint32Array.from(id)
        const { decision, category } = each
        const whole = {
          ...{ ...each, eventHash: idHex(hash), firstDecision: decision, firstCategory: category },
          ...{ revision: 0, revisionHash: NO_REVISION, sign: 1 },
        } as DecisionRow
        expected += rowLine(whole)
        bytes.add(hash, {
          head: linePieces.when(each) + linePieces.where(each.groupId, each.unitId, each.source),
          tail: linePieces.what(each),
        })
      }
      expect(Buffer.from(bytes.bytes()).toString('latin1')).toBe(expected)
    }),
    { numRuns: 100 },
  )
})
