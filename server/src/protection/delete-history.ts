import { addDays } from '@guanlan/analytics/days'
import { appError } from '@guanlan/contract/errors'
import type { BothLanguages, HistoryDeletion, HistoryDeletionRequest } from '@guanlan/contract/protection'
import type { Audit } from '../identity/audit.ts'
import { landed } from '../ingest/landed.ts'
import type { Writer } from '../ingest/writer.ts'
import { reconcile } from '../ingest/reconcile.ts'
import type { ClickHouse } from '../ports/clickhouse.ts'
import type { Postgres } from '../ports/postgres.ts'
import type { Directory } from '../register/directory.ts'

export interface HistoryDeps {
  readonly clickhouse: ClickHouse
  readonly postgres: Postgres
  readonly audit: Audit
  readonly directory: Pick<Directory, 'group' | 'tree'>
  readonly writer: Pick<Writer, 'drained' | 'betweenBlocks' | 'stats' | 'backlog'>
  readonly retention: { readonly rawDays: number; readonly minuteDays: number; readonly hourDays: number }
  readonly today: () => string
  readonly newToken: () => string
}

export type DeleteHistory = (
  actor: string,
  groupId: string,
  request: HistoryDeletionRequest,
) => Promise<HistoryDeletion>

const CHANGES: readonly BothLanguages[] = [
  {
    zh: '上级单位与全单位的历史合计减去该群的部分；以前打印的数字不再一致，比较前后可以算出该群的合计。',
    en: 'Past totals of the units above and of the organisation go down by what the group counted; earlier prints no longer agree, and who compares before and after can tell the total of the group.',
  },
  {
    zh: '今后的消息在群仍备案期间照常计数；已收过的消息再次送来仍视为重复。',
    en: 'Messages from now on count while the group stays filed; messages that were taken before stay known as repeats.',
  },
]
const STAYS: readonly BothLanguages[] = [
  { zh: '群的登记与备案记录。', en: 'The register entry of the group and its filing.' },
  {
    zh: '已发出的报告、已触发的预警及处置记录。',
    en: 'Reports that were issued, alerts that were raised and what was done.',
  },
  {
    zh: '单位与全单位范围内已发布的词与话题单元：其中无法分出某个群。',
    en: 'Released cells of units and the organisation: no group can be told apart in them.',
  },
  {
    zh: '早于明细保留期的来源小时计数（不含群）。',
    en: 'Messages by source and hour that are older than the details; they do not name groups.',
  },
  { zh: '审计记录。', en: 'The audit.' },
]

interface Target {
  readonly table: string
  readonly where: string
}

/** Every table with a column for the group, as the engine lists them, and the two that name it in another way. */
async function targetsOf(clickhouse: ClickHouse): Promise<Target[]> {
  const rows = await clickhouse.query<{ table: string }>(
    `SELECT c.table AS table FROM system.columns AS c JOIN system.tables AS t ON t.name = c.table AND t.database = c.database
     WHERE c.database = currentDatabase() AND c.name = 'group_id' AND t.engine LIKE '%MergeTree' ORDER BY c.table`,
  )
  return [
    ...rows.map(({ table }) => ({ table, where: 'group_id = {group:String}' })),
    { table: 'active_people', where: "scope_kind = 'group' AND scope_id = {group:String}" },
    { table: 'risk_score', where: "subject = concat('group:', {group:String})" },
  ]
}

/** In the register's engine: what is counted or judged about the group, and not its entry. `$1` is its id. */
const POSTGRES_TARGETS: readonly Target[] = [
  { table: 'group_activity', where: 'group_id = $1' },
  { table: 'risk_mark', where: "subject = 'group:' || $1" },
]

interface Look {
  readonly table: string
  readonly hasRows: boolean
  /** First and last local day, '' where the table has no days. */
  readonly from: string
  readonly to: string
}

