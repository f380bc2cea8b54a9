import type { Edition, ReportLocale } from '@guanlan/contract/report'
import {
  AlignmentType,
  BorderStyle,
  Document,
  Footer,
  HeadingLevel,
  ImageRun,
  LineRuleType,
  Packer,
  PageNumber,
  Paragraph,
  ShadingType,
  Table,
  TableCell,
  TableRow,
  TextRun,
  WidthType,
  convertMillimetersToTwip as mm,
} from 'docx'
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
import { drawChart, toPng } from './picture.ts'

/**
 * Page, type and sizes of an official document (GB/T 9704-2012, Layout key for official document of Party and government
 * organs): A4, type area 156 x 225 mm, text in FangSong size three (16 points), first-level headings in SimHei, the title in
 * XiaoBiaoSong or, where a machine lacks it, SimSun. Tables are set smaller, as the standard leaves open.
 */
const PAGE = { top: mm(37), bottom: mm(35), left: mm(28), right: mm(26) }
const WIDTH_MM = 156
const FONTS = {
  title: ['Times New Roman', '方正小标宋简体'],
  heading: ['Arial', '黑体'],
  body: ['Times New Roman', '仿宋'],
  table: ['Times New Roman', '宋体'],
} as const
/** Quotation marks and dashes are of both scripts: the hint says which font has them (ISO/IEC 29500-1, 17.3.2.26). */
function fontsOf(locale: ReportLocale) {
  const font = (name: keyof typeof FONTS) => {
    const [latin, eastAsia] = FONTS[name]
    return { ascii: latin, hAnsi: latin, eastAsia, ...(locale === 'en' ? {} : { hint: 'eastAsia' }) }
  }
  return { title: font('title'), heading: font('heading'), body: font('body'), table: font('table') }
}
type Fonts = ReturnType<typeof fontsOf>
type Font = Fonts[keyof Fonts]
/** Sizes in half points: 44 is 22 points (size two), 32 is 16 points (size three), 21 is 10.5 points (size five). */
const SIZE = { title: 44, body: 32, small: 21 } as const
const DOTS_A_MM = 96 / 25.4

const centred = (text: string, font: Font, size: number, after = 0) =>
  new Paragraph({
    alignment: AlignmentType.CENTER,
    spacing: { after },
    children: [new TextRun({ text, font, size })],
  })

const caption = (text: string, fonts: Fonts, above: boolean) =>
  new Paragraph({
    alignment: AlignmentType.CENTER,
    keepNext: above,
    spacing: { before: above ? 200 : 60, after: above ? 80 : 240 },
    children: [new TextRun({ text, font: fonts.heading, size: SIZE.small })],
  })

const line = { style: BorderStyle.SINGLE, size: 4, color: '8D959E' }
const none = { style: BorderStyle.NONE, size: 0, color: 'FFFFFF' }

function cell(
  text: string,
  font: Font,
  look: { right: boolean; bold: boolean; head: boolean; width: number },
) {
  return new TableCell({
    width: { size: look.width, type: WidthType.DXA },
    borders: { top: line, bottom: line, left: none, right: none },
    margins: { top: 40, bottom: 40, left: 70, right: 70 },
    ...(look.head ? { shading: { type: ShadingType.CLEAR, fill: 'EEF1F3' } } : {}),
    children: [
      new Paragraph({
        alignment: look.right ? AlignmentType.RIGHT : AlignmentType.LEFT,
        children: [new TextRun({ text, font, size: SIZE.small, bold: look.bold })],
      }),
    ],
  })
}

const visual = (text: string) => [...text].reduce((width, char) => width + (char > '\u2e80' ? 2 : 1), 0)

/** Widths in twips that share the type area by what the columns hold. */
function widths(titles: string[], rows: readonly string[][]): number[] {
  const wanted = titles.map(
    (title, i) =>
      // Two more for the margins of a cell.
      2 + Math.min(36, Math.max(9, visual(title), ...rows.map((row) => visual(row[i] ?? '')))),
  )
  const sum = wanted.reduce((a, b) => a + b, 0)
  return wanted.map((width) => Math.round((mm(WIDTH_MM) * width) / sum))
}

function table(
  fonts: Fonts,
  titles: string[],
  right: boolean[],
  rows: { cells: string[]; total: boolean }[],
): Table {
  const size = widths(
    titles,
    rows.map((row) => row.cells),
  )
  const rowOf = (cells: string[], bold: boolean, head: boolean) =>
    new TableRow({
      tableHeader: head,
      cantSplit: true,
      children: cells.map((text, i) =>
        cell(text, fonts.table, { right: right[i] === true, bold, head, width: size[i] ?? 1000 }),
      ),
    })
  return new Table({
    width: { size: mm(WIDTH_MM), type: WidthType.DXA },
    columnWidths: size,
    rows: [rowOf(titles, true, true), ...rows.map((row) => rowOf(row.cells, row.total, false))],
  })
}

const tableOf = (block: OutlineTable, fonts: Fonts) =>
  table(
    fonts,
    block.columns.map((column) => column.title),
    block.columns.map((column) => column.right),
    block.rows,
  )

