import type {
  Edition,
  ReportChart,
  ReportLocale,
  ReportSentence,
  ReportTable,
} from '@guanlan/contract/report'
import { renderSentence } from '@guanlan/contract/report-sentences'
import {
  captionOf,
  columnTitle,
  editionNumber,
  editionTitle,
  figureText,
  instantText,
  periodText,
  renderCell,
  scopeText,
  sectionTitle,
} from '@guanlan/contract/report-words'

/** Account id -> display name; an account that is gone is shown by its id. */
export type AccountNames = Readonly<Record<string, string>>

export interface OutlineTable {
  kind: 'table'
  number: number
  caption: string
  columns: { title: string; right: boolean }[]
  rows: { cells: string[]; total: boolean }[]
  source: ReportTable
}
export type OutlineBlock =
  | { kind: 'heading'; text: string }
  /** `refs`: numbers of the annex's figures that the sentence states, as `refsText` writes them; null without any. */
  | { kind: 'paragraph'; text: string; refs: string | null; attention: boolean; note: boolean }
  | OutlineTable
  | { kind: 'chart'; number: number; caption: string; chart: ReportChart }

/** One figure of the annex: what a sentence states, and where it was read. */
export interface AnnexFigure {
  number: number
  id: string
  value: string
  question: string
  watermark: string
  hash: string
}

/** An edition in words, in reading order: what Word and PDF lay out, each in its way. */
export interface Outline {
  title: string
  organisation: string
  number: string | null
  period: string
  date: string
  state: string
  blocks: OutlineBlock[]
  annex: AnnexFigure[]
  closing: { label: string; text: string }[]
  locale: ReportLocale
}

const WORDS = {
  draft: ['草稿，未经批准', 'Draft, not approved'],
  approved: ['已批准，未印发', 'Approved, not issued'],
  issued: ['已印发', 'Issued'],
  superseded: ['已被更正稿取代', 'Superseded by a corrected edition'],
  createdBy: ['拟稿', 'Drafted by'],
  approvedBy: ['批准', 'Approved by'],
  issuedBy: ['印发', 'Issued by'],
  schedule: ['定时生成', 'Schedule'],
  correction: ['更正说明', 'Why it was corrected'],
  supersedes: ['更正的报告（系统编号）', 'Corrects (id in the system)'],
  audit: ['审计链链首', 'Head of the audit chain'],
  content: ['内容校验值（SHA-256）', 'Content hash (SHA-256)'],
  none: ['（本节无内容）', '(nothing in this section)'],
  annex: ['附：数据依据', 'Annex: where the figures come from'],
  figure: ['编号', 'No.'],
  value: ['数值', 'Value'],
  question: ['查询', 'Question'],
  watermark: ['数据截至', 'Data as of'],
  hash: ['校验值', 'Hash'],
  table: ['表', 'Table'],
  chart: ['图', 'Figure'],
} as const
export type OutlineWord = keyof typeof WORDS
export const outlineWord = (key: OutlineWord, locale: ReportLocale): string =>
  WORDS[key][locale === 'en' ? 1 : 0]

/** A caption with its number: 表 1　按层级的违规数, Table 1. Violations by tier. */
export const numberedCaption = (
  { kind, number, caption }: { kind: 'table' | 'chart'; number: number; caption: string },
  locale: ReportLocale,
): string => `${outlineWord(kind, locale)} ${number}${locale === 'en' ? '. ' : '\u3000'}${caption}`

export const closingLine = ({ label, text }: Outline['closing'][number], locale: ReportLocale): string =>
  `${label}${locale === 'en' ? ': ' : '：'}${text}`

/** What stands below the title: the number, or that there is none yet. */
export const numberLine = ({ number, state, locale }: Outline): string =>
  number ?? (locale === 'en' ? `(${state})` : `（${state}）`)

const RIGHT = new Set(['integer', 'decimal', 'percent', 'minutes', 'interval'])

function tableOf(table: ReportTable, number: number, edition: Edition, locale: ReportLocale): OutlineTable {
  return {
    kind: 'table',
    number,
    caption: captionOf(table.captionKey, edition, locale),
    columns: table.columns.map((column) => ({
      title: columnTitle(column, edition, locale),
      right: RIGHT.has(column.type),
    })),
    rows: table.rows.map((row) => ({
      cells: table.columns.map((column, i) => renderCell(row.cells[i], column, edition, locale)),
      total: row.total,
    })),
    source: table,
  }
}

