import path from 'node:path'
import { openEmbeddedClickHouse } from '@guanlan/server/store/clickhouse-embedded'
import { openClickHouseServer } from '@guanlan/server/store/clickhouse-server'
import { expect, it } from 'vitest'
import { clickHouseContract } from '../helpers/clickhouse-contract.ts'
import { startClickHouseFront } from '../helpers/servers.ts'
import { tempDir } from '../helpers/workspace.ts'

async function embedded() {
  const dir = tempDir()
  const clickhouse = await openEmbeddedClickHouse({
    dir: path.join(dir.path, 'clickhouse'),
    configFile: path.join(dir.path, 'clickhouse.xml'),
    backupDir: path.join(dir.path, 'backups'),
  })
  return {
    clickhouse,
    async close() {
      await clickhouse.close()
      dir.remove()
    },
  }
}

clickHouseContract('ClickHouse embedded', embedded)

clickHouseContract('ClickHouse over HTTP with the official client', async () => {
  const front = await startClickHouseFront()
  const clickhouse = await openClickHouseServer(front.url)
  return {
    clickhouse,
    async close() {
      await clickhouse.close()
      await front.stop()
    },
  }
})

it('the embedded engine runs with capped caches and makes no log tables', async () => {
  const { clickhouse, close } = await embedded()
  try {
    const rows = await clickhouse.query<{ name: string; bytes: number }>(
      "SELECT name, toUInt64(value) AS bytes FROM system.server_settings WHERE name IN ('mark_cache_size', 'uncompressed_cache_size', 'primary_index_cache_size')",
    )
    expect(rows).toHaveLength(3)
    for (const { bytes } of rows) expect(bytes).toBeLessThanOrEqual(64 * 1024 * 1024)
    expect(
      await clickhouse.query(
        "SELECT name FROM system.tables WHERE database = 'system' AND name LIKE '%\\_log'",
      ),
    ).toEqual([])
  } finally {
    await close()
  }
})
