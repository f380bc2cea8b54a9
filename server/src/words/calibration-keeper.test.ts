import { createAnalyser } from '@guanlan/analytics/text/analyser'
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

it('leaves out a calibration that was made for other weights', async () => {
  const warned: string[] = []
  const note = () => undefined
  const keeperOf = (postgres: Postgres, bias: number) =>
    createCalibrationKeeper({
      ...{ postgres, audit: { append: async () => undefined } as unknown as Audit, clock: { now: () => at } },
      logger: {
        error: note,
        info: note,
        debug: note,
        warn: (_: object, line: string) => void warned.push(line),
      },
      shipped: { ...resources.sentiment, bias },
      analyser: () => analyser,
    })
  const kept = table()
  const made = await keeperOf(kept, 0).calibrate('a', samples)
  const again = keeperOf(kept, 0)
  await again.reload()
  expect(again.describe()).toEqual(made)
  expect(again.margins()).not.toEqual(resources.sentiment.margins)
  const updated = keeperOf(kept, 0.1)
  await updated.reload()
  await updated.reload()
  expect(updated.describe()).toBeNull()
  expect(updated.current()).toBeUndefined()
  expect(updated.margins()).toEqual(resources.sentiment.margins)
  expect(warned).toEqual([expect.stringContaining('label samples again')])
})
