/**
 * What a score has meant here: the share of alerts at that score that duty officers marked as "needed a response".
 * Isotonic regression by pool-adjacent-violators (Ayer et al. 1955), which keeps the order of scores and assumes no shape;
 * quality is the expected calibration error on marks that the curve has not seen.
 */

export interface ResponseMark {
  /** score when it was raised, 0..100 */
  readonly score: number
  readonly needed: boolean
}

/** Rising steps; between two points the probability is interpolated. Empty below LEAST_MARKS: not calibrated yet. */
export interface Calibration {
  readonly points: readonly { readonly score: number; readonly probability: number }[]
  readonly marks: number
  /** expected calibration error over five folds, 0..1; null when not calibrated */
  readonly error: number | null
}

export const LEAST_MARKS = 30
const FOLDS = 5
const BINS = 10

interface Block {
  score: number
  needed: number
  n: number
}

/** Weighted PAV; blocks are pooled until the shares rise. */
const pav = (marks: readonly ResponseMark[]): Block[] => {
  const blocks: Block[] = []
  for (const { score, needed } of marks.toSorted((a, b) => a.score - b.score)) {
    let block: Block = { score, needed: needed ? 1 : 0, n: 1 }
    for (
      let last = blocks.at(-1);
      last && last.needed / last.n >= block.needed / block.n;
      last = blocks.at(-1)
    ) {
      blocks.pop()
      const n = last.n + block.n
      block = {
        score: (last.score * last.n + block.score * block.n) / n,
        needed: last.needed + block.needed,
        n,
      }
    }
    blocks.push(block)
  }
  return blocks
}

/** Outer blocks are small and extreme: each is drawn half a mark towards the overall share, then order is restored. */
const pointsOf = (marks: readonly ResponseMark[]): Calibration['points'] => {
  const overall = marks.filter(({ needed }) => needed).length / marks.length
  let highest = 0
  return pav(marks).map(({ score, needed, n }) => {
    highest = Math.max(highest, (needed + overall) / (n + 1))
    return { score, probability: highest }
  })
}

const at = (points: Calibration['points'], score: number): number | null => {
  const next = points.findIndex((p) => p.score >= score)
  const right = next < 0 ? points.at(-1) : points[next]
  const left = next <= 0 ? right : points[next - 1]
  if (!right || !left) return null
  if (right.score <= left.score) return right.probability
  const part = Math.min(1, (score - left.score) / (right.score - left.score))
  return left.probability + part * (right.probability - left.probability)
}

/** Mean distance of predicted and observed share over equally filled bins. */
export const calibrationError = (
  predicted: readonly { readonly probability: number; readonly needed: boolean }[],
): number => {
  const sorted = predicted.toSorted((a, b) => a.probability - b.probability)
  let error = 0
  for (let bin = 0; bin < BINS; bin++) {
    const part = sorted.slice(
      Math.floor((bin * sorted.length) / BINS),
      Math.floor(((bin + 1) * sorted.length) / BINS),
    )
    if (part.length === 0) continue
    const mean = part.reduce((sum, p) => sum + p.probability, 0) / part.length
    const share = part.filter((p) => p.needed).length / part.length
    error += (Math.abs(mean - share) * part.length) / sorted.length
  }
  return error
}

/** Every fifth mark (by score) is predicted from the others, in turn. */
const crossValidated = (marks: readonly ResponseMark[]): number => {
  const sorted = marks.toSorted((a, b) => a.score - b.score)
  const predicted = Array.from({ length: FOLDS }, (_, fold) => {
    const points = pointsOf(sorted.filter((_, i) => i % FOLDS !== fold))
    return sorted
      .filter((_, i) => i % FOLDS === fold)
      .map(({ score, needed }) => ({ probability: at(points, score) ?? 0, needed }))
  }).flat()
  return calibrationError(predicted)
}

export const calibrate = (marks: readonly ResponseMark[]): Calibration => {
  const mixed = marks.some(({ needed }) => needed) && marks.some(({ needed }) => !needed)
  if (marks.length < LEAST_MARKS || !mixed) return { points: [], marks: marks.length, error: null }
  return { points: pointsOf(marks), marks: marks.length, error: crossValidated(marks) }
}

/** "In how many of ten such cases was a response needed": 0..1, rising with the score; null when not calibrated. */
export const probabilityOf = (calibration: Calibration, score: number): number | null =>
  at(calibration.points, score)
