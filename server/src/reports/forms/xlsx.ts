import type { Edition, ReportColumn, ReportLocale, ReportTable, ReportValue } from '@guanlan/contract/report'
import { renderSentence } from '@guanlan/contract/report-sentences'
import { captionOf, columnTitle, labelOf, sectionTitle } from '@guanlan/contract/report-words'
import type Excel from 'exceljs'
import { outlineOf, outlineWord, type AccountNames } from './outline.ts'

type Cell = string | number | Date | null

const FORMATS: Partial<Record<ReportColumn['type'], string>> = {
  integer: '#,##0',
  decimal: '#,##0.0',
  percent: '0.0%',
  interval: '0.0%',
  minutes: '#,##0.0',
  date: 'yyyy-mm-dd',
  instant: 'yyyy-mm-dd hh:mm',
}
const HEAD: Partial<Excel.Style> = {
  font: { bold: true },
  fill: { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFEEF1F3' } },
  alignment: { wrapText: true, vertical: 'middle' },
  border: { bottom: { style: 'thin' } },
}

/** Wall-clock time of the edition's zone as the zone-less date that spreadsheets know. */
function wallClock(instant: string, timezone: string): Date {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: timezone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(new Date(instant))
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0)
  return new Date(Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')))
}

const spread = (column: ReportColumn, table: ReportTable, at: number): boolean =>
  column.type === 'interval' ||
  table.rows.some(({ cells }) => {
    const cell = cells[at]
    return typeof cell === 'object' && cell !== null && 'low' in cell
  })

/** Cells of one value: an interval takes two columns; what is hidden or unknown stays empty, so that sums stay right. */
function cellsOf(
  value: ReportValue | undefined,
  column: ReportColumn,
  wide: boolean,
  edition: Edition,
  locale: ReportLocale,
): Cell[] {
  const one = (cell: Cell): Cell[] => (wide ? [cell, cell] : [cell])
  if (value === null || value === undefined) return one(null)
  if (typeof value === 'object') return 'below' in value ? one(`<${value.below}`) : [value.low, value.high]
  if (typeof value === 'number') return one(value)
  if (column.type === 'label') return one(labelOf(column.vocabulary, value, edition, locale))
  if (column.type === 'date') return one(new Date(`${value.slice(0, 10)}T00:00:00Z`))
  if (column.type === 'instant') return one(wallClock(value, edition.period.timezone))
  return one(value)
}

const visualWidth = (text: string): number =>
  [...text].reduce((width, char) => width + (char > '\u2e80' ? 2 : 1), 0)

function addSheet(
  book: Excel.Workbook,
  name: string,
  titles: string[],
  formats: (string | undefined)[],
  rows: Cell[][],
  totals: readonly boolean[] = [],
) {
  const sheet = book.addWorksheet(name, {
    views: [{ state: 'frozen', xSplit: titles.length > 2 ? 1 : 0, ySplit: 1 }],
    pageSetup: {
      paperSize: 9,
      orientation: titles.length > 6 ? 'landscape' : 'portrait',
      fitToPage: true,
      fitToWidth: 1,
      fitToHeight: 0,
      printTitlesRow: '1:1',
    },
    headerFooter: { oddFooter: '&C— &P —' },
  })
  sheet.columns = titles.map((title, i) => {
    const widths = rows.map((row) => (typeof row[i] === 'string' ? visualWidth(row[i]) : 11))
    const format = formats[i]
    return {
      width: Math.min(64, Math.max(8, visualWidth(title) + 2, ...widths.map((width) => width + 2))),
      style: format === undefined ? { alignment: { wrapText: true, vertical: 'top' } } : { numFmt: format },
    }
  })
  const head = sheet.addRow(titles)
  head.eachCell((cell) => Object.assign(cell, { style: HEAD }))
  for (const [at, row] of rows.entries()) {
    const added = sheet.addRow(row)
    if (totals[at] === true) added.eachCell((cell) => Object.assign(cell, { font: { bold: true } }))
  }
}

/** Excel takes 31 characters, none of []:*?/\, each name once. */
function sheetNames(): (wanted: string) => string {
  const taken = new Set<string>()
  return (wanted) => {
    const clean = wanted.replace(/[[\]:*?/\\']/g, ' ').trim()
    for (let i = 1; ; i++) {
      const tail = i === 1 ? '' : ` ${i}`
      const name = clean.slice(0, 31 - tail.length) + tail
      if (taken.has(name.toLowerCase())) continue
      taken.add(name.toLowerCase())
      return name
    }
  }
}

function addTable(
  book: Excel.Workbook,
  name: string,
  table: ReportTable,
  edition: Edition,
  locale: ReportLocale,
) {
  const wide = table.columns.map((column, i) => spread(column, table, i))
  const ends = locale === 'en' ? [' (from)', ' (to)'] : ['（下限）', '（上限）']
  addSheet(
    book,
    name,
    table.columns.flatMap((column, i) => {
      const title = columnTitle(column, edition, locale)
      const unit = column.type !== 'minutes' ? '' : locale === 'en' ? ' [min]' : '［分钟］'
      return wide[i] === true ? ends.map((end) => title + unit + end) : [title + unit]
    }),
    table.columns.flatMap((column, i) =>
      wide[i] === true ? [FORMATS[column.type], FORMATS[column.type]] : [FORMATS[column.type]],
    ),
    table.rows.map((row) =>
      table.columns.flatMap((column, i) => cellsOf(row.cells[i], column, wide[i] === true, edition, locale)),
    ),
    table.rows.map((row) => row.total),
  )
}

/** One sheet a table, real numbers and dates, frozen headings; first what it says, last where each number comes from. */
export async function render(
  edition: Edition,
  locale: ReportLocale,
  accounts: AccountNames = {},
): Promise<Buffer> {
  const outline = outlineOf(edition, locale, accounts)
  // Loaded with the first workbook: it would hold up every start.
  const { default: library } = await import('exceljs')
  const book = new library.Workbook()
  book.title = outline.title
  book.created = new Date(edition.createdAt)
  book.modified = new Date(edition.issuedAt ?? edition.createdAt)
  const nameOf = sheetNames()
  const zh = locale !== 'en'
  addSheet(
    book,
    nameOf(zh ? '要点' : 'Summary'),
    zh ? ['部分', '内容'] : ['Section', 'Text'],
    [undefined, undefined],
    [
      [zh ? '标题' : 'Title', outline.title],
      [zh ? '期号' : 'Number', outline.number ?? outline.state],
      [zh ? '范围与期间' : 'Scope and period', outline.period],
      ...edition.sections.flatMap((section) =>
        [...section.sentences, ...section.notes].map((sentence) => [
          sectionTitle(section.key, locale),
          renderSentence(sentence, edition, locale),
        ]),
      ),
      ...outline.closing.map(({ label, text }) => [label, text]),
    ],
  )
  for (const section of edition.sections)
    for (const table of section.tables)
      addTable(book, nameOf(captionOf(table.captionKey, edition, locale)), table, edition, locale)
  addFigures(book, nameOf(zh ? '数据依据' : 'Figures'), edition, locale)
  return Buffer.from(await book.xlsx.writeBuffer())
}

function addFigures(book: Excel.Workbook, name: string, edition: Edition, locale: ReportLocale) {
  const word = (key: Parameters<typeof outlineWord>[0]) => outlineWord(key, locale)
  const parameters = locale === 'en' ? 'Parameters' : '参数'
  addSheet(
    book,
    name,
    [word('figure'), word('value'), word('question'), parameters, word('watermark'), word('hash')],
    [undefined, undefined, undefined, undefined, FORMATS.instant, undefined],
    Object.entries(edition.figures).map(([id, figure]) => [
      id,
      typeof figure.value === 'object' ? JSON.stringify(figure.value) : figure.value,
      figure.queryId,
      JSON.stringify(figure.parameters),
      wallClock(figure.watermark.at, edition.period.timezone),
      figure.hash,
    ]),
  )
}
