import type { ClickHouse } from '../ports/clickhouse.ts'
import type { Block } from './block.ts'
import { correctionRows, stateOf, type MessageState } from './corrections.ts'
import type { SpooledCorrection } from './entry.ts'
import type { Parked } from './parked.ts'
import { idHex, parseRowLine, rowLine, type DecisionRow } from './row.ts'

const FIND = `
  SELECT lower(hex(event_hash)) AS "eventHash", toUnixTimestamp(minute) * 1000 AS minute, toUnixTimestamp(hour) * 1000 AS hour,
         toString(day) AS day, group_id AS "groupId", unit_id AS "unitId", source, kind, tier, category, decision,
         decided_by AS "decidedBy", delay_bucket AS "delayBucket", first_decision AS "firstDecision",
         first_category AS "firstCategory", revision, lower(hex(revision_hash)) AS "revisionHash", sign, history
  FROM decision_raw
  WHERE event_hash IN (SELECT toFixedString(unhex(arrayJoin({hashes:Array(String)})), 16))`
const FIND_AT_ONCE = 2_000

/** Messages of the block that a correction asks for, by hash. Looks at ids only, unless one matches. */
function messagesOf(block: Block, wanted: (hash: string) => boolean): Map<string, DecisionRow> {
  const found = new Map<string, DecisionRow>()
  for (const entry of block.entries) {
    let lines: string[] | undefined
    for (let row = 0; row < entry.rowCount; row++) {
      const hash = idHex(entry.ids, row * 4)
      if (!wanted(hash)) continue
      lines ??= entry.lines().split('\n')
      const line = lines[row]
      if (line !== undefined) found.set(hash, parseRowLine(line))
    }
  }
  return found
}

async function statesInStore(
  clickhouse: Pick<ClickHouse, 'query'>,
  hashes: readonly string[],
): Promise<Map<string, MessageState>> {
  const rows = new Map<string, DecisionRow[]>()
  for (let at = 0; at < hashes.length; at += FIND_AT_ONCE) {
    for (const row of await clickhouse.query<DecisionRow>(FIND, {
      hashes: hashes.slice(at, at + FIND_AT_ONCE),
    })) {
      const others = rows.get(row.eventHash)
      if (others === undefined) rows.set(row.eventHash, [row])
      else others.push(row)
    }
  }
  const states = new Map<string, MessageState>()
  for (const [hash, found] of rows) {
    const state = stateOf(found)
    if (state !== undefined) states.set(hash, state)
  }
  return states
}

export interface Resolved {
  /** JSONCompactEachRow lines of the signed rows. */
  lines: string
  /** Corrections that found no room to wait. */
  overflow: SpooledCorrection[]
}

/**
 * Turns the corrections of a block, and those that waited for one of its messages, into signed rows; parks the rest.
 * Changes `parked`; reads the store only for targets that are not in the block.
 */
export async function resolveCorrections(
  block: Block,
  parked: Parked,
  clickhouse: Pick<ClickHouse, 'query'>,
  now: number,
): Promise<Resolved> {
  const byTarget = new Map<string, SpooledCorrection[]>()
  for (const entry of block.entries) {
    for (const correction of entry.corrections) {
      const others = byTarget.get(correction.target)
      if (others === undefined) byTarget.set(correction.target, [correction])
      else others.push(correction)
    }
  }
  if (byTarget.size === 0 && parked.size === 0) return { lines: '', overflow: [] }
  const messages = messagesOf(block, (hash) => byTarget.has(hash) || parked.has(hash))
  const elsewhere = [...byTarget.keys()].filter((target) => !messages.has(target))
  const states =
    elsewhere.length === 0 ? new Map<string, MessageState>() : await statesInStore(clickhouse, elsewhere)
  for (const [hash, row] of messages) states.set(hash, { original: row, current: row })
  for (const hash of messages.keys()) {
    const waited = parked.take(hash)
    if (waited.length > 0) byTarget.set(hash, [...waited, ...(byTarget.get(hash) ?? [])])
  }
  let lines = ''
  const overflow: SpooledCorrection[] = []
  for (const [target, corrections] of byTarget) {
    const state = states.get(target)
    if (state !== undefined) lines += correctionRows(state, corrections).map(rowLine).join('')
    else for (const correction of corrections) if (!parked.add(correction, now)) overflow.push(correction)
  }
  return { lines, overflow }
}
