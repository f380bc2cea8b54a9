import type { Edition, ReportColumn, ReportLocale, ReportValue } from '@guanlan/contract/report'
import { captionOf, columnTitle, renderCell, sectionTitle } from '@guanlan/contract/report-words'
import { csvFile } from '../../lib/csv.ts'

const HEADER = [
  'section',
  'table',
  'caption',
  'row',
  'column',
  'title',
  'value',
  'low',
  'high',
  'below',
  'text',
]

function parts(value: ReportValue | undefined): [number | string, number | '', number | '', number | ''] {
  if (value === null || value === undefined) return ['', '', '', '']
  if (typeof value !== 'object') return [value, '', '', '']
  return 'below' in value ? ['', '', '', value.below] : ['', value.low, value.high, '']
}

/**
 * Every cell of every table, one a line: the machine's value (numbers as numbers, shares 0..1, durations in minutes) and
 * the text that the report shows. Formulas that a spreadsheet would run are escaped.
 */
export async function render(edition: Edition, locale: ReportLocale): Promise<Buffer> {
  const lines: (string | number)[][] = []
  for (const section of edition.sections)
    for (const table of section.tables) {
      const caption = captionOf(table.captionKey, edition, locale)
      for (const [at, row] of table.rows.entries())
        table.columns.forEach((column: ReportColumn, i) => {
          lines.push([
            sectionTitle(section.key, locale),
            table.id,
            caption,
            at + 1,
            column.key,
            columnTitle(column, edition, locale),
            ...parts(row.cells[i]),
            renderCell(row.cells[i], column, edition, locale),
          ])
        })
    }
  return Buffer.from(csvFile([HEADER, ...lines]))
}
