import { stringify } from 'csv-stringify/sync'

export type CsvCell = string | number | null

/**
 * A file for spreadsheets: UTF-8 with a byte order mark, CRLF, quotes as in RFC 4180; a text that a spreadsheet would run as a
 * formula gets an apostrophe in front (OWASP, CSV injection).
 */
export const csvFile = (rows: readonly (readonly CsvCell[])[]): string =>
  stringify(
    rows.map((row) => [...row]),
    { escape_formulas: true, record_delimiter: 'windows', bom: true },
  )
