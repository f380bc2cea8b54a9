// npm run bench -- sentiment [--data FILE.tsv]: accuracy inside and across domains, share error on bags, size, speed.
// --data scores a file with the columns polarity and text (see analytics/train/labelled.ts) by the shipped weights, without training.

import { readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createFoldedText, foldInto } from '@guanlan/analytics/text/fold'
import { loadAnalyserResources } from '@guanlan/analytics/text/resources'
import { polarityOf, sentimentScore } from '@guanlan/analytics/text/sentiment'
import { readSamples } from '../../analytics/train/data.ts'
import { parseLexicon } from '../../analytics/train/lexicon.ts'
import { scoreExample, type Example, type Weights } from '../../analytics/train/linear.ts'
import { figuresOf, seededRandom, type Figures } from '../../analytics/train/metrics.ts'
import {
  calledBy,
  evaluate,
  leaveOneOutWeights,
  loadFold,
  loadPrior,
  MARGIN,
  OPTIONS,
  toExamples,
  type WeightOf,
} from '../../analytics/train/sentiment.ts'
import { readLabelled } from '../../analytics/train/labelled.ts'
import { bagErrors, canFillBags, knownRatesError, type BagErrors } from './sentiment-shares.ts'

const resources = loadAnalyserResources()
const fold = loadFold()
const buffer = createFoldedText(10_000)

function scoreOf(text: string): number {
  foldInto(fold, text, buffer)
  return sentimentScore(resources.sentiment, buffer)
}

/** Words of the hand-written lexicon found in the text, summed by strength; a tie is called negative. */
function lexiconScore(words: readonly { word: string; strength: number }[], text: string): number {
  return words.reduce((sum, { word, strength }) => sum + (text.includes(word) ? strength : 0), 0)
}

function baselinesOf(samples: readonly { text: string; label: -1 | 1 }[]): {
  lexicon: Figures
  majority: Figures
} {
  const words = parseLexicon(
    readFileSync(
      fileURLToPath(new URL('../../analytics/train/polarity-lexicon.txt', import.meta.url)),
      'utf8',
    ),
  )
  const labels = samples.map((s) => s.label)
  const most = labels.filter((l) => l > 0).length * 2 > labels.length ? 1 : -1
  return {
    lexicon: figuresOf(
      samples.map((s) => lexiconScore(words, s.text)),
      labels,
    ),
    majority: figuresOf(
      labels.map(() => most),
      labels,
    ),
  }
}

/** Distinct 25-character messages scored a second of processor time, folding included: the best of five rounds. */
function speed(texts: readonly string[]): number {
  const all = texts.join('')
  const cut = Array.from({ length: 200_000 }, (_, i) =>
    all.slice((i * 17) % (all.length - 25), ((i * 17) % (all.length - 25)) + 25),
  )
  // A round trip makes flat strings of the slices, as they come from JSON.parse in the product.
  const messages = JSON.parse(JSON.stringify(cut)) as string[]
  let best = 0
  let sink = 0
  for (let round = 0; round < 6; round++) {
    const started = process.cpuUsage()
    for (const message of messages) sink += scoreOf(message)
    const { user, system } = process.cpuUsage(started)
    const seconds = (user + system) / 1e6
    if (round > 0) best = Math.max(best, messages.length / seconds)
  }
  if (Number.isNaN(sink)) throw new Error('a score is not a number')
  return Math.round(best)
}

const DOMAINS = ['book', 'hotel', 'product', 'spoken']

const scored = (weights: WeightOf, examples: readonly Example[]) => ({
  scores: examples.map((example) => scoreExample(weights, example)),
  labels: examples.map((example) => example.label),
})

