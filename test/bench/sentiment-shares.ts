// Share of negatives in bags of 200 messages of a domain whose weights never saw it: as called, after calibration with
// 300 labelled messages, and with everything known about the scores. The estimators of the literature run beside it.

import { shareInterval } from '@guanlan/analytics/privacy/release'
import {
  calibrate,
  knownRates,
  ratesOf,
  shareOf,
  type CalledElsewhere,
  type Interval,
} from '@guanlan/analytics/text/calibration'
import { calibratedShares } from '@guanlan/analytics/text/calibration-cell'
import { polarityOf } from '@guanlan/analytics/text/sentiment'

const BAG = 200
const SHARES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
const LABELLED = 300
/** Draws of the labelled messages: which ones are drawn decides as much as the method. */
const DRAWS = 40
const BAGS_PER_SHARE = 5
const BAGS_PER_SHARE_KNOWN = 50
/** Outcomes that scores are sorted into: after calibration, and where all labels are known. */
const FIFTHS = 5
const KNOWN_CLASSES = 20

type Random = () => number

interface Scored {
  readonly scores: readonly number[]
  readonly labels: readonly number[]
}

export interface BagErrors {
  /** Mean absolute error of the share of negatives, percentage points: as called by the threshold 0. */
  readonly raw: number
  /** What screens show: from the intervals of a released cell, calibrated with 300 labels; the middle of its interval. */
  readonly calibrated: number
  /** Per cent of bags whose share the interval shown holds, and its mean width in points. */
  readonly covered: number
  readonly width: number
  /** Least and greatest `calibrated` of a single draw of labels. */
  readonly ofDraws: readonly [number, number]
  /** With the same labels, from scores in fifths by these alone; published: EM prior adjustment (scores), adjusted count. */
  readonly peers: Readonly<Record<'scoresInFifths' | 'emPriorAdjustment' | 'adjustedCount', number>>
  readonly draws: number
}

const classOf = (cuts: readonly number[], score: number): number => cuts.filter((cut) => score > cut).length

function countClasses(cuts: readonly number[], scores: readonly number[]): number[] {
  const counts = new Array<number>(cuts.length + 1).fill(0)
  for (const score of scores) counts[classOf(cuts, score)]!++
  return counts
}

const split = ({ scores, labels }: Scored): readonly [number[], number[]] => [
  scores.filter((_, i) => labels[i]! < 0),
  scores.filter((_, i) => labels[i]! > 0),
]

/** Cuts that part the scores into `parts` of the same weight, when negatives and positives weigh the same together. */
function evenCuts(negatives: readonly number[], positives: readonly number[], parts: number): number[] {
  const all = [
    ...negatives.map((score) => ({ score, weight: 1 / negatives.length })),
    ...positives.map((score) => ({ score, weight: 1 / positives.length })),
  ].sort((a, b) => a.score - b.score)
  const cuts: number[] = []
  let sum = 0
  for (const { score, weight } of all) {
    sum += weight
    if (cuts.length < parts - 1 && sum >= (2 * (cuts.length + 1)) / parts) cuts.push(score)
  }
  return cuts
}

/** An estimator by what negatives and positives were like: sorted into `parts` classes of scores. */
function byClasses(known: readonly [number[], number[]], parts: number): (bag: readonly number[]) => number {
  const cuts = evenCuts(...known, parts)
  const [one, rest] = [ratesOf(countClasses(cuts, known[0])), ratesOf(countClasses(cuts, known[1]))]
  return (bag) => {
    const shares = countClasses(cuts, bag).map((n) => n / bag.length)
    shares.pop()
    return shareOf({ n: bag.length, shares, blur: shares.map(() => 0) }, one, rest).estimate
  }
}

interface Model {
  readonly margins: Parameters<typeof polarityOf>[1]
  /** What was called what in the other domains. */
  readonly elsewhere: readonly CalledElsewhere[]
}

/** What the product makes of a bag: a released cell, and the share behind it. */
function byCell(
  known: readonly [number[], number[]],
  { margins, elsewhere }: Model,
): (bag: readonly number[]) => Interval {
  const called = (scores: readonly number[], label: 'negative' | 'positive') =>
    scores.map((score) => ({ called: polarityOf(score, margins), label }))
  const calibration = calibrate([...called(known[0], 'negative'), ...called(known[1], 'positive')])
  const rates = knownRates(calibration, elsewhere)
  return (bag) => {
    const share = (polarity: number) =>
      shareInterval(bag.filter((score) => polarityOf(score, margins) === polarity).length, bag.length)
    const called = { negative: share(-1), positive: share(1) }
    return calibratedShares(rates, [{ messages: bag.length, called }]).negative
  }
}

/** Slope and offset of P(negative | score) = 1 / (1 + exp(slope * score + offset)), by Newton's method. Platt 1999. */
function platt(negatives: readonly number[], positives: readonly number[]): readonly [number, number] {
  const high = (negatives.length + 1) / (negatives.length + 2)
  const low = 1 / (positives.length + 2)
  const rows = [...negatives.map((s) => [s, high] as const), ...positives.map((s) => [s, low] as const)]
  let [slope, offset] = [1, Math.log((positives.length + 1) / (negatives.length + 1))]
  for (let round = 0; round < 50; round++) {
    let [ga, gb, haa, hab, hbb] = [0, 0, 1e-9, 0, 1e-9]
    for (const [s, target] of rows) {
      const p = 1 / (1 + Math.exp(slope * s + offset))
      const [e, v] = [target - p, p * (1 - p)]
      ga += e * s
      gb += e
      haa += v * s * s
      hab += v * s
      hbb += v
    }
    const det = haa * hbb - hab * hab
    const [da, db] = [(hbb * ga - hab * gb) / det, (haa * gb - hab * ga) / det]
    const step = Math.min(1, 2 / (Math.abs(da) + Math.abs(db) + 1e-12))
    slope -= da * step
    offset -= db * step
    if (Math.abs(da) + Math.abs(db) < 1e-9) break
  }
  return [Math.max(slope, 1e-3), offset]
}

