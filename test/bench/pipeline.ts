// npm run bench -- pipeline [--messages N] [--per-day N] [--whole]: the shipped analysis with every name layer on, distinct
// texts of 25 characters from 5,000 senders, on one core; then the same with the word windows behind it, and whether
// memory stays flat over N messages (10 million). The product's clock goes at 10 million messages a day, so that the run
// sees a whole day: windows that release each minute, a log at its bound, searches for topics, and midnight. Faster clocks
// (--per-day 1728000000 is 20,000 a second) have fewer of these among as many messages. Unless --whole is given only the
// first million are texts: the rest are the same analysed messages again, in another order and from other senders, which
// is more than two hours later.

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
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
const PER_DAY = 10_000_000
const DAY_MS = 86_400_000
const ZONE_MS = 8 * 3_600_000
const START = Date.UTC(2026, 0, 5, 0, 0)

const random = seededRandom(20260105)
const below = (n: number): number => Math.floor(random() * n)
const secret = (): Uint8Array => Uint8Array.from({ length: 16 }, () => below(256))

const SURNAMES = '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗'
const stretch = (corpus: string, length: number): string => {
  const at = below(corpus.length - length)
  return corpus.slice(at, at + length)
}
/** One in seven names has one character after the surname, one in twenty has three. */
const madeUpName = (corpus: string): string =>
  SURNAMES[below(SURNAMES.length)]! + stretch(corpus, below(7) === 0 ? 1 : below(20) === 0 ? 3 : 2)

