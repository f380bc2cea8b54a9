/**
 * What NAB 1.1 published for the ten tweet series, to check the reimplemented scorer against.
 * Source: numenta/NAB, results/<detector>/<detector>_standard_scores.csv (MIT); raw = sum of the ten "Score" cells at the
 * detector's published threshold. windowedGaussian is reimplemented here, so that the check needs no result files.
 */
import type { NabSeries } from './nab-score.ts'

export const PUBLISHED: Readonly<Record<string, { raw: number; threshold: number }>> = {
  ARTime: { raw: 21.0155, threshold: 0.317486 },
  contextOSE: { raw: 16.1581, threshold: 0.7655273437500002 },
  earthgeckoSkyline: { raw: 12.4954, threshold: 0.5 },
  numenta: { raw: 11.8925, threshold: 0.5421876907348634 },
  htmjava: { raw: 9.9075, threshold: 0.5126953125 },
  knncad: { raw: 9.4344, threshold: 1 },
  numentaTM: { raw: 8.1857, threshold: 0.5126953125 },
  relativeEntropy: { raw: 6.4419, threshold: 0.5 },
  twitterADVec: { raw: 6.3467, threshold: 0.5 },
  windowedGaussian: { raw: 0.9301, threshold: 1 },
  randomCutForest: { raw: -1.2335, threshold: 0.4539184570312501 },
  skyline: { raw: -13.5957, threshold: 0.8031250000000002 },
  expose: { raw: -19.9429, threshold: 0.9947875976562506 },
  bayesChangePt: { raw: -31.2182, threshold: 0.9845962524414067 },
  null: { raw: -33, threshold: 0.6250000000000001 },
}

/** windowedGaussian's ten published raw scores at threshold 1.0. */
export const PUBLISHED_GAUSSIAN: Readonly<Record<string, number>> = {
  'Twitter_volume_AAPL.csv': 1.51399683626,
  'Twitter_volume_AMZN.csv': 1.55848299457,
  'Twitter_volume_CRM.csv': 0.763845764094,
  'Twitter_volume_CVS.csv': 0.773682061394,
  'Twitter_volume_FB.csv': 0.119750278191,
  'Twitter_volume_GOOG.csv': -0.146777355167,
  'Twitter_volume_IBM.csv': -0.799109479229,
  'Twitter_volume_KO.csv': -0.914196106944,
  'Twitter_volume_PFE.csv': 0.26557999349,
  'Twitter_volume_UPS.csv': -2.2051646682,
}

const WINDOW = 6400
const STEP = 100

/** Complementary error function, |error| < 1.2e-7 relative (Numerical Recipes, erfcc), enough to tell 1 from less than 1. */
const erfc = (x: number): number => {
  const z = Math.abs(x)
  const t = 1 / (1 + z / 2)
  const poly = [
    1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
    0.17087277,
  ]
  const series = poly.reduceRight((sum, c) => sum * t + c, 0)
  const value = t * Math.exp(-z * z - 1.26551223 + t * series)
  return x >= 0 ? value : 2 - value
}

const upperTail = (x: number, mean: number, sd: number): number => {
  const y = x < mean ? 2 * mean - x : x
  return 0.5 * erfc((y - mean) / sd / Math.SQRT2)
}

const momentsOf = (values: readonly number[]): { mean: number; sd: number } => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  const sd = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length)
  return { mean, sd: sd === 0 ? 0.000001 : sd }
}

/** NAB's "Windowed Gaussian" baseline: tail probability over the last 6,400 values, moved on in steps of 100. */
export const windowedGaussian = (series: NabSeries): number[] => {
  let window: number[] = []
  let step: number[] = []
  let sum = 0
  let squares = 0
  let moments = { mean: 0, sd: 1 }
  return series.values.map((value) => {
    const score = window.length > 0 ? 1 - upperTail(value, moments.mean, moments.sd) : 0
    if (window.length < WINDOW) {
      window.push(value)
      sum += value
      squares += value * value
      const mean = sum / window.length
      const variance = Math.max(0, squares / window.length - mean * mean)
      moments = { mean, sd: variance === 0 ? 0.000001 : Math.sqrt(variance) }
    } else {
      step.push(value)
      if (step.length === STEP) {
        window = [...window.slice(STEP), ...step]
        step = []
        moments = momentsOf(window)
      }
    }
    // The published results were written with twelve digits, and the threshold 1.0 is met through that rounding.
    return Number(score.toPrecision(12))
  })
}
