import type { Edition, ReportLocale } from '@guanlan/contract/report'
import pdfmake from 'pdfmake'
import { drawable, FONT_FAMILY, FONT_FILES } from './fonts.ts'
import { headingText } from './headings.ts'
import {
  closingLine,
  numberedCaption,
  numberLine,
  outlineOf,
  outlineWord,
  type AccountNames,
  type Outline,
  type OutlineBlock,
  type OutlineTable,
} from './outline.ts'
import { drawChart } from './picture.ts'

type Definition = Parameters<typeof pdfmake.createPdf>[0]
type Content = Extract<Definition['content'], readonly unknown[]>[number]

const MM = 72 / 25.4
const SIDE = 28 * MM
const WIDTH = 210 * MM - 2 * SIDE

function paragraph(block: Extract<OutlineBlock, { kind: 'paragraph' }>): Content {
  const refs: Content[] = block.refs === null ? [] : [{ text: block.refs, sup: true, color: '#53606c' }]
  return {
    text: [{ text: drawable(block.text), bold: block.attention }, ...refs],
    style: block.note ? 'note' : 'body',
    leadingIndent: block.note ? 0 : 24,
  }
}

const grid = {
  hLineWidth: () => 0.5,
  vLineWidth: () => 0,
  hLineColor: () => '#8d959e',
  paddingTop: () => 3,
  paddingBottom: () => 3,
  paddingLeft: () => 4,
  paddingRight: () => 4,
}

const visual = (text: string) => [...text].reduce((width, char) => width + (char > '\u2e80' ? 2 : 1), 0)

/** Points that half a square of a table's letters takes. */
const TABLE_LETTER = 5.4
/** Chinese breaks anywhere, words don't; @param most widths of a Chinese run that ask to stay on one line */
const longestWord = (text: string, most: number) =>
  Math.max(
    0,
    ...text.split(' ').map((word) => Math.min(visual(word), /[\u2e80-\uffff]/.test(word) ? most : 18)),
  )

/** Widths that share the type area by what the columns hold; none so narrow that a word stands on its head. */
function widths(titles: readonly string[], rows: readonly string[][]): number[] {
  const wanted = titles.map((title, i) =>
    Math.min(34, Math.max(9, visual(title), ...rows.map((row) => visual(row[i] ?? '')))),
  )
  const least = titles.map((title, i) =>
    Math.max(longestWord(title, 10), ...rows.map((row) => longestWord(row[i] ?? '', 8))),
  )
  const sum = wanted.reduce((a, b) => a + b, 0)
  const room = WIDTH - titles.length * 8
  const spare = Math.max(0, room - least.reduce((a, b) => a + b, 0) * TABLE_LETTER)
  const scale = Math.min(1, room / (least.reduce((a, b) => a + b, 0) * TABLE_LETTER))
  return wanted.map((width, i) => (least[i] ?? 0) * TABLE_LETTER * scale + (spare * width) / sum)
}

const captionRow = (text: string, columns: number) => [
  { text, style: 'caption', colSpan: columns, margin: [0, 2, 0, 1] as [number, number, number, number] },
  ...Array.from({ length: columns - 1 }, () => ({ text: '' })),
]

/** The caption is the first of the heading rows: it never stands alone and comes again where the table goes on. */
function table(
  titles: string[],
  right: boolean[],
  rows: { cells: string[]; total: boolean }[],
  caption?: string,
): Content {
  const named = caption !== undefined
  const alignment = (i: number) => (right[i] === true ? ('right' as const) : ('left' as const))
  return {
    style: 'table',
    table: {
      headerRows: named ? 2 : 1,
      dontBreakRows: true,
      keepWithHeaderRows: 1,
      widths: widths(
        titles,
        rows.map((row) => row.cells),
      ),
      body: [
        ...(named ? [captionRow(caption, titles.length)] : []),
        titles.map((title, i) => ({
          text: title,
          bold: true,
          fillColor: '#eef1f3',
          alignment: alignment(i),
        })),
        ...rows.map((row) =>
          row.cells.map((text, i) => ({ text: drawable(text), bold: row.total, alignment: alignment(i) })),
        ),
      ],
    },
    layout: { ...grid, hLineWidth: (line: number) => (named && line === 0 ? 0 : 0.5) },
  }
}

const tableOf = (block: OutlineTable, caption: string): Content =>
  table(
    block.columns.map((column) => column.title),
    block.columns.map((column) => column.right),
    block.rows,
    caption,
  )

