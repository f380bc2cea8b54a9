/**
 * `npm run bench -- surge [--json]`: the shipped count-surge detector under NAB's own scoring on the ten tweet series.
 * `--series DIR --windows FILE.json` runs it on other data in NAB's formats; `--results DIR` additionally re-scores
 * published NAB result files (a checkout's results/ folder) with this scorer.
 */
import { createCountSurge, SURGE_DEFAULTS } from '@guanlan/analytics/surge/count-surge'
import { loadPublishedScores, loadSeries, loadTweets } from './nab-data.ts'
import { PUBLISHED, PUBLISHED_GAUSSIAN, windowedGaussian } from './nab-reference.ts'
import type { NabSeries } from './nab-score.ts'
import { bestOf, normalised, rawAt, STANDARD, sweep } from './nab-score.ts'

const option = (args: readonly string[], name: string): string | undefined => {
  const at = args.indexOf(`--${name}`)
  return at < 0 ? undefined : args[at + 1]
}

const epoch = (text: string): number => Date.parse(`${text.replace(' ', 'T')}Z`)

/** Most frequent distance of two rows, in minutes: the series' tick. */
const tickOf = (times: readonly string[]): number => {
  const seen = new Map<number, number>()
  for (let i = 1; i < times.length; i++) {
    const minutes = (epoch(times[i] as string) - epoch(times[i - 1] as string)) / 60_000
    if (minutes > 0) seen.set(minutes, (seen.get(minutes) ?? 0) + 1)
  }
  return [...seen].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? SURGE_DEFAULTS.tickMinutes
}

/** What the shipped detector would have been compared with a threshold at each row, one pass, nothing looked up ahead. */
const detect = (series: NabSeries): { onsets: Float64Array; seconds: number } => {
  const detector = createCountSurge({
    ...SURGE_DEFAULTS,
    tickMinutes: tickOf(series.times),
    utcOffsetMinutes: 0,
  })
  const times = series.times.map(epoch)
  const onsets = new Float64Array(times.length)
  const start = performance.now()
  let last = Number.NEGATIVE_INFINITY
  times.forEach((at, i) => {
    // A clock set back repeats rows (NAB has one such series): they cannot be placed in time, so they cannot alert.
    if (at <= last) return
    last = at
    onsets[i] = detector.observe(at, series.values[i] as number).onset
  })
  return { onsets, seconds: (performance.now() - start) / 1000 }
}

const pick = <T>(items: readonly T[], parity: number): T[] => items.filter((_, i) => i % 2 === parity)

/** Each half of the corpus (every second series, by name) is scored at the threshold that was best on the other half. */
const twoFold = (corpus: readonly NabSeries[], scores: readonly ArrayLike<number>[]): number => {
  const raw = [0, 1].map((parity) => {
    const { threshold } = bestOf(sweep(pick(corpus, 1 - parity), pick(scores, 1 - parity)))
    return rawAt(pick(corpus, parity), pick(scores, parity), threshold)
  })
  return normalised(corpus, (raw[0] as number) + (raw[1] as number))
}

const checkScorer = (corpus: readonly NabSeries[]): object => {
  const perfect = corpus.map((series) => {
    const scores = new Float64Array(series.times.length)
    for (const [from] of series.windows) scores[from] = 1
    return scores
  })
  const gaussian = corpus.map((series) => rawAt([series], [windowedGaussian(series)], 1))
  const differences = corpus.map((series, i) =>
    Math.abs((gaussian[i] as number) - (PUBLISHED_GAUSSIAN[series.name] ?? Number.NaN)),
  )
  return {
    nullDetector: normalised(
      corpus,
      rawAt(
        corpus,
        corpus.map(() => []),
        1,
      ),
    ),
    perfectDetector: normalised(corpus, rawAt(corpus, perfect, 1)),
    windowedGaussian: {
      here: normalised(
        corpus,
        gaussian.reduce((a, b) => a + b, 0),
      ),
      published: normalised(
        corpus,
        Object.values(PUBLISHED_GAUSSIAN).reduce((a, b) => a + b, 0),
      ),
      largestDifferenceOfASeriesRaw: Math.max(...differences),
    },
  }
}

const published = (corpus: readonly NabSeries[], results: string | undefined): object =>
  Object.fromEntries(
    Object.entries(PUBLISHED).map(([detector, { raw, threshold }]) => {
      const score = normalised(corpus, raw)
      if (results === undefined) return [detector, score]
      const scores = loadPublishedScores(results, detector, corpus)
      return [
        detector,
        {
          published: score,
          here: normalised(corpus, rawAt(corpus, scores, threshold)),
          own: normalised(corpus, bestOf(sweep(corpus, scores)).raw),
          twoFold: twoFold(corpus, scores),
        },
      ]
    }),
  )

/** @param args command line after the benchmark's name. @throws Error naming a file that is missing. */
export const run = (args: readonly string[]): Promise<object> => {
  const series = option(args, 'series')
  const windows = option(args, 'windows')
  if ((series === undefined) !== (windows === undefined))
    throw new Error('--series DIR and --windows FILE.json go together')
  const tweets = series === undefined || windows === undefined
  const corpus = tweets
    ? loadTweets(process.env['GUANLAN_DATA'] ?? '../shared/data')
    : loadSeries(series, windows)
  const runs = corpus.map(detect)
  const onsets = runs.map((r) => r.onsets)
  const own = bestOf(sweep(corpus, onsets))
  const points = corpus.reduce((sum, s) => sum + s.times.length, 0)
  const raw = rawAt(corpus, onsets, SURGE_DEFAULTS.threshold, STANDARD)
  return Promise.resolve({
    dataset: tweets ? 'NAB 1.1 realTweets' : 'own series in NAB formats',
    series: corpus.length,
    windows: corpus.reduce((sum, s) => sum + s.windows.length, 0),
    points,
    nabTwoFold: corpus.length > 1 ? twoFold(corpus, onsets) : null,
    nabOwn: normalised(corpus, own.raw),
    ownThreshold: own.threshold,
    nabShippedThreshold: normalised(corpus, raw),
    shippedThreshold: SURGE_DEFAULTS.threshold,
    pointsPerSecond: Math.round(points / runs.reduce((sum, r) => sum + r.seconds, 0)),
    bySeries: Object.fromEntries(
      corpus.map((s, i) => [
        s.name,
        normalised([s], rawAt([s], [onsets[i] as Float64Array], SURGE_DEFAULTS.threshold)),
      ]),
    ),
    ...(tweets
      ? { scorerCheck: checkScorer(corpus), published: published(corpus, option(args, 'results')) }
      : {}),
  })
}
