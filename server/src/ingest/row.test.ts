import fc from 'fast-check'
import { expect, it } from 'vitest'
import { idHex, linePieces, NO_REVISION, rowLine, rowLines, type DecisionRow } from './row.ts'

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
/** Of a message: the bit of the kind is clear. */
const words = fc.tuple(...[0x7fffffff, 0xffffffff, 0xffffffff, 0xffffffff].map((most) => fc.nat(most)))

it('writes the same lines from pieces as from whole rows', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(words, row), { maxLength: 200 }), (rows) => {
      const ids = Uint32Array.from(rows.flatMap(([[first = 0, ...rest]]) => [first * 2, ...rest]))
      const expected = rows.map(([, each], i) => {
        const { decision, category } = each
        return rowLine({
          ...{ ...each, eventHash: idHex(ids, i * 4), firstDecision: decision, firstCategory: category },
          ...{ revision: 0, revisionHash: NO_REVISION, sign: 1 },
        } satisfies DecisionRow)
      })
      const pieces = rows.map(([, each]) => ({
        head: linePieces.when(each) + linePieces.where(each.groupId, each.unitId, each.source),
        tail: linePieces.what(each),
      }))
      expect(rowLines(ids, pieces)).toBe(expected.join(''))
    }),
    { numRuns: 100 },
  )
})
