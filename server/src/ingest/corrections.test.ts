import { delayBucket } from '@guanlan/analytics/delay-buckets'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { collectBlock } from './block.ts'
import { encodeEntry, type SpooledCorrection } from './entry.ts'
import { loadParked } from './parked.ts'
import { resolveCorrections } from './resolve.ts'
import { linePieces, monthIndex, NO_REVISION, parseRowLine, rowLine, type DecisionRow } from './row.ts'

const NOON = Date.parse('2026-11-21T12:00:00+08:00')
const hex = (number: number) => number.toString(16).padStart(32, '0')
/** Words whose hex is that of the number: the last two bytes hold it, away from the kind bit. */
const wordsOf = (number: number) => Uint32Array.of(0, 0, 0, ((number & 255) << 24) | ((number >> 8) << 16))

const STATES = [
  { decision: 'allowed', category: '', tier: 'none' },
  { decision: 'warned', category: 'ads', tier: 'conduct' },
  { decision: 'removed', category: 'fraud', tier: 'illegal' },
] as const

function original(
  number: number,
  state: (typeof STATES)[number],
  { delay, imported }: { delay: number; imported: boolean },
): DecisionRow {
  return {
    ...{
      eventHash: hex(number),
      minute: NOON,
      hour: NOON,
      day: '2026-11-21',
      groupId: 'g-1',
      unitId: 'u-1',
      source: 's',
    },
    ...{ kind: 'text', ...state, decidedBy: 'automated', delayBucket: delayBucket(delay) },
    ...{
      firstDecision: state.decision,
      firstCategory: state.category,
      revision: 0,
      revisionHash: NO_REVISION,
      sign: 1,
      history: imported ? 1 : 0,
    },
  }
}

type Step = { row: DecisionRow; number: number } | { correction: SpooledCorrection; number: number }
const isRow = (step: Step): step is { row: DecisionRow; number: number } => 'row' in step

/** What the arithmetic must come to, counted from scratch: the last decision of each message, by the words of the contract. */
function expectedStates(steps: readonly Step[]): Map<string, Omit<DecisionRow, 'sign'>> {
  const states = new Map<string, Omit<DecisionRow, 'sign'>>()
  for (const step of steps) if (isRow(step)) states.set(step.row.eventHash, step.row)
  const winners = new Map<string, SpooledCorrection>()
  for (const step of steps) {
    if (isRow(step)) continue
    const first = states.get(step.correction.target)
    if (first === undefined) continue
    const earliest = first.minute + (first.delayBucket === 0 ? 0 : 100 * 10 ** ((first.delayBucket - 1) / 8))
    if (step.correction.decidedAt < earliest) continue
    const best = winners.get(step.correction.target)
    const later =
      best === undefined ||
      step.correction.decidedAt > best.decidedAt ||
      (step.correction.decidedAt === best.decidedAt && step.correction.id > best.id)
    if (later) winners.set(step.correction.target, step.correction)
  }
  for (const [hash, winner] of winners) {
    const first = states.get(hash) as DecisionRow
    const becameActedOn = first.firstDecision === 'allowed' && winner.decision !== 'allowed'
    states.set(hash, {
      ...first,
      ...{ decision: winner.decision, category: winner.category, tier: winner.tier, decidedBy: winner.by },
      delayBucket: becameActedOn ? delayBucket(winner.decidedAt - first.minute) : first.delayBucket,
      ...{ revision: winner.decidedAt, revisionHash: winner.id },
      history: winner.history === true ? 1 : first.history,
    })
  }
  return states
}

const piecesOf = (row: DecisionRow) => ({
  when: linePieces.when(row),
  where: linePieces.where(row.groupId, row.unitId, row.source),
  what: linePieces.what(row),
})

/** Sends the steps through spool values, blocks and the resolver, as the writer does, into a table of rows. */
async function run(values: readonly (readonly Step[])[], perBlock: number): Promise<DecisionRow[]> {
  const table: DecisionRow[] = []
  const notes = new Map<string, Uint8Array>()
  const clickhouse = {
    query: <T>(_sql: string, params: Record<string, unknown> = {}) =>
      Promise.resolve(table.filter((row) => (params.hashes as string[]).includes(row.eventHash)) as T[]),
  }
  const spooled = values.map((steps, i) => {
    const rows = steps.filter(isRow)
    const corrections = steps.flatMap((step) => (isRow(step) ? [] : [step]))
    const ids = new Uint32Array(steps.length * 4)
    ;[...rows, ...corrections].forEach((step, at) => ids.set(wordsOf(step.number), at * 4))
    const value = encodeEntry({
      ...{ ids, months: [monthIndex('2026-11-21')], acceptedAt: NOON },
      ...{
        rows: rows.map(({ row }) => piecesOf(row)),
        corrections: corrections.map(({ correction }) => correction),
      },
    })
    return { seq: i + 1, value }
  })
  let done = 0
  while (done < spooled.length) {
    // Parked corrections are read back from their notes at every block, as after a restart.
    const parked = loadParked((key) => notes.get(key), NOON)
    const block = collectBlock({ read: (after) => spooled.slice(after, after + perBlock) }, done)
    if (block === undefined) throw new Error('the block is empty')
    const { lines } = await resolveCorrections(block, parked, clickhouse, NOON)
    for (const [key, note] of Object.entries(parked.changedNotes())) {
      if (note === null) notes.delete(key)
      else notes.set(key, note)
    }
    for (const entry of block.entries)
      table.push(...entry.lines().trim().split('\n').filter(Boolean).map(parseRowLine))
    table.push(...lines.trim().split('\n').filter(Boolean).map(parseRowLine))
    done = block.toSeq
  }
  return table
}

