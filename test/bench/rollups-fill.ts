import { minuteShare } from '../../seeds/src/rhythm.ts'

/** Who sends: a third of the groups are staff groups, the rest are service groups. */
export interface Filling {
  readonly groups: number
  readonly units: number
  readonly actedPercent: number
  /** Codes of the taxonomy with their tiers; made-up ones when nobody looks at them. */
  readonly categories?: readonly { readonly code: string; readonly tier: string }[]
}

/** One local hour of the history: events number `from` to `from + rows` are sent in it. */
export interface Hour {
  /** Seconds since epoch. */
  readonly at: number
  readonly from: number
  readonly rows: number
  /** Share of the hour that staff groups send. */
  readonly staffShare: number
}

const DAYS = 28
/** Monday 2026-10-19, midnight in Shanghai. */
const FIRST = Date.UTC(2026, 9, 18, 16) / 1000
const STAFF_GROUPS = 1 / 3
/** A staff group sends less than a service group. */
const STAFF_WEIGHT = 0.5
const MADE_UP = Array.from({ length: 28 }, (_, i) => ({
  code: `category-${i}`,
  tier: ['conduct', 'harmful', 'illegal'][i % 3] as string,
}))
const quoted = (names: readonly string[]) => `[${names.map((name) => `'${name}'`).join(', ')}]`

/** The hours of four weeks with as many events as the rhythm gives each; together exactly `events`. */
export function hoursOf(events: number): Hour[] {
  const weights = Array.from({ length: DAYS * 24 }, (_, index) => {
    const [hour, weekday] = [index % 24, (1 + Math.floor(index / 24)) % 7]
    const staff = minuteShare('staff', hour, weekday) * STAFF_WEIGHT * STAFF_GROUPS
    return { staff, all: staff + minuteShare('service', hour, weekday) * (1 - STAFF_GROUPS) }
  })
  const total = weights.reduce((sum, { all }) => sum + all, 0)
  let [before, from] = [0, 0]
  return weights.map(({ staff, all }, index) => {
    before += all
    const to = index === weights.length - 1 ? events : Math.round((events * before) / total)
    const hour = { at: FIRST + index * 3600, from, rows: to - from, staffShare: staff / all }
    from = to
    return hour
  })
}

/** A number from 0 to below `below`, drawn from the event's number and a field of its own. */
const draw = (field: number, below: number) => `intHash64(number * 16 + ${field}) % ${below}`

/**
 * The rows of one hour, made inside the engine and sent through decision_in as the writer sends them. A correction gives
 * its two signed rows beside the original.
 */
export function fillHour(
  { groups, units, actedPercent, categories = MADE_UP }: Filling,
  { at, from, rows, staffShare }: Hour,
): string {
  const staffGroups = Math.floor(groups * STAFF_GROUPS)
  const share = `(${draw(2, 1_000_003)}) / 1000003`
  return `
    INSERT INTO decision_in SETTINGS insert_deduplicate = 0, max_insert_block_size = 1000000, min_insert_block_size_rows = 1000000,
      min_insert_block_size_bytes = 1000000000, max_block_size = 1000000, max_insert_threads = 1, parallel_view_processing = 0
    SELECT event_hash, minute, hour, day, group_id, unit_id, 'gate' AS source, kind,
      if(step = 2, 'none', first_tier) AS tier, if(step = 2, '', first_category) AS category,
      if(step = 2, 'allowed', first_decision) AS decision, if(step = 2, 'human', first_by) AS decided_by, delay_bucket, first_decision,
      first_category, if(step = 2, toInt64(${at + 1800} * 1000), 0) AS revision,
      if(step = 2, lower(hex(sipHash128(number, 1))), repeat('0', 32)) AS revision_hash, if(step = 1, -1, 1) AS sign
    FROM (
      SELECT number, lower(hex(sipHash128(number))) AS event_hash,
        toDateTime(${at} + 60 * (${draw(1, 60)}), 'UTC') AS minute, toDateTime(${at}, 'UTC') AS hour,
        toDate(toDateTime(${at}, 'Asia/Shanghai')) AS day,
        if(${draw(3, 10_000)} < ${Math.round(staffShare * 10_000)}, toUInt32(${staffGroups} * pow(${share}, 2)),
          ${staffGroups} + toUInt32(${groups - staffGroups} * pow(${share}, 2))) AS group_number,
        concat('g-', leftPad(toString(group_number), 5, '0')) AS group_id,
        concat('u-', toString(group_number % ${units})) AS unit_id,
        ['text', 'text', 'text', 'text', 'text', 'text', 'text', 'image', 'link', 'voice'][1 + ${draw(5, 10)}] AS kind,
        ${draw(4, 10_000)} < ${Math.round(actedPercent * 100)} AS acted,
        toUInt32(${categories.length} * pow((${draw(6, 1009)}) / 1009, 2)) AS category_number,
        if(acted, ${quoted(categories.map(({ tier }) => tier))}[1 + category_number], 'none') AS first_tier,
        if(acted, ${quoted(categories.map(({ code }) => code))}[1 + category_number], '') AS first_category,
        if(acted, ['removed', 'removed', 'restricted', 'warned'][1 + ${draw(7, 4)}], 'allowed') AS first_decision,
        if(acted AND ${draw(8, 100)} < 14, 'human', 'automated') AS first_by,
        if(first_by = 'human', 20 + ${draw(9, 8)}, 5 + ${draw(10, 5)}) AS delay_bucket,
        if(acted AND first_by = 'automated' AND ${draw(11, 1_000)} < 35, [0, 1, 2], [0]) AS steps
      FROM numbers(${from}, ${rows}))
    ARRAY JOIN steps AS step`
}
