import { NO_RISK } from '@guanlan/analytics/risk/components'
import { createScoreStore, type Score } from '@guanlan/server/insight/score-store'
import { expect, it } from 'vitest'
import { openTestClickHouse } from '../helpers/clickhouse.ts'

it('reads the scores of one kind of subject without the others', async () => {
  const { clickhouse, close } = await openTestClickHouse()
  try {
    const store = createScoreStore(clickhouse, (ms) => new Date(ms).toISOString().slice(0, 10), 'test')
    const at = Date.UTC(2026, 10, 21, 2)
    const score = (subject: string): Score => ({
      ...{ subject, unit: 'root', at, version: 'v', score: 30, level: 'blue', components: NO_RISK },
    })
    await store.append(['unit:a', 'group:g-1', 'topic:t-1', 'topic:t-2'].map(score))
    const subjects = async (kind?: 'topic' | 'unit') =>
      (await store.since(at - 1000, kind)).map(({ subject }) => subject)
    expect(await subjects('topic')).toEqual(['topic:t-1', 'topic:t-2'])
    expect(await subjects('unit')).toEqual(['unit:a'])
    expect(await subjects()).toHaveLength(4)
  } finally {
    await close()
  }
})
