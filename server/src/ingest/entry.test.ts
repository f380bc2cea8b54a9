import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decodeEntry, encodeEntry } from './entry.ts'
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
  history: fc.constantFrom(0 as const, 1 as const),
})
/** Of a message: the bit of the kind is clear. */
const words = fc.tuple(...[0x7fffffff, 0xffffffff, 0xffffffff, 0xffffffff].map((most) => fc.nat(most)))

const correction = {
  ...{ target: '1'.repeat(32), id: '2'.repeat(32), decidedAt: 1, decision: 'removed', category: 'fraud' },
  ...{ tier: 'illegal', by: 'human', source: 's' },
}

it('gives back the lines that whole rows have, and everything else', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(words, row), { maxLength: 200 }), fc.nat(2), (rows, corrections) => {
      const messages = rows.flatMap(([[first = 0, ...rest]]) => [first * 2, ...rest])
      const ids = Uint32Array.from([...messages, ...new Array<number>(corrections * 4).fill(7)])
      const lines = rows.map(([, each], i) => {
        const { decision, category } = each
        return rowLine({
          ...{ ...each, eventHash: idHex(ids, i * 4), firstDecision: decision, firstCategory: category },
          ...{ revision: 0, revisionHash: NO_REVISION, sign: 1 },
        } satisfies DecisionRow)
      })
      const value = encodeEntry({
        ...{ ids, months: [24_323, 24_324], acceptedAt: 1_795_280_400_123 },
        rows: rows.map(([, each]) => ({
          when: linePieces.when(each),
          where: linePieces.where(each.groupId, each.unitId, each.source),
          what: linePieces.what(each),
        })),
        corrections: new Array<typeof correction>(corrections).fill(correction),
      })
      const entry = decodeEntry(value)
      expect(entry.lines()).toBe(lines.join(''))
      expect(entry.rowCount).toBe(rows.length)
      expect(entry.ids).toEqual(ids)
      expect([...entry.months]).toEqual([24_323, 24_324])
      expect(entry.corrections).toEqual(new Array(corrections).fill(correction))
      expect(entry.acceptedAt).toBe(1_795_280_400_123)
    }),
    { numRuns: 200 },
  )
})

it('reads what the first version left in the spool, and nothing of a later one', () => {
  const lines = '["00",1]\n'
  const value = Buffer.alloc(32 + 16 + 2 + lines.length)
  value.writeUInt8(1, 0)
  value.writeUInt16LE(1, 2)
  value.writeUInt32LE(1, 4)
  value.writeUInt32LE(lines.length, 12)
  value.writeDoubleLE(5, 24)
  value.write(lines, 50, 'latin1')
  expect(decodeEntry(value)).toMatchObject({ rowCount: 1, corrections: [], acceptedAt: 5 })
  expect(decodeEntry(value).lines()).toBe('["00",1,0]\n')
  value.writeUInt8(4, 0)
  expect(() => decodeEntry(value)).toThrow(/another version/)
})

it('reads rows of the version that did not say which of them are history', () => {
  const where = linePieces.where('g-1', 'u-1', 's')
  const value = encodeEntry({
    ...{ ids: Uint32Array.of(2, 0, 0, 0, 4, 0, 0, 0), months: [24_323], acceptedAt: 5, corrections: [] },
    rows: [
      { when: '",0,0,"2026-11-21","', where, what: 'text","none","",1]' },
      { when: '",60,0,"2026-11-21","', where, what: 'text","none","",1]' },
    ],
  })
  value[0] = 2
  const lines = decodeEntry(value).lines().trimEnd().split('\n')
  expect(lines.map((line) => (JSON.parse(line) as unknown[]).slice(-2))).toEqual([
    [1, 0],
    [1, 0],
  ])
})
