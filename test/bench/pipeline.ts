// npm run bench -- pipeline [--messages N] [--whole]: the shipped analysis with every name layer on, distinct texts of 25
// characters from 5,000 senders, on one core; then the same with the word windows behind it, and whether memory stays
// flat over N messages (10 million). Unless --whole is given only the first million of them are texts: the rest comes
// to the windows from a pool of 100,000 analysed messages, so that the run takes minutes.

import { createAnalyser, type Analyser } from '@guanlan/analytics/text/analyser'
import { loadAnalyserResources } from '@guanlan/analytics/text/resources'
import { createWordWindows, type WordObservation, type WordWindows } from '@guanlan/analytics/topics/windows'
import { readTable } from '../../analytics/train/data.ts'
import { seededRandom } from '../../analytics/train/metrics.ts'

const SENDERS = 5_000
const LENGTH = 25
const GROUPS = 300
const UNITS = 20
const CHUNK = 100_000
const ROSTER = 5_000
/** Milliseconds of the product's clock between two messages: 10 million a day. */
const PACE = 8.64
const START = Date.UTC(2026, 0, 5, 0, 0)

const random = seededRandom(20260105)
const below = (n: number): number => Math.floor(random() * n)
const secret = (): Uint8Array => Uint8Array.from({ length: 16 }, () => below(256))

const SURNAMES = '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗'
const madeUpName = (corpus: string): string =>
  SURNAMES[below(SURNAMES.length)]! + corpus.slice(below(corpus.length - 3)).slice(0, 2)

/** Flat strings of LENGTH units, each put together from two places of the corpus, so that none comes twice. */
function messages(corpus: string, n: number): string[] {
  const at = (): number => below(corpus.length - LENGTH)
  const made = Array.from({ length: n }, () => {
    const [a, b] = [at(), at()]
    return corpus.slice(a, a + 12) + corpus.slice(b, b + LENGTH - 12)
  })
  // A round trip makes flat strings of the ropes, as they come from JSON.parse in the product.
  return JSON.parse(JSON.stringify(made)) as string[]
}

function prepare(corpus: string): Analyser {
  const analyser = createAnalyser(loadAnalyserResources(), { candidateSecret: secret() })
  const key = secret()
  const people = Array.from({ length: ROSTER }, () => madeUpName(corpus))
  analyser.setRoster(analyser.hashRoster(people, key), key)
  analyser.setGazetteer(
    Array.from({ length: 300 }, (_, i) => ({
      term: `${corpus.slice(below(corpus.length - 3)).slice(0, 2)}苑${i}`,
      type: 'place' as const,
    })),
  )
  return analyser
}

function windowsFor(analyser: Analyser): WordWindows {
  const units = Array.from({ length: UNITS }, (_, i) => ({ id: `unit-${i}`, parent: i === 0 ? -1 : 0 }))
  return createWordWindows({
    secret: secret(),
    startedAt: START,
    units,
    word: (term) => analyser.vocabulary.word(term),
    qualifyingGroups: () => GROUPS / UNITS,
  })
}

/** Processor seconds of this process for `each` over the texts; making them is not counted. What else runs on the machine is not either. */
function time(texts: readonly string[], each: (text: string, i: number) => void): number {
  const started = process.cpuUsage()
  for (let i = 0; i < texts.length; i++) each(texts[i]!, i)
  const { user, system } = process.cpuUsage(started)
  return (user + system) / 1e6
}

function analysisAlone(analyser: Analyser, corpus: string): { best: number; terms: number } {
  let best = 0
  let terms = 0
  for (let round = 0; round < 5; round++) {
    const texts = messages(corpus, CHUNK)
    terms = 0
    const seconds = time(texts, (text) => (terms += analyser.analyse(text).count))
    if (round > 0) best = Math.max(best, texts.length / seconds)
  }
  return { best: Math.round(best), terms: Math.round((terms / CHUNK) * 100) / 100 }
}

function residentMb(): number {
  globalThis.gc?.()
  return process.memoryUsage().rss / 1e6
}

/** Analysed messages kept as numbers, for the part of the run that tests memory and not speed. */
interface Pool {
  starts: Int32Array
  terms: Int32Array
  polarity: Int8Array
}

function poolOf(analyser: Analyser, texts: readonly string[]): Pool {
  const starts = new Int32Array(texts.length + 1)
  const terms = new Int32Array(texts.length * LENGTH)
  const polarity = new Int8Array(texts.length)
  texts.forEach((text, i) => {
    const analysed = analyser.analyse(text)
    terms.set(analysed.terms.subarray(0, analysed.count), starts[i])
    starts[i + 1] = starts[i]! + analysed.count
    polarity[i] = analysed.polarity
  })
  return { starts, terms, polarity }
}

type Said = Pick<WordObservation, 'terms' | 'count' | 'polarity'>

