/** Reads a labelled file for `sentiment --data`: a TSV with a column of polarity and one of text, in either order. */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

interface Labelled {
  text: string
  label: -1 | 1
}

export interface LabelledFile {
  samples: Labelled[]
  /** rows labelled neutral, and rows without a text: neither is scored */
  neutral: number
  empty: number
}

const POLARITY_NAMES = ['polarity', 'label', 'sentiment', 'class', 'y', '标签', '情感', '极性', '倾向']
const TEXT_NAMES = ['text', 'content', 'review', 'comment', 'sentence', 'message', '文本', '内容', '评论']
const POSITIVE = ['positive', 'pos', 'p', '+', '+1', 'good', '正', '正面', '积极', '正向', '好评', '褒']
const NEGATIVE = ['negative', 'neg', 'n', '-', '-1', 'bad', '负', '负面', '消极', '负向', '差评', '贬']
const NEUTRAL = ['neutral', 'neu', 'none', '中', '中性', '中立']

type Polarity = -1 | 0 | 1

/**
 * What numbers mean depends on which ones occur: with 2, 0 is negative and 1 neutral; with -1, 0 is neutral; else 0 is
 * negative. Decimals such as 1.0 are read as whole numbers.
 */
function readerOf(labels: ReadonlySet<string>): (label: string) => Polarity | undefined {
  const numbers: Record<string, Polarity> = labels.has('2')
    ? { '0': -1, '1': 0, '2': 1 }
    : { '-1': -1, '0': labels.has('-1') ? 0 : -1, '1': 1 }
  return (label) => {
    if (label in numbers) return numbers[label]
    if (POSITIVE.includes(label)) return 1
    if (NEGATIVE.includes(label)) return -1
    return NEUTRAL.includes(label) ? 0 : undefined
  }
}

const clean = (cell: string): string => {
  const plain = cell
    .trim()
    .replace(/^"([\s\S]*)"$/, '$1')
    .replaceAll('""', '"')
    .trim()
  return /^[-+]?\d+\.0+$/.test(plain) ? plain.replace(/\.0+$/, '') : plain
}

const known = readerOf(new Set(['-1', '0', '1']))
const isLabel = (cell: string): boolean => cell === '2' || known(cell.toLowerCase()) !== undefined

interface Layout {
  polarity: number
  text: number
  /** index of the first line with data */
  from: number
}

function layoutOf(lines: readonly string[][], path: string): Layout {
  const head = lines[0]!.map((cell) => cell.toLowerCase())
  const polarity = head.findIndex((cell) => POLARITY_NAMES.includes(cell))
  const text = head.findIndex((cell) => TEXT_NAMES.includes(cell))
  if (polarity >= 0 && text >= 0) return { polarity, text, from: 1 }
  // No heading: the column in which every line has a label is the polarity, the one beside it the text.
  const sample = lines.slice(0, 200)
  const column = [0, 1].find((c) => sample.every((cells) => cells.length >= 2 && isLabel(cells[c]!)))
  if (polarity < 0 && text < 0 && column !== undefined) return { polarity: column, text: 1 - column, from: 0 }
  throw new Error(
    `${path} must be a TSV file whose first line names a column "polarity" and a column "text", in either order; it begins with: ${lines[0]!.join(' | ').slice(0, 80)}`,
  )
}

/** Throws Error naming the file, and the line where there is one. */
export function parseLabelled(content: string, path: string): LabelledFile {
  const numbered = content
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line, i) => ({ number: i + 1, cells: line.split('\t').map(clean), blank: line.trim() === '' }))
    .filter(({ blank }) => !blank)
  if (numbered.length === 0) throw new Error(`${path} is empty`)
  const layout = layoutOf(
    numbered.map(({ cells }) => cells),
    path,
  )
  const rows = numbered.slice(layout.from)
  const polarityOf = readerOf(new Set(rows.map(({ cells }) => (cells[layout.polarity] ?? '').toLowerCase())))
  const result: LabelledFile = { samples: [], neutral: 0, empty: 0 }
  for (const { cells, number } of rows) {
    const written = cells[layout.polarity] ?? ''
    const label = polarityOf(written.toLowerCase())
    if (label === undefined)
      throw new Error(
        `${path}, line ${number}: "${written.slice(0, 40)}" is no polarity; use positive or negative, 1 or 0, 1 or -1, pos or neg, 正 or 负`,
      )
    const text = cells[layout.text] ?? ''
    if (text === '') result.empty++
    else if (label === 0) result.neutral++
    else result.samples.push({ text, label })
  }
  if (result.samples.length === 0) throw new Error(`${path} holds no positive or negative message`)
  return result
}

export function readLabelled(path: string): LabelledFile {
  const bytes = readFileSync(path)
  return parseLabelled((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'), path)
}
