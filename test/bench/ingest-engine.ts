// The engine's own ceiling: the same schema and settings, 10,000-row buffers serialised beforehand, nothing else running.

import { randomBytes, randomUUID } from 'node:crypto'
import { DECISION_COLUMNS, NO_REVISION, rowLine } from '@guanlan/server/ingest/row'
import { openTestClickHouse } from '../helpers/clickhouse.ts'

const ROWS = 10_000
const BLOCKS = 30
const ROUNDS = 3

function block(number: number): Uint8Array {
  const now = Math.floor(Date.now() / 60_000) * 60_000
  let lines = ''
  for (let i = 0; i < ROWS; i++) {
    const acted = i % 10 === 0
    const group = (i * 7 + number) % 300
    const state = acted
      ? { tier: 'illegal', category: 'fraud', decision: 'removed' }
      : { tier: 'none', category: '', decision: 'allowed' }
    lines += rowLine({
      ...{
        eventHash: randomBytes(16).toString('hex'),
        minute: now - (i % 2) * 60_000,
        hour: now - (now % 3_600_000),
      },
      ...{
        day: new Date(now + 8 * 3_600_000).toISOString().slice(0, 10),
        groupId: `g-${group}`,
        unitId: `u-${group % 20}`,
      },
      ...{
        source: 'bench',
        kind: 'text',
        ...state,
        decidedBy: 'automated',
        delayBucket: 9,
        firstDecision: state.decision,
      },
      ...{ firstCategory: state.category, revision: 0, revisionHash: NO_REVISION, sign: 1, history: 0 },
    })
  }
  return Buffer.from(lines, 'latin1')
}

async function main(): Promise<void> {
  const { clickhouse, close } = await openTestClickHouse()
  let best = 0
  for (let round = 0; round < ROUNDS; round++) {
    const blocks = Array.from({ length: BLOCKS }, (_, i) => block(i))
    const began = performance.now()
    for (const bytes of blocks)
      await clickhouse.insertBlock('decision_in', DECISION_COLUMNS, bytes, randomUUID())
    best = Math.max(best, (ROWS * BLOCKS * 1000) / (performance.now() - began))
  }
  await close()
  process.send?.({ engineRowsPerSecond: Math.round(best) }, () => process.exit(0))
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})