/** Feeds the windows from 5,000 senders at the product's clock and counts the cells they release. */
function createSpeaker(analyser: Analyser): { say(said: Said): void; cells(): number } {
  const windows = windowsFor(analyser)
  const pseudonyms = Array.from({ length: SENDERS }, () => below(2 ** 32) + below(2 ** 16) * 2 ** 32)
  const o: WordObservation = {
    ...{ at: START, day: 20_458, unit: 0, group: 0, pseudonym: 0 },
    ...{ terms: new Int32Array(0), count: 0, polarity: 0, category: -1 },
  }
  let clock = START
  let nextTick = START + 60_000
  let [cells, n] = [0, 0]
  return {
    say({ terms, count, polarity }) {
      clock += PACE
      const sender = (Math.imul(n++, 2654435761) >>> 0) % SENDERS
      o.at = clock
      o.group = sender % GROUPS
      o.unit = o.group % UNITS
      o.pseudonym = pseudonyms[sender]!
      o.terms = terms
      o.count = count
      o.polarity = polarity
      windows.observe(o)
      if (clock < nextTick) return
      cells += windows.tick(clock).cells.length
      nextTick += 60_000
    },
    cells: () => cells,
  }
}

interface WindowFigures {
  rate: number
  /** of windows alone, over the messages from the pool; null when all were analysed */
  windowsAlone: number | null
  growth: number
  cells: number
}

/**
 * `analysed` messages go through analysis and windows, the rest up to `total` through the windows from a pool of
 * analysed ones in ever other order; memory is compared with what it was after the first tenth of all.
 */
function withWindows(analyser: Analyser, corpus: string, analysed: number, total: number): WindowFigures {
  const speaker = createSpeaker(analyser)
  const first = total / 10
  let [seconds, timed, settled] = [0, 0, 0]
  for (let done = 0; done < analysed; done += CHUNK) {
    const texts = messages(corpus, Math.min(CHUNK, analysed - done))
    const spent = time(texts, (text) => speaker.say(analyser.analyse(text)))
    if (done > 0) [seconds, timed] = [seconds + spent, timed + texts.length]
    if (settled === 0 && done + CHUNK >= first) settled = residentMb()
  }
  const rate = Math.round(timed / seconds)
  if (total <= analysed) return { rate, windowsAlone: null, growth: grown(settled), cells: speaker.cells() }
  const pool = poolOf(analyser, messages(corpus, CHUNK))
  if (settled === 0) settled = residentMb()
  const said: Said = { terms: new Int32Array(LENGTH), count: 0, polarity: 0 }
  const started = process.cpuUsage()
  for (let i = 0, at = 0; i < total - analysed; i++) {
    // A step that shares no factor with the pool's size visits all of it; it changes with every round.
    at = (at + 7919 + 2 * Math.floor(i / CHUNK)) % CHUNK
    said.count = pool.starts[at + 1]! - pool.starts[at]!
    for (let k = 0; k < said.count; k++) said.terms[k] = pool.terms[pool.starts[at]! + k]!
    said.polarity = pool.polarity[at] as Said['polarity']
    speaker.say(said)
  }
  const { user, system } = process.cpuUsage(started)
  const windowsAlone = Math.round(((total - analysed) * 1e6) / (user + system))
  return { rate, windowsAlone, growth: grown(settled), cells: speaker.cells() }
}

const grown = (since: number): number => Math.round((residentMb() - since) * 10) / 10

const numberOption = (args: readonly string[], name: string, usual: number): number => {
  const at = args.indexOf(`--${name}`)
  return at >= 0 ? Number(args[at + 1]) : usual
}

export async function run(args: string[]): Promise<object> {
  const total = numberOption(args, 'messages', 10_000_000)
  if (!(total >= 2 * CHUNK)) throw new Error(`--messages needs a number from ${2 * CHUNK} on`)
  const analysed = args.includes('--whole') ? total : Math.min(total, 1_000_000)
  const corpus = ['cold-train-dev.tsv.gz', 'cped-utterances.tsv.gz', 'reviews-polarity.tsv.gz']
    .flatMap((name) => readTable(name).map((row) => row['text']!))
    .join('')
  const analyser = prepare(corpus)
  const alone = analysisAlone(analyser, corpus)
  const { rate, windowsAlone, growth, cells } = withWindows(analyser, corpus, analysed, total)
  return {
    dataset: 'cold-train-dev, cped-utterances, reviews-polarity, cut and put together anew',
    messagesPerSecond: alone.best,
    withWindowsPerSecond: rate,
    windowsAlonePerSecond: windowsAlone,
    rssGrowthMb: growth,
    messages: total,
    messagesAnalysed: analysed,
    senders: SENDERS,
    cache: 'none',
    termsPerMessage: alone.terms,
    releasedCells: cells,
    analyserMb: Math.round(analyser.bytes() / 1e5) / 10,
    rssMb: Math.round(residentMb()),
  }
}