/** Scores of a fifth of a domain by weights that learned all that the other four teach, and nothing else. */
function scoredWithin(examples: readonly Example[], prior: Weights, domain: string) {
  const fifths = examples
    .filter((example) => example.domain === domain)
    .map((example, i) => ({ ...example, domain: `fifth ${i % 5}` }))
  const weights = leaveOneOutWeights(fifths, prior, 'fifth 0', { ...OPTIONS, kept: 1 })
  return scored(
    weights,
    fifths.filter((example) => example.domain === 'fifth 0'),
  )
}

/** What the other domains' messages are called by weights that saw neither them nor `domain`. */
function calledElsewhere(examples: readonly Example[], prior: Weights, domain: string) {
  const rest = examples.filter((example) => example.domain !== domain)
  return DOMAINS.filter((other) => other !== domain).map((other) =>
    calledBy(
      leaveOneOutWeights(rest, prior, other),
      rest.filter((example) => example.domain === other),
    ),
  )
}

/** `knownRates`: what no calibration of these scores can beat; `knownRatesWithin`: the same of weights made for the domain. */
type BagFigures = BagErrors & { knownRates: number; knownRatesWithin: number }

function measureBags(
  examples: readonly Example[],
  prior: Weights,
  leftOut: ReadonlyMap<string, WeightOf>,
): Record<string, BagFigures> {
  return Object.fromEntries(
    DOMAINS.map((domain, i) => {
      const random = seededRandom(42 + i)
      const { margins } = resources.sentiment
      const unseen = scored(
        leftOut.get(domain)!,
        examples.filter((example) => example.domain === domain),
      )
      return [
        domain,
        {
          ...bagErrors(unseen, { margins, elsewhere: calledElsewhere(examples, prior, domain) }, random),
          knownRates: knownRatesError(unseen, random),
          knownRatesWithin: knownRatesError(scoredWithin(examples, prior, domain), random),
        },
      ]
    }),
  )
}

const modelBytes = (): number =>
  statSync(fileURLToPath(new URL('../../analytics/weights/sentiment.bin', import.meta.url))).size

export async function run(args: string[]): Promise<object> {
  const at = args.indexOf('--data')
  if (at >= 0) {
    const path = args[at + 1]
    if (path === undefined) throw new Error('--data needs a file')
    const { samples, neutral, empty } = readLabelled(path)
    const scores = samples.map((s) => scoreOf(s.text))
    const labels = samples.map((s) => s.label)
    const figures = figuresOf(scores, labels, MARGIN)
    const { margins } = resources.sentiment
    const cannotTell = scores.filter((s) => polarityOf(s, margins) === 0).length / scores.length
    return {
      dataset: path,
      accuracy: figures.accuracy,
      macroF1: figures.macroF1,
      decided: figures.decided,
      accuracyOfDecided: figures.accuracyOfDecided,
      cannotTell: Math.round(cannotTell * 1000) / 10,
      n: figures.n,
      neutralLeftOut: neutral,
      emptyLeftOut: empty,
      modelBytes: modelBytes(),
      // As the product would calibrate there: from what its own training domains were called.
      bagErrorPoints: canFillBags(labels)
        ? bagErrors({ scores, labels }, { margins, elsewhere: resources.calledElsewhere }, seededRandom(42))
        : null,
      messagesPerSecond: speed(samples.map((s) => s.text)),
      baselines: baselinesOf(samples),
    }
  }
  const samples = readSamples()
  const [examples, prior] = [toExamples(fold, samples), loadPrior(fold)]
  const leftOut = new Map<string, WeightOf>()
  const { inDomain, leaveOut } = evaluate(examples, prior, OPTIONS, (domain, weights) =>
    leftOut.set(domain, weights),
  )
  return {
    dataset: 'reviews-polarity, cped-utterances',
    inDomain,
    leaveOut,
    bagErrorPoints: measureBags(examples, prior, leftOut),
    modelBytes: modelBytes(),
    messagesPerSecond: speed(samples.map((s) => s.text)),
    baselines: Object.fromEntries(
      DOMAINS.map((domain) => [domain, baselinesOf(samples.filter((s) => s.domain === domain))]),
    ),
  }
}
