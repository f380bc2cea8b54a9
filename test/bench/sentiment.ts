// npm run bench -- sentiment [--data FILE.tsv]: accuracy inside and across domains, share error on bags, size, speed.
// --data scores a file with the columns polarity and text (see analytics/train/labelled.ts) by the shipped weights, without training.

import { readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { adjustedShare, calibrate, shareFromCount } from '@guanlan/analytics/text/calibration'
import { createFoldedText, foldInto } from '@guanlan/analytics/text/fold'
import { loadAnalyserResources } from '@guanlan/analytics/text/resources'
import { polarityOf, sentimentScore } from '@guanlan/analytics/text/sentiment'
import { readSamples, type Sample } from '../../analytics/train/data.ts'
import { parseLexicon } from '../../analytics/train/lexicon.ts'
import { scoreExample } from '../../analytics/train/linear.ts'
import { figuresOf, seededRandom, type Figures } from '../../analytics/train/metrics.ts'
import {
  evaluate,
  leaveOneOutWeights,
  loadFold,
  loadPrior,
  MARGIN,
  toExamples,
} from '../../analytics/train/sentiment.ts'
import { readLabelled } from '../../analytics/train/labelled.ts'

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

const BAG = 200
const SHARES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
const BAGS_PER_SHARE = 25
const LABELLED = 300

interface BagErrors {
  /** Mean absolute error of the share of negatives, percentage points. */
  readonly raw: number
  readonly calibrated: number
  readonly calibratedCounts: number
}

/** Bags of one domain scored by weights that never saw it; 300 labelled messages of it calibrate, the rest fill bags. */
function bagErrors(scores: readonly number[], labels: readonly number[], random: () => number): BagErrors {
  const order = scores.map((_, i) => i)
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
  const labelled = order.slice(0, LABELLED)
  const rest = order.slice(LABELLED)
  const calibration = calibrate(
    labelled.map((i) => ({ score: scores[i]!, label: labels[i]! > 0 ? 'positive' : 'negative' })),
  )
  const pools = [rest.filter((i) => labels[i]! < 0), rest.filter((i) => labels[i]! > 0)] as const
  const threshold = -calibration.offset / calibration.slope
  const errors = { raw: 0, calibrated: 0, calibratedCounts: 0 }
  for (const share of SHARES) {
    for (let bag = 0; bag < BAGS_PER_SHARE; bag++) {
      const negatives = Math.round(share * BAG)
      const members = Array.from({ length: BAG }, (_, i) => {
        const pool = pools[i < negatives ? 0 : 1]
        return scores[pool[Math.floor(random() * pool.length)]!]!
      })
      const count = members.filter((s) => s <= threshold).length
      errors.raw += Math.abs(members.filter((s) => s <= 0).length / BAG - share)
      errors.calibrated += Math.abs(adjustedShare(calibration, members) - share)
      errors.calibratedCounts += Math.abs(shareFromCount(calibration, count, BAG).estimate - share)
    }
  }
  const points = (sum: number): number => Math.round((1000 * sum) / (SHARES.length * BAGS_PER_SHARE)) / 10
  return {
    raw: points(errors.raw),
    calibrated: points(errors.calibrated),
    calibratedCounts: points(errors.calibratedCounts),
  }
}

function measureBags(samples: readonly Sample[]): Record<string, BagErrors> {
  const prior = loadPrior(fold)
  const examples = toExamples(fold, samples)
  const random = seededRandom(42)
  return Object.fromEntries(
    ['book', 'hotel', 'product', 'spoken'].map((domain) => {
      const weights = leaveOneOutWeights(examples, prior, domain)
      const held = examples.filter((e) => e.domain === domain)
      return [
        domain,
        bagErrors(
          held.map((e) => scoreExample(weights, e)),
          held.map((e) => e.label),
          random,
        ),
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
    const cannotTell =
      scores.filter((s) => polarityOf(s, resources.sentiment.margins) === 0).length / scores.length
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
      messagesPerSecond: speed(samples.map((s) => s.text)),
      baselines: baselinesOf(samples),
    }
  }
  const samples = readSamples()
  const { inDomain, leaveOut } = evaluate(toExamples(fold, samples), loadPrior(fold))
  return {
    dataset: 'reviews-polarity, cped-utterances',
    inDomain,
    leaveOut,
    bagErrorPoints: measureBags(samples),
    modelBytes: modelBytes(),
    messagesPerSecond: speed(samples.map((s) => s.text)),
    baselines: Object.fromEntries(
      ['book', 'hotel', 'product', 'spoken'].map((domain) => [
        domain,
        baselinesOf(samples.filter((s) => s.domain === domain)),
      ]),
    ),
  }
}
