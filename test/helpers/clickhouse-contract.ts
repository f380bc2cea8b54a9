import type { ClickHouse } from '@guanlan/server/ports/clickhouse'
import { applyRetention, migrateClickHouse } from '@guanlan/server/store/migrations'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DECISION_COLUMNS, DECISION_TABLES, decisionRows } from './decision-rows.ts'

/** What either driver has to do: the same statements, the same answers. */
export function clickHouseContract(
  name: string,
  open: () => Promise<{ clickhouse: ClickHouse; close(): Promise<void> }>,
) {
  describe(name, () => {
    let clickhouse: ClickHouse
    let close: () => Promise<void>
    beforeAll(async () => {
      ;({ clickhouse, close } = await open())
    })
    afterAll(() => close())
    const counts = async () => {
      const all: Record<string, number> = {}
      for (const [table, count] of Object.entries(DECISION_TABLES))
        all[table] = (await clickhouse.query<{ n: number }>(`SELECT ${count} AS n FROM ${table}`))[0]?.n ?? -1
      return all
    }
    const everywhere = (n: number) =>
      Object.fromEntries(Object.keys(DECISION_TABLES).map((table) => [table, n]))
    const insert = (rows: Uint8Array, token: string) =>
      clickhouse.insertBlock('decision_in', DECISION_COLUMNS, rows, token)

    it('applies the migrations once', async () => {
      expect(await migrateClickHouse(clickhouse)).toContain('0001_decisions.sql')
      expect(await migrateClickHouse(clickhouse)).toEqual([])
    })

    it('counts a block once per token in raw and every rollup', async () => {
      const rows = decisionRows(0, 2_000)
      await insert(rows, 'block-1')
      expect(await counts()).toEqual(everywhere(2_000))
      await insert(rows, 'block-1')
      expect(await counts()).toEqual(everywhere(2_000))
    })

    it('counts the same bytes again under another token', async () => {
      await insert(decisionRows(0, 2_000), 'block-2')
      expect(await counts()).toEqual(everywhere(4_000))
    })

    it('keeps no token for the next block', async () => {
      await insert(decisionRows(2_000, 500), 'block-3')
      await insert(decisionRows(2_500, 500), 'block-4')
      expect(await counts()).toEqual(everywhere(5_000))
    })

    it('still knows an old token after others', async () => {
      await insert(decisionRows(0, 2_000), 'block-1')
      expect(await counts()).toEqual(everywhere(5_000))
    })

    it('takes a large block as one', async () => {
      const rows = decisionRows(10_000, 60_000)
      await insert(rows, 'block-large')
      await insert(rows, 'block-large')
      expect(await counts()).toEqual(everywhere(65_000))
    })

    it('refuses a broken block whole', async () => {
      const rows = Buffer.concat([decisionRows(90_000, 10), Buffer.from('["too short"]\n')])
      await expect(insert(rows, 'block-broken')).rejects.toThrow()
      expect(await counts()).toEqual(everywhere(65_000))
    })

    it('binds parameters of every kind', async () => {
      const text = 'o\'clock \\ 停水\t"x"'
      const rows = await clickhouse.query<Record<string, unknown>>(
        'SELECT {t:String} AS t, {n:Int64} AS n, {d:Date} AS d, {l:Array(String)} AS l, {u:UInt8} AS u',
        { t: text, n: 1_795_219_200_000, d: '2026-11-21', l: ["a'b", '停水', ''], u: 7 },
      )
      expect(rows).toEqual([{ t: text, n: 1_795_219_200_000, d: '2026-11-21', l: ["a'b", '停水', ''], u: 7 }])
    })

    it('gives 64-bit integers as numbers and no rows as an empty list', async () => {
      expect(await clickhouse.query("SELECT toInt64(-5) AS a, toUInt64('9007199254740991') AS b")).toEqual([
        { a: -5, b: 9007199254740991 },
      ])
      expect(await clickhouse.query('SELECT 1 AS a WHERE 0')).toEqual([])
    })

    it('ends a query that takes too long, also one with settings of its own', async () => {
      const endless = 'SELECT sum(sipHash64(number)) AS n FROM numbers(100000000000)'
      await expect(clickhouse.query(endless, undefined, { timeoutSeconds: 0.2 })).rejects.toThrow(
        /TIMEOUT|Timeout/,
      )
      await expect(
        clickhouse.query(`${endless} SETTINGS max_threads = 1`, undefined, { timeoutSeconds: 0.2 }),
      ).rejects.toThrow(/TIMEOUT|Timeout/)
      // The limit was of that statement alone.
      expect(await clickhouse.query('SELECT sleep(0.5) AS n')).toEqual([{ n: 0 }])
    })

    it('answers the ticker while a report runs', async () => {
      let reported = false
      const report = clickhouse
        .query('SELECT sleep(2) AS n', undefined, { lane: 'reader' })
        .then(() => (reported = true))
      await clickhouse.query('SELECT 1 AS n', undefined, { lane: 'ticker' })
      expect(reported).toBe(false)
      await report
    })

    it('sets retention once, and again when it changes', async () => {
      const retention = { rawDays: 180, minuteDays: 30, hourDays: 1095, wordCellDays: 30 }
      expect(await applyRetention(clickhouse, retention)).toContain('decision_raw')
      expect(await applyRetention(clickhouse, retention)).toEqual([])
      expect(await applyRetention(clickhouse, { ...retention, minuteDays: 31 })).toEqual(['minute_unit'])
    })

    it('says in its errors what kind they are', async () => {
      await expect(clickhouse.query('SELECT missing_column')).rejects.toThrow(/missing_column/)
    })
  })
}