/** Sums of signed rows by everything but the sign; states that cancelled out are gone. */
function summed(rows: readonly DecisionRow[]): Map<string, Omit<DecisionRow, 'sign'>> {
  const sums = new Map<string, { row: DecisionRow; sum: number }>()
  for (const row of rows) {
    const key = rowLine({ ...row, sign: 1 })
    const known = sums.get(key)
    if (known === undefined) sums.set(key, { row, sum: row.sign })
    else known.sum += row.sign
  }
  const states = new Map<string, Omit<DecisionRow, 'sign'>>()
  for (const { row, sum } of sums.values()) {
    if (sum === 0) continue
    expect(sum).toBe(1)
    expect(states.has(row.eventHash)).toBe(false)
    states.set(row.eventHash, row)
  }
  return states
}
const withoutSign = (states: Map<string, Omit<DecisionRow, 'sign'>>) =>
  [...states.values()].map((row) => rowLine({ ...row, sign: 1 })).sort()

const scenario = fc
  .record({
    messages: fc.array(
      fc.record({
        state: fc.constantFrom(...STATES),
        delay: fc.integer({ min: 0, max: 600_000 }),
        missing: fc.boolean(),
        imported: fc.boolean(),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    corrections: fc.array(
      fc.record({
        target: fc.nat(7),
        state: fc.constantFrom(...STATES),
        at: fc.integer({ min: -3, max: 12 }),
        by: fc.constantFrom('human', 'automated'),
        imported: fc.boolean(),
      }),
      { maxLength: 14 },
    ),
  })
  .map(({ messages, corrections }): Step[] => [
    ...messages.flatMap(({ state, missing, ...how }, i): Step[] =>
      missing && i > 0 ? [] : [{ number: i + 1, row: original(i + 1, state, how) }],
    ),
    ...corrections.map(({ target, state, at, by, imported }, i): Step => ({
      number: 100 + i,
      correction: {
        target: hex(target + 1),
        id: hex(100 + i),
        decidedAt: NOON + at * 60_000,
        ...state,
        by,
        source: 's',
        ...(imported ? { history: true } : {}),
      },
    })),
  ])

describe('correction arithmetic', () => {
  it('comes to a recount from scratch whatever the order, the batches and the blocks', async () => {
    await fc.assert(
      fc.asyncProperty(
        scenario.chain((steps) =>
          fc.record({
            steps: fc.shuffledSubarray(steps, { minLength: steps.length, maxLength: steps.length }),
            size: fc.integer({ min: 1, max: 5 }),
            perBlock: fc.integer({ min: 1, max: 4 }),
          }),
        ),
        async ({ steps, size, perBlock }) => {
          const values: Step[][] = []
          for (let at = 0; at < steps.length; at += size) values.push(steps.slice(at, at + size))
          const table = await run(values, perBlock)
          expect(withoutSign(summed(table))).toEqual(withoutSign(expectedStates(steps)))
        },
      ),
      { numRuns: 400 },
    )
  })

  it('lets the later decision win a race, and the greater id a tie', async () => {
    const message = { number: 1, row: original(1, STATES[2], { delay: 1000, imported: false }) }
    const correction = (number: number, minutes: number, state: (typeof STATES)[number]): Step => ({
      number,
      correction: {
        target: hex(1),
        id: hex(number),
        decidedAt: NOON + minutes * 60_000,
        ...state,
        by: 'human',
        source: 's',
      },
    })
    const late = await run([[message], [correction(101, 9, STATES[0])], [correction(102, 5, STATES[1])]], 1)
    expect([...summed(late).values()][0]).toMatchObject({
      decision: 'allowed',
      firstDecision: 'removed',
      revision: NOON + 540_000,
    })
    const tied = await run([[message], [correction(104, 5, STATES[1])], [correction(103, 5, STATES[0])]], 1)
    expect([...summed(tied).values()][0]).toMatchObject({ decision: 'warned', revisionHash: hex(104) })
  })

  it('gives a message that is acted on only now the time to that decision', async () => {
    const allowed = { number: 1, row: original(1, STATES[0], { delay: 1000, imported: false }) }
    const correction: Step = {
      number: 101,
      correction: {
        target: hex(1),
        id: hex(101),
        decidedAt: NOON + 3_600_000,
        ...STATES[2],
        by: 'human',
        source: 's',
      },
    }
    const [state] = [...summed(await run([[correction], [allowed]], 1)).values()]
    expect(state).toMatchObject({
      decision: 'removed',
      delayBucket: delayBucket(3_600_000),
      firstDecision: 'allowed',
    })
  })
})

describe('parked corrections', () => {
  const waiting = (number: number): SpooledCorrection => ({
    ...{ target: hex(number), id: hex(number + 50), decidedAt: NOON, ...STATES[1], by: 'human', source: 's' },
  })

  it('expire after 24 h, also over a restart', () => {
    const notes = new Map<string, Uint8Array>()
    const keep = (changes: Record<string, Uint8Array | null>) => {
      for (const [key, note] of Object.entries(changes)) {
        if (note === null) notes.delete(key)
        else notes.set(key, note)
      }
    }
    const parked = loadParked((key) => notes.get(key), NOON)
    parked.add(waiting(1), NOON)
    parked.add(waiting(2), NOON + 3_600_000)
    expect(parked.expire(NOON + 86_000_000)).toEqual([])
    keep(parked.changedNotes())
    const again = loadParked((key) => notes.get(key), NOON + 87_600_000)
    expect(again.size).toBe(2)
    expect(again.expire(NOON + 87_600_000)).toEqual([waiting(1)])
    expect(again.has(hex(1))).toBe(false)
    expect(again.take(hex(2))).toEqual([waiting(2)])
    keep(again.changedNotes())
    expect(notes.size).toBe(0)
  })
})
