// npm run train -- names: learns the name tagger from silver data. Real sentences of the licensed sets in which a word
// for a person (他, 老师, 经理 …) is replaced by a made-up name are the positives; every other candidate is a negative.
// Given names are drawn from the characters of the names in the segmenter's dictionary. Deterministic.

import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createFoldedText, foldInto, KIND_HAN, type Fold } from '../src/text/fold.ts'
import { createLexicon, type Lexicon } from '../src/text/lexicon.ts'
import {
  createNameContext,
  NAME_FEATURES,
  nameFeatures,
  surnameTable,
  type Surnames,
} from '../src/text/names.ts'
import { loadAnalyserResources, loadLexiconSources, loadSurnames } from '../src/text/resources.ts'
import { createSegmenter, type Segmenter } from '../src/text/segmenter.ts'
import { readTable } from './data.ts'
import { seededRandom } from './metrics.ts'
import { measureNames } from './name-quality.ts'
import { loadFold } from './sentiment.ts'

const BITS = 16
const SENTENCES = 60_000
const LONGEST = 60
const SLOTS =
  /(?<![其我你])(?:他|她)(?![们人妈爸性的])|我妈|我爸|老板|老师|医生|服务员|经理|主任|师傅|队长|阿姨|警察|同学|客服/
const TEMPLATES = [
  ...[
    '{}回应',
    '{}被查',
    '{}夺冠',
    '{}称',
    '{}说',
    '{}表示',
    '记者{}',
    '{}受贿',
    '{}直播',
    '{}发文',
    '{}谈',
    '{}与{}',
    '{}亮相',
  ],
  ...[
    '{}家漏水',
    '请{}回电',
    '联系{}',
    '找{}签字',
    '{}和{}',
    '{}同学获奖',
    '{}主任值班',
    '让{}去看看',
    '{}今天值班',
    '谢谢{}',
  ],
  ...[
    '{}辛苦了',
    '{}发的通知',
    '{}的快递到了',
    '{}什么时候来',
    '{}没来上班',
    '听{}说',
    '{}在群里说',
    '请问{}在吗',
    '{}老师',
  ],
  ...[
    '{}师傅',
    '祝{}生日快乐',
    '{}妈妈',
    '{}爸爸',
    '我是{}',
    '我叫{}',
    '{}请假',
    '{}已交',
    '{}收到',
    '{}，{}，{}',
    '{}、{}、{}',
    '{}受伤',
  ],
]

interface NameSource {
  readonly firsts: readonly string[]
  readonly seconds: readonly string[]
  readonly given: readonly string[]
}

/** Given names of the dictionary's names of people (surname and one or two characters). */
function givenNames(dictionary: string, surnames: Surnames): NameSource {
  const given: string[] = []
  for (const line of dictionary.split('\n')) {
    const [word, , tag] = line.split(' ')
    if (word === undefined || tag?.trim() !== 'nr' || word.length < 2 || word.length > 3) continue
    if (surnames.kind[word.charCodeAt(0)]! & 1) given.push(word.slice(1))
  }
  return {
    given,
    firsts: given.map((name) => name[0]!),
    seconds: given.filter((name) => name.length === 2).map((name) => name[1]!),
  }
}

/** A made-up name: surnames by a falling curve of use, given names mostly put together from single characters. */
function makeName(
  source: NameSource,
  surnames: string,
  compound: readonly string[],
  random: () => number,
): string {
  const pick = <T>(list: ArrayLike<T>): T => list[Math.floor(random() * list.length)]!
  const surname = random() < 0.02 ? pick(compound) : surnames[Math.floor(surnames.length * random() ** 2.2)]!
  if (random() < 0.3) return surname + pick(source.given)
  return surname + pick(source.firsts) + (random() < 0.72 ? pick(source.seconds) : '')
}

interface Sentence {
  readonly text: string
  /** Start and end of each name put in. */
  readonly spans: readonly (readonly [number, number])[]
}

function fill(template: string, mark: string, makeOne: () => string): Sentence {
  const spans: (readonly [number, number])[] = []
  let text = ''
  template.split(mark).forEach((part, i) => {
    if (i > 0) {
      const name = makeOne()
      spans.push([text.length, text.length + name.length])
      text += name
    }
    text += part
  })
  return { text, spans }
}

