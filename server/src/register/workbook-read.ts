import { inflateRawSync } from 'node:zlib'
import type ExcelJS from 'exceljs'
import { appError } from '@guanlan/contract/errors'
import type { ReadRow } from './import-table.ts'

/** What a workbook of the register may unpack to, and hold: 20,000 groups take about a tenth of it. */
const UNPACKED_MAX = 128 * 1024 * 1024
const ENTRIES_MAX = 200
const ROWS_MAX = 100_000
const CELLS_MAX = 64

const notWorkbook = (cause?: unknown) =>
  appError('unprocessable', 'is not an .xlsx workbook', { pointer: '/workbook', cause })
const tooLarge = () =>
  appError('unprocessable', 'unpacks to more than a register of this product needs', { pointer: '/workbook' })

const END = 0x06054b50
const DIRECTORY = 0x02014b50
const LOCAL = 0x04034b50

/** Where the central directory begins (ZIP, APPNOTE 4.3.16). */
function directoryOf(file: Buffer): number {
  const last = file.length - 22
  for (let at = last; at >= Math.max(0, last - 65_535); at--)
    if (file.readUInt32LE(at) === END) return file.readUInt32LE(at + 16)
  throw notWorkbook()
}

/** Unpacks one entry into nothing, to learn how large it really is: what the file says of itself is not believed. */
function unpackedSize(file: Buffer, entry: number, left: number): number {
  const method = file.readUInt16LE(entry + 10)
  const packed = file.readUInt32LE(entry + 20)
  const local = file.readUInt32LE(entry + 42)
  if (local + 30 > file.length || file.readUInt32LE(local) !== LOCAL) throw notWorkbook()
  const from = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28)
  const data = file.subarray(from, from + packed)
  if (method === 0) return data.length
  if (method !== 8) throw notWorkbook()
  try {
    return inflateRawSync(data, { maxOutputLength: Math.max(1, left) }).length
  } catch (cause) {
    throw (cause as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge() : notWorkbook(cause)
  }
}

/** @throws appError unprocessable for a file that is no archive, or one that unpacks to too much */
export function checkArchive(file: Buffer): void {
  if (file.length < 22) throw notWorkbook()
  let left = UNPACKED_MAX
  let entries = 0
  let entry = directoryOf(file)
  // Not by the number that the file gives: the reader does not go by it either.
  while (entry + 46 <= file.length && file.readUInt32LE(entry) === DIRECTORY) {
    left -= unpackedSize(file, entry, left)
    if (left <= 0 || ++entries > ENTRIES_MAX) throw tooLarge()
    entry +=
      46 + file.readUInt16LE(entry + 28) + file.readUInt16LE(entry + 30) + file.readUInt16LE(entry + 32)
  }
  if (entries === 0) throw notWorkbook()
}

/** A cell as the CSV import would read it: dates as days, formulas as their result, everything trimmed. */
function textOf(value: ExcelJS.CellValue): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return value.toISOString().slice(0, 10)
  if (typeof value === 'object') {
    if ('richText' in value)
      return value.richText
        .map((part) => part.text)
        .join('')
        .trim()
    if ('text' in value) return String(value.text).trim()
    if ('result' in value) return textOf(value.result as ExcelJS.CellValue)
    return ''
  }
  return String(value).trim()
}

function rowsOf(sheet: ExcelJS.Worksheet | undefined): ReadRow[] {
  if (sheet === undefined) return []
  if (sheet.rowCount > ROWS_MAX || sheet.columnCount > CELLS_MAX) throw tooLarge()
  const rows: ReadRow[] = []
  let width = 0
  sheet.eachRow({ includeEmpty: false }, (row, line) => {
    const cells: string[] = []
    // The header tells how wide the table is; what stands beside it is no part of it.
    const until = rows.length === 0 ? row.cellCount : width
    for (let column = 1; column <= until; column++) cells.push(textOf(row.getCell(column).value))
    if (rows.length === 0) while (cells.at(-1) === '') cells.pop()
    if (rows.length === 0) width = cells.length
    if (cells.some((cell) => cell !== '')) rows.push({ line, cells })
  })
  return rows
}

/**
 * Rows of the sheets `units` and `groups`. A sheet that is not there is an empty file, which the import then says.
 * @throws appError unprocessable
 */
export async function readWorkbook(base64: string): Promise<{ units: ReadRow[]; groups: ReadRow[] }> {
  const file = Buffer.from(base64, 'base64')
  checkArchive(file)
  // Loaded with the first workbook: it would hold up every start.
  const { default: Excel } = await import('exceljs')
  const workbook = new Excel.Workbook()
  // The declared type of the library is that of an older Buffer.
  await workbook.xlsx.load(file as unknown as ExcelJS.Buffer).catch((cause: unknown) => {
    throw notWorkbook(cause)
  })
  const sheet = (name: string) => workbook.worksheets.find((each) => each.name.trim().toLowerCase() === name)
  return { units: rowsOf(sheet('units')), groups: rowsOf(sheet('groups')) }
}