async function look({ clickhouse, postgres }: HistoryDeps, targets: readonly Target[], group: string) {
  const found: Look[] = []
  for (const { table, where } of targets) {
    const rows = await clickhouse.query<{ any: number; from: string; to: string }>(
      `SELECT count() > 0 AS any, toString(min(day)) AS from, toString(max(day)) AS to FROM ${table} WHERE ${where}`,
      { group },
      { lane: 'reader' },
    )
    const row = rows[0]
    found.push({ table, hasRows: row?.any === 1, from: row?.from ?? '', to: row?.to ?? '' })
  }
  for (const { table, where } of POSTGRES_TARGETS) {
    const rows = await postgres.query(`SELECT 1 FROM ${table} WHERE ${where} LIMIT 1`, [group])
    found.push({ table, hasRows: rows.length > 0, from: '', to: '' })
  }
  return found
}

async function unitsOf(deps: HistoryDeps, group: string): Promise<string[]> {
  const leaves = await deps.clickhouse.query<{ unit: string; day: string }>(
    'SELECT unit_id AS unit, toString(max(day)) AS day FROM hour_group WHERE group_id = {group:String} GROUP BY unit_id',
    { group },
    { lane: 'reader' },
  )
  const units = leaves.flatMap(({ unit, day }) => deps.directory.tree.ancestorsOn(unit, day))
  return [...new Set(units)].sort()
}

/** Rollups that do not name the group follow from what is left of the details, as after any repair. */
async function recount(deps: HistoryDeps, from: string | null): Promise<void> {
  const { clickhouse, writer, retention, today, newToken } = deps
  const kept = (days: number) => addDays(today(), 1 - days)
  const raw = kept(Math.min(retention.rawDays, retention.hourDays))
  await reconcile({
    clickhouse,
    betweenBlocks: (work) => writer.betweenBlocks(work),
    newToken,
    firstDay: { raw: from !== null && from > raw ? from : raw, minute: kept(retention.minuteDays) },
    repair: true,
    progress: () => undefined,
  })
}

/** Deletes what is counted about one group, now and in its parents, and says what that changes. */
export function createDeleteHistory(deps: HistoryDeps): DeleteHistory {
  const { clickhouse, postgres, audit, directory, writer } = deps
  return async (actor, groupId, { preview, confirm, reason }) => {
    if (directory.group(groupId) === undefined) throw appError('not_found', 'no group has this id')
    if (!preview && confirm !== groupId)
      throw appError('unprocessable', 'takes the id of the group once more', { pointer: '/confirm' })
    if (!preview && reason === '') throw appError('unprocessable', 'say why', { pointer: '/reason' })
    await landed(writer)
    const targets = await targetsOf(clickhouse)
    const before = await look(deps, targets, groupId)
    const dated = before.filter((each) => each.hasRows && each.from !== '')
    const from = dated.map((each) => each.from).sort()[0] ?? null
    const to =
      dated
        .map((each) => each.to)
        .sort()
        .at(-1) ?? null
    const answer = {
      ...{ groupId, from, to, units: await unitsOf(deps, groupId), changes: [...CHANGES], stays: [...STAYS] },
    }
    const shown = (rows: typeof before) => rows.map(({ table, hasRows }) => ({ table, hasRows }))
    if (preview) return { ...answer, done: false, tables: shown(before) }
    // Written before the first row goes: a deletion that is cut short is known, and can be asked for again.
    await audit.append(actor, 'group.history-delete', groupId, { from, to, reason, units: answer.units })
    await writer.betweenBlocks(async () => {
      for (const { table, where } of targets)
        await clickhouse.command(`ALTER TABLE ${table} DELETE WHERE ${where} SETTINGS mutations_sync = 1`, {
          group: groupId,
        })
    })
    await recount(deps, from)
    for (const { table, where } of POSTGRES_TARGETS)
      await postgres.query(`DELETE FROM ${table} WHERE ${where}`, [groupId])
    const after = await look(deps, targets, groupId)
    await audit.append(actor, 'group.history-deleted', groupId, { left: after.some((each) => each.hasRows) })
    return { ...answer, done: true, tables: shown(after) }
  }
}