/** Sentences with and without names, half and half, in an order fixed by the seed. */
function sentences(lines: readonly string[], makeOne: () => string, random: () => number): Sentence[] {
  const all: Sentence[] = []
  while (all.length < SENTENCES) {
    const line = lines[Math.floor(random() * lines.length)]!
    const start = line.length > LONGEST ? Math.floor(random() * (line.length - LONGEST)) : 0
    const piece = line.slice(start, start + LONGEST).replaceAll('\u0001', '')
    const slot = piece.match(SLOTS)
    const draw = random()
    if (slot !== null && draw < 0.6) all.push(fill(piece.replace(SLOTS, '\u0001'), '\u0001', makeOne))
    else if (draw < 0.75) {
      const template = TEMPLATES[Math.floor(random() * TEMPLATES.length)]!
      const rest = piece.slice(0, Math.floor(random() * 14))
      all.push(fill(random() < 0.7 ? template + rest : `${rest}${template}`, '{}', makeOne))
    } else all.push({ text: piece, spans: [] })
  }
  return all
}

interface Candidate {
  readonly slots: Int32Array
  readonly label: 0 | 1
}

function candidatesOf(
  sentence: Sentence,
  fold: Fold,
  lexicon: Lexicon,
  segmenter: Segmenter,
  surnames: Surnames,
): Candidate[] {
  const text = createFoldedText(sentence.text.length)
  foldInto(fold, sentence.text, text)
  if (text.length !== sentence.text.length) return []
  const context = createNameContext(text.length)
  context.fill(text, segmenter.segment(text))
  const found: Candidate[] = []
  for (let start = 0; start < text.length; start++) {
    const kind = surnames.kind[text.units[start]!]!
    for (let head = 1; head <= 2; head++) {
      if (head === 1 ? !(kind & 1) : !surnames.isCompound(text.units[start]!, text.units[start + 1]!))
        continue
      for (let given = 1; given <= 2; given++) {
        const end = start + head + given
        if (end > text.length || text.kinds.subarray(start, end).some((k) => k !== KIND_HAN)) continue
        const slots = new Int32Array(NAME_FEATURES)
        nameFeatures(context, lexicon, start, head, given, slots, 32 - BITS)
        found.push({ slots, label: sentence.spans.some(([a, b]) => a === start && b === end) ? 1 : 0 })
      }
    }
  }
  return found
}

/** Logistic regression by AdaGrad. */
export function learn(candidates: readonly Candidate[], random: () => number, epochs = 4): Float64Array {
  const weights = new Float64Array(2 ** BITS)
  const squares = new Float64Array(2 ** BITS).fill(1)
  const order = Int32Array.from(candidates.keys())
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let i = order.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1))
      const kept = order[i]!
      order[i] = order[j]!
      order[j] = kept
    }
    for (const i of order) {
      const { slots, label } = candidates[i]!
      let z = 0
      for (const s of slots) z += weights[s]!
      const error = 1 / (1 + Math.exp(-z)) - label
      for (const s of slots) {
        const g = error + 1e-5 * weights[s]!
        squares[s]! += g * g
        weights[s]! -= (0.5 * g) / Math.sqrt(squares[s]!)
      }
    }
  }
  return weights
}

export async function run(): Promise<void> {
  const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
  const resources = loadLexiconSources()
  const { surnames, compound } = loadSurnames()
  const table = surnameTable({ surnames, compound })
  const fold = loadFold()
  const lexicon = createLexicon(fold, resources)
  const segmenter = createSegmenter(lexicon, 4000)
  const random = seededRandom(1953)
  const source = givenNames(resources.dictionary, table)
  const lines = [
    ...readTable('cped-utterances.tsv.gz').map((row) => row['text']!),
    ...readTable('cold-train-dev.tsv.gz').map((row) => row['text']!),
    ...readTable('reviews-polarity.tsv.gz').map((row) => row['text']!),
  ]
  const made = sentences(lines, () => makeName(source, surnames, compound, random), random)
  const candidates = made.flatMap((sentence) => candidatesOf(sentence, fold, lexicon, segmenter, table))
  const weights = learn(candidates, random)
  const scale = 127 / 6
  writeFileSync(
    file('../weights/names.bin'),
    Int8Array.from(weights, (w) => Math.max(-127, Math.min(127, Math.round(w * scale)))),
  )
  const head = { threshold: Math.round(THRESHOLD * scale), scale }
  writeFileSync(file('../weights/names.json'), JSON.stringify(head))
  const positives = candidates.filter((c) => c.label === 1).length
  const measured = measureNames(loadAnalyserResources())
  const result = { ...head, sentences: made.length, candidates: candidates.length, positives, measured }
  writeFileSync(file('../weights/names.json'), `${JSON.stringify(result, null, 2)}\n`)
  console.log(JSON.stringify(result, null, 2))
}

/** In log odds; below 0 leans towards hiding. */
const THRESHOLD = -2
