import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { renderSentence } from '@guanlan/contract/report-sentences'
import type { ReportLocale } from '@guanlan/contract/report'
import type { ReportFormat } from '@guanlan/contract/report-work'
import { createFormRenderer } from '@guanlan/server/reports/forms/renderer'
import { outlineOf } from '@guanlan/server/reports/forms/outline'
import { parse } from 'csv-parse/sync'
import Excel from 'exceljs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sampleEdition } from '../helpers/edition.ts'

const edition = sampleEdition()
const renderer = createFormRenderer()
const accounts = { 'account-1': '李主任' }
let dir = ''
const render = (format: ReportFormat, locale: ReportLocale = 'zh-CN') =>
  renderer.render({ format, edition, locale, accounts })
/** Text without white space: where a line breaks is the layout's business. */
const squeeze = (text: string) => text.replace(/\s+/gu, '')
const run = (command: string, args: string[]) => execFileSync(command, args, { encoding: 'utf8', cwd: dir })

/** What every document must say, in this order: title, number, headings, sentences, captions, cells. */
function expected(locale: ReportLocale): string[] {
  const outline = outlineOf(edition, locale, accounts)
  return [
    outline.title,
    outline.number ?? '',
    ...outline.blocks.flatMap((block) => {
      if (block.kind === 'heading') return [block.text]
      if (block.kind === 'paragraph') return [block.text]
      if (block.kind === 'chart') return [block.caption]
      return [block.caption, ...block.rows.flatMap((row) => row.cells)]
    }),
    ...outline.closing.map(({ text }) => text),
  ]
}

function inOrder(text: string, pieces: string[]): string[] {
  const missing: string[] = []
  let from = 0
  for (const piece of pieces.map(squeeze)) {
    const at = text.indexOf(piece, from)
    if (at < 0) missing.push(piece)
    else from = at
  }
  return missing
}

beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'guanlan-forms-'))
})
afterAll(() => {
  renderer.stop()
  rmSync(dir, { recursive: true, force: true })
})

describe.each(['zh-CN', 'en'] as const)('documents in %s', (locale) => {
  it('PDF has its fonts embedded, real text in reading order and no missing glyph', async () => {
    writeFileSync(path.join(dir, 'report.pdf'), await render('pdf', locale))
    const fonts = run('pdffonts', ['report.pdf']).split('\n').slice(2).filter(Boolean)
    expect(fonts.length).toBeGreaterThan(0)
    for (const font of fonts) expect(font).toMatch(/NotoSansSC-\w+\s+CID TrueType\s+Identity-H\s+yes yes yes/)
    const text = squeeze(run('pdftotext', ['-raw', 'report.pdf', '-']))
    // The text of tables runs across cells, so each cell is looked for; charts bring words of their own between.
    expect(
      inOrder(
        text,
        expected(locale).filter((piece) => [...piece].length < 12),
      ),
    ).toEqual([])
    expect(text).not.toMatch(/[\uFFFD〓□]/u)
    expect(text).toContain(squeeze(locale === 'en' ? 'Gap in data' : '数据缺口'))
  })

  it('charts of the PDF are drawings, not pictures', () => {
    expect(run('pdfimages', ['-list', 'report.pdf']).trim().split('\n').slice(2)).toEqual([])
  })

  it('Word opens in LibreOffice and becomes a PDF with the same text', async () => {
    writeFileSync(path.join(dir, 'report.docx'), await render('docx', locale))
    const home = `-env:UserInstallation=file://${path.join(dir, 'office')}`
    run('soffice', [
      home,
      '--headless',
      '--convert-to',
      'pdf:writer_pdf_Export',
      '--outdir',
      'word',
      'report.docx',
    ])
    const text = squeeze(run('pdftotext', ['-raw', path.join('word', 'report.pdf'), '-']))
    expect(
      inOrder(
        text,
        expected(locale).filter((piece) => [...piece].length < 12),
      ),
    ).toEqual([])
    // The third column is the kind: a picture with transparency has a mask on a line of its own.
    const listed = run('pdfimages', ['-list', path.join('word', 'report.pdf')]).split('\n')
    const pictures = listed.filter((line) => line.trim().split(/\s+/)[2] === 'image')
    expect(pictures.length).toBe(edition.sections.reduce((sum, section) => sum + section.charts.length, 0))
  })

  it('Word names its fonts and the page number is a field', async () => {
    const xml = run('unzip', ['-p', 'report.docx', 'word/document.xml'])
    for (const font of ['仿宋', '黑体', '方正小标宋简体']) expect(xml).toContain(`w:eastAsia="${font}"`)
    expect(run('unzip', ['-p', 'report.docx', 'word/footer1.xml'])).toContain('PAGE')
  })
})

