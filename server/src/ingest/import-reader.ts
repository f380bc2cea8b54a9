import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { parse } from 'csv-parse'

/** One line or record of an import file. `event` is undefined when it could not be read as one. */
export interface ImportItem {
  line: number
  event: unknown
  /** Bytes of the file up to its end: where reading may go on after it. */
  end: number
}

export type ImportFormat = 'ndjson' | 'csv'

/** Columns of a CSV import, in any order; those of a message or of a correction are left empty in the other. */
export const CSV_COLUMNS = [
  ...['id', 'type', 'time', 'group', 'sender', 'kind', 'text', 'corrects'],
  ...['decision', 'category', 'by', 'decidedAt', 'confidence'],
] as const
const NEEDED = ['id', 'type', 'decision', 'by', 'decidedAt'] as const

const NEWLINE = 10

/** Reads NDJSON from a byte stream; blank lines are passed over. */
export async function* readNdjson(
  input: AsyncIterable<Uint8Array>,
  from = { offset: 0, line: 0 },
): AsyncGenerator<ImportItem> {
  let { offset, line } = from
  let rest: Uint8Array = new Uint8Array(0)
  const item = (bytes: Uint8Array): ImportItem | undefined => {
    line++
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8').trim()
    if (text === '') return undefined
    try {
      return {
        line,
        event: JSON.parse(line === 1 ? text.replace(/^\uFEFF/, '') : text) as unknown,
        end: offset,
      }
    } catch {
      return { line, event: undefined, end: offset }
    }
  }
  for await (const chunk of input) {
    const bytes: Uint8Array = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let start = 0
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      offset += end + 1 - start
      const found = item(bytes.subarray(start, end))
      start = end + 1
      if (found !== undefined) yield found
    }
    rest = bytes.subarray(start)
  }
  offset += rest.length
  const last = rest.length === 0 ? undefined : item(rest)
  if (last !== undefined) yield last
}

const filled = (fields: Record<string, string | undefined>, names: readonly string[]) =>
  Object.fromEntries(names.flatMap((name) => (fields[name] ? [[name, fields[name]]] : [])))

/** A CSV record as an event of the contract; whether it is a sound one is decided where all events are checked. */
export function eventOfRecord(fields: Record<string, string | undefined>): unknown {
  const confidence = fields.confidence ? { confidence: Number(fields.confidence) } : {}
  const moderation = { ...filled(fields, ['decision', 'category', 'by', 'decidedAt']), ...confidence }
  const common = filled(fields, ['id', 'type', 'time', 'group', 'sender', 'corrects'])
  const content = filled(fields, ['kind', 'text'])
  return { ...common, ...(Object.keys(content).length > 0 ? { content } : {}), moderation }
}

/** @throws Error when a column is missing or unknown: the whole file would be refused line by line */
export function checkHeader(header: readonly string[]): void {
  const missing = NEEDED.filter((name) => !header.includes(name))
  const unknown = header.findIndex((name) => !(CSV_COLUMNS as readonly string[]).includes(name))
  if (missing.length > 0)
    throw new Error(`the header lacks ${missing.join(', ')}; columns are ${CSV_COLUMNS.join(', ')}`)
  if (unknown >= 0)
    throw new Error(`column ${unknown + 1} of the header is not known; columns are ${CSV_COLUMNS.join(', ')}`)
}

interface CsvRecord {
  record: string[]
  info: { bytes: number; lines: number }
}

/** Reads CSV (RFC 4180, UTF-8, first line the header). `from.header` takes the place of the first line when reading goes on. */
export async function* readCsv(
  input: AsyncIterable<Uint8Array>,
  from: { offset: number; line: number; header?: readonly string[] } = { offset: 0, line: 0 },
): AsyncGenerator<ImportItem, void, void> {
  let header = from.header
  const parser = parse({ bom: true, info: true, relax_column_count: true, skip_empty_lines: true })
  const records = Readable.from(input).pipe(parser) as AsyncIterable<CsvRecord>
  for await (const { record, info } of records) {
    if (header === undefined) {
      checkHeader((header = record.map((name) => name.trim())))
      continue
    }
    const fields = Object.fromEntries(header.map((name, i) => [name, record[i]]))
    const whole = record.length === header.length
    yield {
      line: from.line + info.lines,
      event: whole ? eventOfRecord(fields) : undefined,
      end: from.offset + info.bytes,
    }
  }
}

/** Header of a CSV file, so that reading can go on in its middle. */
export async function readHeader(file: string): Promise<string[]> {
  for await (const record of createReadStream(file).pipe(parse({ bom: true, to: 1 })) as AsyncIterable<
    string[]
  >) {
    return record.map((name) => name.trim())
  }
  return []
}
