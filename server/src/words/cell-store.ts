import type { ReleasedCell } from '@guanlan/analytics/privacy/released-cell'
import type { ClickHouse } from '../ports/clickhouse.ts'

const COLUMNS =
  'scope, from_at, to_at, day, kind, key, people, messages, groups, units, sentiment, harm, terms'

interface Row {
  scope: string
  from_ms: number
  to_ms: number
  kind: ReleasedCell['kind']
  key: string
  people: number
  messages: number
  groups: number
  units: number
  sentiment: string
  harm: { category: string; messages: number }[]
  terms: string[]
}

const FIELDS = `SELECT scope, toUnixTimestamp64Milli(from_at) AS from_ms, toUnixTimestamp64Milli(to_at) AS to_ms, kind, key,
  people, messages, groups, units, sentiment,
  arrayMap(part -> map('category', part.1, 'messages', toString(part.2)), harm) AS harm, terms
FROM released_cell`
const SELECT = `${FIELDS} WHERE to_at >= fromUnixTimestamp64Milli({from:Int64}) ORDER BY to_at, scope, kind, key`
// Ids of topics are opaque; a word is never asked for.
const SELECT_KEY = `${FIELDS} WHERE scope IN {scopes:Array(String)} AND kind = 'topic' AND key = {id:String} ORDER BY to_at, scope`
const SELECT_KIND = `${FIELDS} WHERE scope = {scope:String} AND kind = {kind:String} AND to_at >= fromUnixTimestamp64Milli({from:Int64}) ORDER BY to_at, key`

const READER = { lane: 'reader', timeoutSeconds: 10 } as const

export interface CellStore {
  /**
   * Appends cells; a batch that is tried again with its token counts once.
   * @param dayOf local day of a moment, for the monthly partition
   */
  append(cells: readonly ReleasedCell[], dayOf: (ms: number) => string, token: string): Promise<void>
  /** Cells whose window ended at or after `from` (ms), oldest first. */
  since(from: number): Promise<ReleasedCell[]>
  /** All cells of one topic in some scopes, oldest first. */
  ofTopic(id: string, scopes: readonly string[]): Promise<ReleasedCell[]>
  /** Cells of topics or of mood of one scope since a moment, oldest first. */
  ofScope(scope: string, kind: 'topic' | 'sentiment', from: number): Promise<ReleasedCell[]>
}

/**
 * The table of released cells.
 * @param categories codes by the index that cells use for harm parts
 */
export function createCellStore(clickhouse: ClickHouse, categories: readonly string[]): CellStore {
  const toCell = (row: Row): ReleasedCell => ({
    scope: row.scope,
    from: Number(row.from_ms),
    to: Number(row.to_ms),
    kind: row.kind,
    key: row.key,
    people: row.people,
    messages: row.messages,
    groups: row.groups,
    units: row.units,
    sentiment: row.sentiment === '' ? null : (JSON.parse(row.sentiment) as ReleasedCell['sentiment']),
    harm: row.harm.map((part) => ({
      category: categories.indexOf(part.category),
      messages: Number(part.messages),
    })),
    terms: row.terms,
  })
  const seconds = (ms: number) => new Date(ms).toISOString().replace('T', ' ').replace('Z', '')
  return {
    async append(cells, dayOf, token) {
      if (cells.length === 0) return
      const lines = cells.map((cell) =>
        JSON.stringify([
          cell.scope,
          seconds(cell.from),
          seconds(cell.to),
          dayOf(cell.from),
          cell.kind,
          cell.key,
          cell.people,
          cell.messages,
          cell.groups,
          cell.units,
          cell.sentiment === null ? '' : JSON.stringify(cell.sentiment),
          // By name: the engines read a named tuple as an object.
          cell.harm.map((part) => ({ category: categories[part.category] ?? '', messages: part.messages })),
          cell.terms,
        ]),
      )
      await clickhouse.insertBlock('released_cell', COLUMNS, Buffer.from(lines.join('\n') + '\n'), token)
    },
    since: async (from) => (await clickhouse.query<Row>(SELECT, { from })).map(toCell),
    ofTopic: async (id, scopes) =>
      (await clickhouse.query<Row>(SELECT_KEY, { id, scopes }, READER)).map(toCell),
    ofScope: async (scope, kind, from) =>
      (await clickhouse.query<Row>(SELECT_KIND, { scope, kind, from }, READER)).map(toCell),
  }
}
