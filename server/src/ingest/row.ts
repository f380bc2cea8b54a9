/** Columns of `decision_in` in the order of the values of a line. */
export const DECISION_COLUMNS =
  'event_hash,minute,hour,day,group_id,unit_id,source,kind,tier,category,decision,decided_by,delay_bucket,first_decision,first_category,revision,revision_hash,sign,history'

export const NO_REVISION = '0'.repeat(32)

/** One signed state of a message, as it is stored. Times in ms since epoch. */
export interface DecisionRow {
  eventHash: string
  minute: number
  hour: number
  day: string
  groupId: string
  unitId: string
  source: string
  kind: string
  tier: string
  category: string
  decision: string
  decidedBy: string
  delayBucket: number
  firstDecision: string
  firstCategory: string
  revision: number
  revisionHash: string
  sign: 1 | -1
  /** 1: changes history only, so that rules don't count it (imported, or sent more than a day before). */
  history: 0 | 1
}

/** A JSONCompactEachRow line. Every string is an id or a code of a plain alphabet, so nothing needs an escape. */
export function rowLine(row: DecisionRow): string {
  return (
    `["${row.eventHash}",${row.minute / 1000},${row.hour / 1000},"${row.day}","${row.groupId}","${row.unitId}",` +
    `"${row.source}","${row.kind}","${row.tier}","${row.category}","${row.decision}","${row.decidedBy}",${row.delayBucket},` +
    `"${row.firstDecision}","${row.firstCategory}",${row.revision},"${row.revisionHash}",${row.sign},${row.history}]\n`
  )
}

/** The line of a message as first decided, after its hash, in three pieces of which each is the same for many rows. */
export interface RowPieces {
  /** Minute, hour and day. */
  readonly when: string
  /** Group, unit and source. */
  readonly where: string
  /** Everything else. */
  readonly what: string
}

/** With a hash before them and joined they make what `rowLine` makes. */
export const linePieces = {
  when: (row: Pick<DecisionRow, 'minute' | 'hour' | 'day'>) =>
    `",${row.minute / 1000},${row.hour / 1000},"${row.day}","`,
  where: (groupId: string, unitId: string, source: string) => `${groupId}","${unitId}","${source}","`,
  what: (
    row: Pick<
      DecisionRow,
      'kind' | 'tier' | 'category' | 'decision' | 'decidedBy' | 'delayBucket' | 'history'
    >,
  ) =>
    `${row.kind}","${row.tier}","${row.category}","${row.decision}","${row.decidedBy}",${row.delayBucket},` +
    `"${row.decision}","${row.category}",0,"${NO_REVISION}",1,${row.history}]`,
}

type Line = [
  string,
  number,
  number,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  number,
  string,
  string,
  number,
  string,
  1 | -1,
  0 | 1,
]

export function parseRowLine(line: string): DecisionRow {
  const [
    eventHash,
    minute,
    hour,
    day,
    groupId,
    unitId,
    source,
    kind,
    tier,
    category,
    decision,
    decidedBy,
    ...rest
  ] = JSON.parse(line) as Line
  const [delayBucket, firstDecision, firstCategory, revision, revisionHash, sign, history] = rest
  return {
    ...{
      eventHash,
      minute: minute * 1000,
      hour: hour * 1000,
      day,
      groupId,
      unitId,
      source,
      kind,
      tier,
      category,
      decision,
    },
    ...{ decidedBy, delayBucket, firstDecision, firstCategory, revision, revisionHash, sign, history },
  }
}

/** Month of a local day as one small number: year * 12 + month. */
export function monthIndex(day: string): number {
  return Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7))
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** 32 hex digits of an id, its kind bit cleared, in the byte order of the keyed hash. */
export function idHex(words: Uint32Array, at = 0): string {
  let hex = ''
  for (let i = 0; i < 4; i++) {
    const word = i === 0 ? (words[at] as number) & ~1 : (words[at + i] as number)
    hex +=
      (HEX[word & 255] as string) +
      (HEX[(word >>> 8) & 255] as string) +
      (HEX[(word >>> 16) & 255] as string) +
      (HEX[word >>> 24] as string)
  }
  return hex
}