/** Flat strings of LENGTH units, each put together from two places of the corpus, so that none comes twice. */
function messages(corpus: string, n: number): string[] {
  const made = Array.from({ length: n }, () => stretch(corpus, 12) + stretch(corpus, LENGTH - 12))
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
      term: `${stretch(corpus, 2)}苑${i}`,
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

/** Median of five rounds, after one that warms up. */
function analysisAlone(analyser: Analyser, corpus: string): { rate: number; terms: number } {
  const rates: number[] = []
  let terms = 0
  for (let round = 0; round < 6; round++) {
    const texts = messages(corpus, CHUNK)
    terms = 0
    const seconds = time(texts, (text) => (terms += analyser.analyse(text).count))
    if (round > 0) rates.push(texts.length / seconds)
  }
  rates.sort((a, b) => a - b)
  return { rate: Math.round(rates[2]!), terms: Math.round((terms / CHUNK) * 100) / 100 }
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function residentMb(): number {
  collectGarbage()
  return process.memoryUsage().rss / 1e6
}

type Said = Pick<WordObservation, 'terms' | 'count' | 'polarity'>

/** Analysed messages kept as numbers: the part of the run that tests memory and not the speed of analysis says them again. */
function createPool(size: number): { keep(said: Said): void; say(again: number, into: Said): void } {
  const starts = new Int32Array(size + 1)
  const terms = new Int32Array(size * 12)
  const polarity = new Int8Array(size)
  let kept = 0
  return {
    keep(said) {
      starts[kept + 1] = starts[kept]! + said.count
      for (let i = 0; i < said.count; i++) terms[starts[kept]! + i] = said.terms[i]!
      polarity[kept++] = said.polarity
    },
    say(again, into) {
      // A step that shares no factor with a number of round millions visits each message once.
      const at = (again * 7919 + Math.floor(again / kept)) % kept
      into.count = starts[at + 1]! - starts[at]!
      for (let i = 0; i < into.count; i++) into.terms[i] = terms[starts[at]! + i]!
      into.polarity = polarity[at] as Said['polarity']
    },
  }
}

interface Speaker {
  say(said: Said): void
  figures(): { releasedCells: number; topicCells: number; simulatedHours: number }
}

/** Feeds the windows from 5,000 senders at the product's clock and counts the cells they release. */
function createSpeaker(analyser: Analyser, perDay: number): Speaker {
  const windows = windowsFor(analyser)
  let pseudonyms: number[] = []
  const o: WordObservation = {
    ...{ at: START, day: 0, unit: 0, group: 0, pseudonym: 0 },
    ...{ terms: new Int32Array(0), count: 0, polarity: 0, category: -1 },
  }
  let nextTick = START + 60_000
  let [cells, topics, n] = [0, 0, 0]
  return {
    say({ terms, count, polarity }) {
      o.at = START + (n * DAY_MS) / perDay
      const day = Math.floor((o.at + ZONE_MS) / DAY_MS)
      if (day !== o.day)
        pseudonyms = Array.from({ length: SENDERS }, () => below(2 ** 32) + below(2 ** 16) * 2 ** 32)
      const sender = (Math.imul(n++, 2654435761) >>> 0) % SENDERS
      o.day = day
      o.group = sender % GROUPS
      o.unit = o.group % UNITS
      o.pseudonym = pseudonyms[sender]!
      o.terms = terms
      o.count = count
      o.polarity = polarity
      windows.observe(o)
      if (o.at < nextTick) return
      const released = windows.tick(o.at).cells
      cells += released.length
      for (const { kind } of released) if (kind === 'topic') topics++
      nextTick += 60_000
    },
    figures: () => ({
      releasedCells: cells,
      topicCells: topics,
      simulatedHours: Math.round(((o.at - START) / 3_600_000) * 10) / 10,
    }),
  }
}

/**
 * `analysed` messages go through analysis and windows, the rest up to `total` through the windows alone; memory is
 * compared with what it was after the first tenth of all.
 */
function withWindows(analyser: Analyser, corpus: string, analysed: number, total: number, perDay: number) {
  const speaker = createSpeaker(analyser, perDay)
  const again = createPool(total > analysed ? analysed : 0)
  let [seconds, settled] = [0, 0]
  for (let done = 0; done < analysed; done += CHUNK) {
    const texts = messages(corpus, CHUNK)
    seconds += time(texts, (text) => {
      const said = analyser.analyse(text)
      speaker.say(said)
      if (total > analysed) again.keep(said)
    })
    if (settled === 0 && done + CHUNK >= total / 10) settled = residentMb()
  }
  const rate = Math.round(analysed / seconds)
  const said: Said = { terms: new Int32Array(LENGTH * 2), count: 0, polarity: 0 }
  const started = process.cpuUsage()
  for (let i = 0; i < total - analysed; i++) {
    again.say(i, said)
    speaker.say(said)
  }
  const { user, system } = process.cpuUsage(started)
  const windowsAlone = total > analysed ? Math.round(((total - analysed) * 1e6) / (user + system)) : null
  return {
    withWindowsPerSecond: rate,
    windowsAlonePerSecond: windowsAlone,
    rssGrowthMb: Math.round((residentMb() - settled) * 10) / 10,
    ...speaker.figures(),
  }
}

const numberOption = (args: readonly string[], name: string, usual: number): number => {
  const at = args.indexOf(`--${name}`)
  return at >= 0 ? Number(args[at + 1]) : usual
}

export async function run(args: string[]): Promise<object> {
  const total = numberOption(args, 'messages', 10_000_000)
  const perDay = numberOption(args, 'per-day', PER_DAY)
  if (!(total >= 2 * CHUNK && total % CHUNK === 0))
    throw new Error(`--messages needs a multiple of ${CHUNK} from ${2 * CHUNK} on`)
  if (!(perDay > 0)) throw new Error('--per-day needs a number above 0')
  const analysed = args.includes('--whole') ? total : Math.min(total, 1_000_000)
  const corpus = ['cold-train-dev.tsv.gz', 'cped-utterances.tsv.gz', 'reviews-polarity.tsv.gz']
    .flatMap((name) => readTable(name).map((row) => row['text']!))
    .join('')
  const analyser = prepare(corpus)
  const alone = analysisAlone(analyser, corpus)
  return {
    dataset: 'cold-train-dev, cped-utterances, reviews-polarity, cut and put together anew',
    messagesPerSecond: alone.rate,
    ...withWindows(analyser, corpus, analysed, total, perDay),
    messages: total,
    messagesAnalysed: analysed,
    messagesPerDay: perDay,
    senders: SENDERS,
    cache: 'none',
    termsPerMessage: alone.terms,
    analyserMb: Math.round(analyser.bytes() / 1e5) / 10,
    rssMb: Math.round(residentMb()),
  }
}
