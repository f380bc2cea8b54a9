import { createHash } from 'node:crypto'
import { createAnalyser } from '@guanlan/analytics/text/analyser'
import { knownRates } from '@guanlan/analytics/text/calibration'
import { loadAnalyserResources } from '@guanlan/analytics/text/resources'
import { expect, it } from 'vitest'
import type { Audit } from '../identity/audit.ts'
import type { Postgres } from '../ports/postgres.ts'
import { createCalibrationKeeper } from './calibration-keeper.ts'

const resources = loadAnalyserResources()
const analyser = createAnalyser(resources, { candidateSecret: new Uint8Array(32) })
const at = Date.UTC(2026, 10, 21)
const samples = Array.from({ length: 400 }, (_, i) => ({
  sample: i % 2 === 0 ? `太差了，又停水${i}次` : `很好，谢谢${i}`,
  label: i % 2 === 0 ? ('negative' as const) : ('positive' as const),
}))

/** A table of at most one row. */
function table() {
  let row: object | undefined
  const query = async (sql: string, [calibration, made_by, made_at]: readonly unknown[] = []) => {
    if (sql.startsWith('INSERT'))
      row = { calibration: JSON.parse(String(calibration)) as object, made_by, made_at }
    return row === undefined ? [] : [row]
  }
  // The keeper asks for no more than this.
  return {
    query,
    transaction: (work: (tx: object) => Promise<unknown>) => work({ query }),
  } as unknown as Postgres
}

const warned: string[] = []
const note = () => undefined
const keeperOf = (postgres: Postgres, other: Partial<typeof resources.sentiment> = {}, now = at) =>
  createCalibrationKeeper({
    ...{ postgres, audit: { append: async () => undefined } as unknown as Audit, clock: { now: () => now } },
    logger: {
      error: note,
      info: note,
      debug: note,
      warn: (_: object, line: string) => void warned.push(line),
    },
    shipped: { ...resources.sentiment, ...other },
    calledElsewhere: resources.calledElsewhere,
    analyser: () => analyser,
  })

it('leaves out a calibration that was made for other weights or margins, or by a method of before', async () => {
  const kept = table()
  const made = await keeperOf(kept).calibrate('a', samples)
  const again = keeperOf(kept)
  await again.reload()
  expect(again.describe()).toEqual(made)
  const first = again.current()
  await again.reload()
  expect(again.current()).toBe(first)
  const margins = { negative: -0.5, positive: 0.8 }
  for (const other of [{ bias: 0.1 }, { margins }]) {
    const updated = keeperOf(kept, other)
    await updated.reload()
    await updated.reload()
    expect(updated.describe()).toBeNull()
    expect(updated.current()).toBeUndefined()
  }
  expect(warned).toEqual(Array(2).fill(expect.stringContaining('label samples again')))
  // Nine numbers of another kind, under the name that the shipped weights had alone.
  const { weights, scale } = resources.sentiment
  const model = createHash('sha256').update(weights).update(` ${scale} 0`).digest('hex').slice(0, 16)
  const old = table()
  const platt = { slope: 1, offset: 0, hitRate: 0.8, falseRate: 0.2, negatives: 150, others: 150, model }
  await old.query('INSERT', [JSON.stringify(platt), 'a', new Date(at)])
  const reader = keeperOf(old)
  await reader.reload()
  expect(reader.current()).toBeUndefined()
})

it('counts samples by the very margins that windows count messages by', async () => {
  const mixed = samples.map(({ label }, i) => ({
    label,
    sample: ['太差了，又停水', '很好，谢谢', '下午三点开会', '不太方便', '还可以吧'][i % 5]! + i,
  }))
  const keeper = keeperOf(table())
  const made = await keeper.calibrate('a', mixed)
  const called = (label: string, polarity: number) =>
    mixed.filter((each) => each.label === label && analyser.analyse(each.sample).polarity === polarity).length
  expect(keeper.current()!.calibration).toMatchObject({
    negative: [called('negative', -1), called('negative', 1), called('negative', 0)],
    positive: [called('positive', -1), called('positive', 1), called('positive', 0)],
    neutral: [0, 0, 0],
  })
  const { calibration, rates } = keeper.current()!
  expect(resources.calledElsewhere).toHaveLength(4)
  expect(rates).toEqual(knownRates(calibration, resources.calledElsewhere))
  expect(called('negative', 0)).toBeGreaterThan(0)
  expect(made).toMatchObject({ negatives: 200, others: 200, hitRate: called('negative', -1) / 200 })
  const clear = await keeperOf(table()).calibrate('a', samples)
  expect(clear.width).toBeLessThan(0.2)
  expect(made.width).toBeGreaterThan(clear.width)
})

it('is of all that was counted since the first labels for these weights, when somebody labels again', async () => {
  const kept = table()
  await keeperOf(kept).calibrate('a', samples)
  const later = keeperOf(kept, {}, at + 86_400_000)
  await later.reload()
  await later.calibrate('b', samples.slice(0, 100))
  expect(later.current()).toMatchObject({ at: at + 86_400_000, since: at, by: 'b' })
  expect(later.describe()).toMatchObject({ negatives: 50 })
  const updated = keeperOf(kept, { bias: 0.1 }, at + 2 * 86_400_000)
  await updated.reload()
  await updated.calibrate('b', samples)
  expect(updated.current()).toMatchObject({ since: at + 2 * 86_400_000 })
})