/** EM prior adjustment of Saerens, Latinne and Decaestecker 2002, and the adjusted count of Forman 2008, on Platt's fit. */
function peersOf([negatives, positives]: readonly [number[], number[]]) {
  const [slope, offset] = platt(negatives, positives)
  const prior = negatives.length / (negatives.length + positives.length)
  const threshold = -offset / slope
  const below = (scores: readonly number[]) => scores.filter((score) => score <= threshold).length
  const hit = (below(negatives) + 0.5) / (negatives.length + 1)
  const wrong = (below(positives) + 0.5) / (positives.length + 1)
  return {
    emPriorAdjustment(bag: readonly number[]) {
      const ratios = bag.map((score) => (Math.exp(-(slope * score + offset)) * (1 - prior)) / prior)
      let share = prior
      for (let round = 0; round < 200; round++) {
        const sum = ratios.reduce((all, r) => all + (share * r) / (share * r + 1 - share), 0)
        const next = Math.min(0.999, Math.max(0.001, sum / bag.length))
        if (Math.abs(next - share) < 1e-7) break
        share = next
      }
      return share
    },
    adjustedCount: (bag: readonly number[]) =>
      Math.min(1, Math.max(0, (below(bag) / bag.length - wrong) / Math.max(0.1, hit - wrong))),
  }
}

/** Bags of each share from two pools, with replacement. */
function bagsOf(
  pools: readonly [number[], number[]],
  each: number,
  random: Random,
  use: (bag: readonly number[], share: number) => void,
): void {
  for (const share of SHARES)
    for (let bag = 0; bag < each; bag++) {
      const negatives = Math.round(share * BAG)
      const members = Array.from({ length: BAG }, (_, i) => {
        const pool = pools[i < negatives ? 0 : 1]
        return pool[Math.floor(random() * pool.length)]!
      })
      use(members, negatives / BAG)
    }
}

function shuffled(n: number, random: Random): number[] {
  const order = Array.from({ length: n }, (_, i) => i)
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
  return order
}

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length
/** Per cent or points with one decimal. */
const points = (values: readonly number[]): number => Math.round(mean(values) * 1000) / 10

/** Whether draws of LABELLED hold enough of both kinds to calibrate, and leave enough of them to draw bags from. */
export function canFillBags(labels: readonly number[]): boolean {
  const fewest = Math.min(...[-1, 1].map((kind) => labels.filter((label) => label === kind).length))
  return fewest >= LABELLED && fewest >= labels.length / 8
}

/** One domain, scored by weights that never saw it; each draw of labels calibrates, the rest of the domain fills bags. */
export function bagErrors(scored: Scored, model: Model, random: Random): BagErrors {
  const [raw, calibrated, covered, widths, fifths, em, adjusted]: number[][] = [[], [], [], [], [], [], []]
  const perDraw: number[] = []
  for (let draw = 0; draw < DRAWS; draw++) {
    const order = shuffled(scored.scores.length, random)
    const part = (indices: readonly number[]) =>
      split({
        scores: indices.map((i) => scored.scores[i]!),
        labels: indices.map((i) => scored.labels[i]!),
      })
    const known = part(order.slice(0, LABELLED))
    const [fromScores, fromCell] = [byClasses(known, FIFTHS), byCell(known, model)]
    const peers = peersOf(known)
    const own: number[] = []
    bagsOf(part(order.slice(LABELLED)), BAGS_PER_SHARE, random, (bag, share) => {
      const shown = fromCell(bag)
      own.push(Math.abs(shown.estimate - share))
      covered!.push(shown.low <= share && share <= shown.high ? 1 : 0)
      widths!.push(shown.high - shown.low)
      raw!.push(Math.abs(bag.filter((score) => score <= 0).length / BAG - share))
      fifths!.push(Math.abs(fromScores(bag) - share))
      em!.push(Math.abs(peers.emPriorAdjustment(bag) - share))
      adjusted!.push(Math.abs(peers.adjustedCount(bag) - share))
    })
    calibrated!.push(...own)
    perDraw.push(points(own))
  }
  return {
    ...{ raw: points(raw!), calibrated: points(calibrated!) },
    ...{ covered: points(covered!), width: points(widths!) },
    ofDraws: [Math.min(...perDraw), Math.max(...perDraw)],
    peers: {
      scoresInFifths: points(fifths!),
      emPriorAdjustment: points(em!),
      adjustedCount: points(adjusted!),
    },
    draws: DRAWS,
  }
}

/** The same where all labels of the domain are known and only the share in the bag is not: what no calibration can beat. */
export function knownRatesError(scored: Scored, random: Random): number {
  const pools = split(scored)
  const estimate = byClasses(pools, KNOWN_CLASSES)
  const errors: number[] = []
  bagsOf(pools, BAGS_PER_SHARE_KNOWN, random, (bag, share) => {
    errors.push(Math.abs(estimate(bag) - share))
  })
  return points(errors)
}