it('every sentence is in Word and PDF whole', async () => {
  const sentences = edition.sections.flatMap((section) =>
    [...section.sentences, ...section.notes].map((each) => squeeze(renderSentence(each, edition, 'zh-CN'))),
  )
  writeFileSync(path.join(dir, 'zh.pdf'), await render('pdf'))
  const text = squeeze(run('pdftotext', ['-raw', 'zh.pdf', '-']))
  for (const sentence of sentences) expect(text).toContain(sentence)
})

it('Excel reads back cell by cell: numbers as numbers, days as dates, headings frozen, formulas as text', async () => {
  const book = new Excel.Workbook()
  await book.xlsx.load((await render('xlsx')) as unknown as Excel.Buffer)
  const tables = edition.sections.flatMap((section) => section.tables)
  expect(book.worksheets.length).toBe(tables.length + 2)
  const tiers = book.getWorksheet('按层级的违规数')!
  expect(tiers.views[0]).toMatchObject({ state: 'frozen', ySplit: 1 })
  expect(tiers.getRow(2).values).toEqual([undefined, '违法信息', 214, 180, 0.1, 0.25, '上升', 0.189])
  expect(tiers.getRow(4).getCell(2).value).toBe('<3')
  expect(tiers.getRow(3).getCell(4).value).toBeNull()
  expect(tiers.getRow(5).getCell(1).font).toMatchObject({ bold: true })
  const topics = book.worksheets.find((sheet) => sheet.name.startsWith('话题'))!
  expect(topics.getRow(3).getCell(1).value).toBe('=退费、客服、验证码')
  expect(topics.getRow(2).getCell(7).value).toEqual(new Date('2026-11-17T00:00:00Z'))
  // 01:35 in UTC is 09:35 in Shanghai; a spreadsheet knows no zones.
  expect(topics.getRow(2).getCell(8).value).toEqual(new Date('2026-11-17T09:35:00Z'))
  const figures = book.worksheets.at(-1)!
  expect(figures.rowCount).toBe(Object.keys(edition.figures).length + 1)
})

it('CSV holds every cell once and runs no formula; JSON holds the edition', async () => {
  const rows = parse(await render('csv'), { bom: true, columns: true }) as Record<string, string>[]
  const cells = edition.sections.flatMap((s) => s.tables.flatMap((t) => t.rows.flatMap((r) => r.cells)))
  expect(rows.length).toBe(cells.length)
  expect(rows.map((row) => row['value']).filter((value) => value?.startsWith('='))).toEqual([])
  expect(rows.find((row) => row['column'] === 'count')).toMatchObject({ value: '214', text: '214' })
  const json = JSON.parse((await render('json', 'en')).toString()) as {
    edition: unknown
    words: { title: string }
  }
  expect(json.edition).toEqual(edition)
  expect(json.words.title).toMatch(/Weekly report/)
})

it('what the font lacks is set as the geta mark, and a form that fails says so', async () => {
  const names = { ...edition.names, organisation: '云汀\u{2B81C}市' }
  const document = await renderer.render({
    format: 'pdf',
    edition: { ...edition, names },
    locale: 'zh-CN',
    accounts,
  })
  writeFileSync(path.join(dir, 'rare.pdf'), document)
  expect(run('pdftotext', ['-raw', '-l', '1', 'rare.pdf', '-'])).toMatch(/云汀.市群聊/u)
  const broken = { ...edition, sections: [{ ...edition.sections[0]!, sentences: [{ key: 'no.such' }] }] }
  await expect(
    renderer.render({ format: 'pdf', edition: broken as never, locale: 'zh-CN', accounts }),
  ).rejects.toThrow(/could not be drawn: there is no sentence no.such/)
  expect(readFileSync(path.join(dir, 'rare.pdf')).subarray(0, 5).toString()).toBe('%PDF-')
})