function body(outline: Outline, edition: Edition): Content[] {
  const { locale } = outline
  let heading = 0
  return outline.blocks.flatMap((block, i): Content[] => {
    const [before, next] = [outline.blocks[i - 1], outline.blocks[i + 1]]
    if (block.kind === 'heading') {
      const title: Content = { text: headingText(++heading, block.text, locale), style: 'heading' }
      // A heading never stands alone at the foot of a page: what follows goes with it.
      if (next?.kind === 'paragraph') return [{ unbreakable: true, stack: [title, paragraph(next)] }]
      return [{ ...title, headlineLevel: 1 }]
    }
    if (block.kind === 'paragraph') return before?.kind === 'heading' ? [] : [paragraph(block)]
    const text = drawable(numberedCaption(block, locale))
    if (block.kind === 'table') return [tableOf(block, text)]
    const { svg } = drawChart(block.chart, edition, locale)
    return [
      {
        unbreakable: true,
        stack: [
          { svg, width: WIDTH },
          { text, style: 'caption' },
        ],
      },
    ]
  })
}

function annex(outline: Outline): Content[] {
  if (outline.annex.length === 0) return []
  const word = (key: Parameters<typeof outlineWord>[0]) => outlineWord(key, outline.locale)
  return [
    { text: word('annex'), style: 'heading', pageBreak: 'before' },
    table(
      (['figure', 'value', 'question', 'watermark', 'hash'] as const).map(word),
      [false, true, false, false, false],
      outline.annex.map((figure) => ({
        cells: [`[${figure.number}]`, figure.value, figure.question, figure.watermark, figure.hash],
        total: false,
      })),
    ),
  ]
}

function definition(outline: Outline, edition: Edition): Definition {
  const line = (width: number): Content => ({
    canvas: [{ type: 'line', x1: 0, y1: 0, x2: WIDTH, y2: 0, lineWidth: width }],
    margin: [0, 6, 0, 12],
  })
  return {
    pageSize: 'A4',
    pageMargins: [SIDE, 30 * MM, SIDE, 28 * MM],
    info: { title: outline.title, author: outline.organisation, subject: outline.period },
    language: outline.locale,
    defaultStyle: {
      ...{ font: FONT_FAMILY, fontSize: 12, lineHeight: 1.25 },
      // Quotation marks and dashes are as wide as a Chinese letter unless asked for otherwise.
      ...(outline.locale === 'en' ? { fontFeatures: ['pwid'] as const } : {}),
    },
    styles: {
      title: { fontSize: 22, bold: true, alignment: 'center' },
      heading: { fontSize: 15, bold: true, margin: [0, 14, 0, 6] },
      body: { fontSize: 12, margin: [0, 0, 0, 5] },
      note: { fontSize: 9.5, color: '#53606c', margin: [0, 2, 0, 4] },
      caption: { fontSize: 9.5, bold: true, alignment: 'center', margin: [0, 8, 0, 4] },
      table: { fontSize: 9, margin: [0, 0, 0, 10], lineHeight: 1.1 },
      closing: { fontSize: 9, color: '#53606c' },
    },
    footer: (page) => ({
      text: `— ${page} —`,
      alignment: 'center',
      fontSize: 11,
      margin: [0, 14 * MM, 0, 0],
    }),
    // Nor where a table follows it.
    pageBreakBefore: (node, nodes) =>
      node.headlineLevel !== undefined && nodes.getFollowingNodesOnPage().length === 0,
    content: [
      { text: drawable(outline.title), style: 'title' },
      { text: numberLine(outline), alignment: 'center', margin: [0, 8, 0, 2] },
      { text: drawable(`${outline.period}\u3000${outline.date}`), alignment: 'center', fontSize: 10.5 },
      line(1),
      ...body(outline, edition),
      line(0.6),
      {
        unbreakable: true,
        stack: outline.closing.map((line) => ({
          text: drawable(closingLine(line, outline.locale)),
          style: 'closing',
        })),
      },
      ...annex(outline),
    ],
  }
}

const FILES: ReadonlySet<string> = new Set(Object.values(FONT_FILES))
pdfmake.setFonts({
  [FONT_FAMILY]: { ...FONT_FILES, italics: FONT_FILES.normal, bolditalics: FONT_FILES.bold },
})
// A report never loads anything: no address, and of files only the fonts.
pdfmake.setUrlAccessPolicy(() => false)
pdfmake.setLocalAccessPolicy((path) => FILES.has(path))

/** PDF with the font embedded (the glyphs used), real text and charts as vectors. */
export async function render(
  edition: Edition,
  locale: ReportLocale,
  accounts: AccountNames = {},
): Promise<Buffer> {
  const outline = outlineOf(edition, locale, accounts)
  return Buffer.from(await pdfmake.createPdf(definition(outline, edition)).getBuffer())
}
