import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { ClickHouse } from '@guanlan/server/ports/clickhouse'
import { openEmbeddedClickHouse } from '@guanlan/server/store/clickhouse-embedded'
import { migrateClickHouse } from '@guanlan/server/store/migrations'

/** An embedded engine with all migrations in a folder of its own. */
export async function openTestClickHouse(): Promise<{ clickhouse: ClickHouse; close: () => Promise<void> }> {
  const dir = await mkdtemp(path.join(tmpdir(), 'guanlan-clickhouse-'))
  const clickhouse = await openEmbeddedClickHouse({
    dir: path.join(dir, 'tables'),
    configFile: path.join(dir, 'engine.xml'),
    backupDir: path.join(dir, 'backup'),
  })
  await migrateClickHouse(clickhouse)
  return {
    clickhouse,
    async close() {
      await clickhouse.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** One message in the columns of decision_in. */
export interface StoredMessage {
  readonly id: number
  readonly minute: number
  readonly hour: number
  readonly day: string
  readonly groupId: string
  readonly unitId: string
  readonly tier: string
  readonly category: string
  readonly decision: string
  readonly decidedBy?: string
  readonly delayBucket?: number
  readonly firstDecision?: string
  readonly firstCategory?: string
  /** decidedAt of the correction that set this state, 0 for the first decision. */
  readonly revision?: number
  readonly sign?: 1 | -1
}

const COLUMNS =
  'event_hash, minute, hour, day, group_id, unit_id, source, kind, tier, category, decision, decided_by, delay_bucket, first_decision, first_category, revision, revision_hash, sign'

/** Stores messages the way the writer does: through the Null table, one block and one token. */
export async function storeMessages(
  clickhouse: ClickHouse,
  messages: readonly StoredMessage[],
  token: string,
): Promise<void> {
  const lines = messages.map((message) =>
    JSON.stringify([
      message.id.toString(16).padStart(32, '0'),
      message.minute / 1000,
      message.hour / 1000,
      message.day,
      message.groupId,
      message.unitId,
      'gate',
      'text',
      message.tier,
      message.category,
      message.decision,
      message.decidedBy ?? 'automated',
      message.delayBucket ?? 5,
      message.firstDecision ?? message.decision,
      message.firstCategory ?? message.category,
      message.revision ?? 0,
      '0'.repeat(32),
      message.sign ?? 1,
    ]),
  )
  await clickhouse.insertBlock('decision_in', COLUMNS, Buffer.from(`${lines.join('\n')}\n`), token)
}