function paragraph(block: Extract<OutlineBlock, { kind: 'paragraph' }>, fonts: Fonts): Paragraph {
  const size = block.note ? 24 : SIZE.body
  return new Paragraph({
    indent: { firstLine: size * 20 },
    // A full stop that hangs over the margin would leave the references behind it alone on the next line.
    overflowPunctuation: false,
    spacing: block.note ? { before: 60 } : { line: 560, lineRule: LineRuleType.EXACT },
    children: [
      new TextRun({ text: block.text, font: fonts.body, size, bold: block.attention }),
      ...(block.refs === null
        ? []
        : [
            new TextRun({
              text: block.refs,
              font: fonts.table,
              size: 24,
              superScript: true,
            }),
          ]),
    ],
  })
}

async function chart(
  block: Extract<OutlineBlock, { kind: 'chart' }>,
  edition: Edition,
  locale: ReportLocale,
  fonts: Fonts,
): Promise<Paragraph[]> {
  const picture = drawChart(block.chart, edition, locale)
  const width = WIDTH_MM * DOTS_A_MM
  const text = numberedCaption(block, locale)
  return [
    new Paragraph({
      alignment: AlignmentType.CENTER,
      keepNext: true,
      spacing: { before: 200 },
      children: [
        new ImageRun({
          type: 'png',
          data: await toPng(picture),
          transformation: { width, height: (width * picture.height) / picture.width },
          altText: { name: `chart-${block.number}`, title: text, description: block.caption },
        }),
      ],
    }),
    caption(text, fonts, false),
  ]
}

async function body(outline: Outline, edition: Edition, fonts: Fonts): Promise<(Paragraph | Table)[]> {
  const children: (Paragraph | Table)[] = []
  let heading = 0
  for (const block of outline.blocks) {
    if (block.kind === 'heading')
      children.push(
        new Paragraph({
          heading: HeadingLevel.HEADING_1,
          keepNext: true,
          spacing: { before: 280, after: 120 },
          children: [
            new TextRun({
              text: headingText(++heading, block.text, outline.locale),
              font: fonts.heading,
              size: SIZE.body,
              color: '000000',
            }),
          ],
        }),
      )
    else if (block.kind === 'paragraph') children.push(paragraph(block, fonts))
    else if (block.kind === 'chart') children.push(...(await chart(block, edition, outline.locale, fonts)))
    else children.push(caption(numberedCaption(block, outline.locale), fonts, true), tableOf(block, fonts))
  }
  return children
}

function annex(outline: Outline, fonts: Fonts): (Paragraph | Table)[] {
  if (outline.annex.length === 0) return []
  const word = (key: Parameters<typeof outlineWord>[0]) => outlineWord(key, outline.locale)
  const titles = (['figure', 'value', 'question', 'watermark', 'hash'] as const).map(word)
  const rows = outline.annex.map((figure) => ({
    cells: [`[${figure.number}]`, figure.value, figure.question, figure.watermark, figure.hash],
    total: false,
  }))
  return [
    new Paragraph({
      heading: HeadingLevel.HEADING_1,
      pageBreakBefore: true,
      children: [new TextRun({ text: word('annex'), font: fonts.heading, size: SIZE.body, color: '000000' })],
    }),
    table(fonts, titles, [false, true, false, false, false], rows),
  ]
}

const head = (outline: Outline, fonts: Fonts): Paragraph[] => [
  centred(outline.title, fonts.title, SIZE.title, 240),
  centred(numberLine(outline), fonts.body, SIZE.body, 60),
  new Paragraph({
    alignment: AlignmentType.CENTER,
    spacing: { after: 320 },
    border: { bottom: { style: BorderStyle.SINGLE, size: 8, color: '000000', space: 8 } },
    children: [
      new TextRun({ text: outline.period, font: fonts.body, size: 24 }),
      new TextRun({ text: outline.date, font: fonts.body, size: 24, break: 1 }),
    ],
  }),
]

const closing = (outline: Outline, fonts: Fonts): Paragraph[] =>
  outline.closing.map(
    (line, i) =>
      new Paragraph({
        spacing: { before: i === 0 ? 480 : 0 },
        ...(i === 0
          ? { border: { top: { style: BorderStyle.SINGLE, size: 6, color: '000000', space: 6 } } }
          : {}),
        children: [new TextRun({ text: closingLine(line, outline.locale), font: fonts.body, size: 24 })],
      }),
  )

/** Word document in the layout of an official document. */
export async function render(
  edition: Edition,
  locale: ReportLocale,
  accounts: AccountNames = {},
): Promise<Buffer> {
  const outline = outlineOf(edition, locale, accounts)
  const fonts = fontsOf(locale)
  const number = new TextRun({ children: ['— ', PageNumber.CURRENT, ' —'], font: fonts.table, size: 28 })
  const document = new Document({
    title: outline.title,
    creator: outline.organisation,
    description: outline.period,
    styles: { default: { document: { run: { font: fonts.body, size: SIZE.body } } } },
    sections: [
      {
        properties: { page: { size: { width: mm(210), height: mm(297) }, margin: PAGE } },
        footers: {
          default: new Footer({
            children: [new Paragraph({ alignment: AlignmentType.CENTER, children: [number] })],
          }),
        },
        children: [
          ...head(outline, fonts),
          ...(await body(outline, edition, fonts)),
          ...closing(outline, fonts),
          ...annex(outline, fonts),
        ],
      },
    ],
  })
  return Packer.toBuffer(document)
}