/** Who is named as the author of a draft that a plan made (plans.ts). */
const PLAN_AUTHOR = 'plan'

const closingOf = (edition: Edition, accounts: AccountNames, locale: ReportLocale) => {
  const by = (id: string) => accounts[id] ?? (id === PLAN_AUTHOR ? outlineWord('schedule', locale) : id)
  const at = (instant: string) => instantText(instant, edition, locale, true)
  const lines: [OutlineWord, string | null][] = [
    ['createdBy', `${by(edition.createdBy)} ${at(edition.createdAt)}`],
    ['approvedBy', edition.approvedAt && `${by(edition.approvedBy ?? '')} ${at(edition.approvedAt)}`],
    ['issuedBy', edition.issuedAt && `${by(edition.issuedBy ?? '')} ${at(edition.issuedAt)}`],
    ['supersedes', edition.supersedes],
    ['correction', edition.correctionNote],
    ['audit', edition.auditHead && `${edition.auditHead.seq} · ${edition.auditHead.hash}`],
    ['content', edition.contentHash],
  ]
  return lines.flatMap(([key, text]) => (text === null ? [] : [{ label: outlineWord(key, locale), text }]))
}

/** Numbers in brackets, runs as spans: [3,7–12]. The space before them does not break, so that they never stand alone on a line. */
export function refsText(numbers: readonly number[]): string | null {
  const runs: [number, number][] = []
  for (const number of [...new Set(numbers)].sort((a, b) => a - b)) {
    const run = runs.at(-1)
    if (run !== undefined && run[1] === number - 1) run[1] = number
    else runs.push([number, number])
  }
  if (runs.length === 0) return null
  const spans = runs.map(([from, to]) =>
    to - from < 2 ? (from === to ? `${from}` : `${from},${to}`) : `${from}–${to}`,
  )
  return `\u00a0[${spans.join(',')}]`
}

/** What was asked: its name, the scope, the days, and whatever else it was asked with. */
function questionText({ queryId, parameters }: Edition['figures'][string]): string {
  const { scope, from, to, ...more } = parameters
  const days = from === undefined ? [] : [from === to ? from : `${from}/${to}`]
  const rest = Object.entries(more).map(([key, value]) => `${key}=${value ?? ''}`)
  return [queryId, ...(scope === undefined ? [] : [scope]), ...days, ...rest.sort()].join(' ')
}

/** Numbers tables, charts and figures in reading order and puts everything in words. Pure. */
export function outlineOf(edition: Edition, locale: ReportLocale, accounts: AccountNames = {}): Outline {
  const blocks: OutlineBlock[] = []
  const annex = new Map<string, AnnexFigure>()
  let tables = 0
  let charts = 0
  const refOf = (id: string): number[] => {
    const figure = edition.figures[id]
    if (figure === undefined) return []
    const known = annex.get(id)
    if (known !== undefined) return [known.number]
    const number = annex.size + 1
    annex.set(id, {
      number,
      id,
      value: figureText(figure.value, locale),
      question: questionText(figure),
      watermark: instantText(figure.watermark.at, edition, locale),
      hash: figure.hash.slice(0, 10),
    })
    return [number]
  }
  const paragraph = (sentence: ReportSentence, note: boolean): OutlineBlock => ({
    kind: 'paragraph',
    text: renderSentence(sentence, edition, locale),
    refs: refsText(sentence.figureRefs.flatMap(refOf)),
    attention: sentence.tone === 'attention',
    note,
  })
  for (const section of edition.sections) {
    blocks.push({ kind: 'heading', text: sectionTitle(section.key, locale) })
    blocks.push(...section.sentences.map((sentence) => paragraph(sentence, false)))
    for (const chart of section.charts)
      blocks.push({
        kind: 'chart',
        number: ++charts,
        caption: captionOf(chart.captionKey, edition, locale),
        chart,
      })
    for (const table of section.tables) blocks.push(tableOf(table, ++tables, edition, locale))
    blocks.push(...section.notes.map((note) => paragraph(note, true)))
  }
  return {
    title: editionTitle(edition, locale),
    organisation: edition.names.organisation,
    number: editionNumber(edition, locale),
    period: `${scopeText(edition)} · ${periodText(edition, locale)}`,
    date: instantText(edition.issuedAt ?? edition.createdAt, edition, locale, true),
    state: outlineWord(edition.state, locale),
    blocks,
    annex: [...annex.values()],
    closing: closingOf(edition, accounts, locale),
    locale,
  }
}
