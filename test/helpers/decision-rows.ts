/** Rows of decision_in for tests of storage: `count` decisions with different ids, spread over `groups` groups. */
export const DECISION_COLUMNS =
  'event_hash,minute,hour,day,group_id,unit_id,source,kind,tier,category,decision,decided_by,delay_bucket,first_decision,first_category,revision,revision_hash,sign'

export function decisionRows(from: number, count: number, groups = 5): Uint8Array {
  const hour = 1_795_219_200
  const lines = Array.from({ length: count }, (_, index) => {
    const id = from + index
    const minute = hour + (id % 60) * 60
    const hash = id.toString(16).padStart(32, '0')
    const place = ['2026-11-21', `g-${id % groups}`, `u-${id % 2}`, 'src', 'text']
    return JSON.stringify([
      hash,
      minute,
      hour,
      ...place,
      'medium',
      'fraud',
      'removed',
      'automated',
      3,
      'removed',
      'fraud',
      0,
      '0'.repeat(32),
      1,
    ])
  })
  return Buffer.from(`${lines.join('\n')}\n`)
}

/** How many decisions each table behind decision_in holds. */
export const DECISION_TABLES = {
  decision_raw: 'count()',
  minute_unit: 'sum(events)',
  hour_group: 'sum(events)',
  hour_first: 'sum(acted)',
  hour_source: 'sum(events)',
  hour_delay: 'sum(events)',
} as const
