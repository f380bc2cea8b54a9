import type {
  Edition,
  ReportChart,
  ReportSection,
  ReportSentence,
  ReportTable,
} from '@guanlan/contract/report'

/** One page of the presentation: one finding, at most one chart or table beside it. */
export interface Slide {
  section: ReportSection['key'] | 'title'
  sentences: ReportSentence[]
  chart: ReportChart | null
  table: ReportTable | null
}

/** Lines that can be read from the back of a meeting room. */
const SENTENCES = 4
const ROWS = 9

/** A table cut to pages of rows that can be read from the back; totals stay with the last. */
function pages(table: ReportTable): ReportTable[] {
  const count = Math.max(1, Math.ceil(table.rows.length / ROWS))
  return Array.from({ length: count }, (_, i) => ({
    ...table,
    rows: table.rows.slice(i * ROWS, (i + 1) * ROWS),
  }))
}

/**
 * The edition as slides in reading order. Sentences go with the first chart of their section; every further chart and
 * table has a slide of its own. Empty sections have none.
 */
export function slidesOf(edition: Pick<Edition, 'sections'>): Slide[] {
  const slides: Slide[] = [{ section: 'title', sentences: [], chart: null, table: null }]
  for (const section of edition.sections) {
    const { key, charts } = section
    const said: ReportSentence[][] = []
    for (let i = 0; i < section.sentences.length; i += SENTENCES)
      said.push(section.sentences.slice(i, i + SENTENCES))
    const shown = charts.map((chart) => ({ chart, table: null as ReportTable | null }))
    const tabled = section.tables
      .filter((table) => table.rows.length > 0)
      .flatMap(pages)
      .map((table) => ({ chart: null as ReportChart | null, table }))
    const parts = [...shown, ...tabled]
    for (let i = 0; i < Math.max(said.length, parts.length); i++) {
      const part = parts[i] ?? { chart: null, table: null }
      slides.push({ section: key, sentences: said[i] ?? [], ...part })
    }
  }
  return slides
}
