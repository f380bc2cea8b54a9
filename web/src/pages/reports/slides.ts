import type {
  Edition,
  ReportChart,
  ReportSection,
  ReportSentence,
  ReportTable,
} from '@guanlan/contract/report'

/** One page of the presentation: one finding, at most one chart or table beside it. */
export interface Slide {
  /** `quiet`: sections that have one plain sentence to say, together. */
  section: ReportSection['key'] | 'title' | 'quiet'
  sentences: ReportSentence[]
  chart: ReportChart | null
  table: ReportTable | null
}

/** Lines that can be read from the back of a meeting room. */
const SENTENCES = 4
/** Without a chart or table beside them. */
const SENTENCES_ALONE = 7
const KEPT: readonly ReportSection['key'][] = ['headline', 'subject', 'limits']
const ROWS = 9

/** A table cut to pages of rows that can be read from the back; totals stay with the last. */
function pages(table: ReportTable): ReportTable[] {
  const count = Math.max(1, Math.ceil(table.rows.length / ROWS))
  return Array.from({ length: count }, (_, i) => ({
    ...table,
    rows: table.rows.slice(i * ROWS, (i + 1) * ROWS),
  }))
}

const parted = (sentences: readonly ReportSentence[], most: number): ReportSentence[][] =>
  Array.from({ length: Math.ceil(sentences.length / most) }, (_, i) =>
    sentences.slice(i * most, (i + 1) * most),
  )

const isQuiet = ({ key, sentences, charts, tables }: ReportSection): boolean =>
  !KEPT.includes(key) &&
  sentences.length === 1 &&
  sentences[0]?.tone === 'plain' &&
  charts.length === 0 &&
  tables.every((table) => table.rows.length === 0)

/**
 * The edition as slides in reading order. Sentences go with the first chart of their section; every further chart and
 * table has a slide of its own. Empty sections have none; those with one plain sentence and nothing else share one.
 */
export function slidesOf(edition: Pick<Edition, 'sections'>): Slide[] {
  const slides: Slide[] = [{ section: 'title', sentences: [], chart: null, table: null }]
  const quiet = edition.sections.filter(isQuiet)
  const together = quiet.length > 1 ? quiet : []
  const rest = edition.sections.filter((section) => !together.includes(section))
  const gathered = () => {
    for (const sentences of parted(
      together.flatMap((section) => section.sentences),
      SENTENCES_ALONE,
    ))
      slides.push({ section: 'quiet', sentences, chart: null, table: null })
  }
  const limits = rest.findIndex(({ key }) => key === 'limits')
  for (const [at, section] of rest.entries()) {
    if (at === limits) gathered()
    const { key, charts } = section
    const shown = charts.map((chart) => ({ chart, table: null as ReportTable | null }))
    const tabled = section.tables
      .filter((table) => table.rows.length > 0)
      .flatMap(pages)
      .map((table) => ({ chart: null as ReportChart | null, table }))
    const parts = [...shown, ...tabled]
    const said = parted(section.sentences, parts.length === 0 ? SENTENCES_ALONE : SENTENCES)
    for (let i = 0; i < Math.max(said.length, parts.length); i++) {
      const part = parts[i] ?? { chart: null, table: null }
      slides.push({ section: key, sentences: said[i] ?? [], ...part })
    }
  }
  if (limits < 0) gathered()
  return slides
}
