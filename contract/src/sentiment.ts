import { z } from 'zod'

/** A share in [0, 1] with its interval; a single number is never shown. */
export const ShareInterval = z.strictObject({ low: z.number().min(0).max(1), high: z.number().min(0).max(1) })
export type ShareInterval = z.infer<typeof ShareInterval>

export const SentimentShares = z.strictObject({ negative: ShareInterval, positive: ShareInterval })
export type SentimentShares = z.infer<typeof SentimentShares>

/** Released cells of one stretch of time, put together. `from` and `to` are ms since epoch. */
export const SentimentPoint = SentimentShares.extend({
  from: z.number(),
  to: z.number(),
  /** Rounded down to a multiple of five. */
  messages: z.int(),
})
export type SentimentPoint = z.infer<typeof SentimentPoint>

export const SampleLabel = z.enum(['negative', 'positive', 'neutral'])
export type SampleLabel = z.infer<typeof SampleLabel>

/** What staff pasted and labelled. It is scored in memory and dropped; only the calibration is stored. */
export const CalibrationSamples = z.strictObject({
  samples: z
    .array(z.strictObject({ sample: z.string().min(2).max(1000), label: SampleLabel }))
    .min(1)
    .max(2000),
})
export type CalibrationSamples = z.infer<typeof CalibrationSamples>

/** How many labelled samples a calibration takes at least, altogether and of `negative` and the rest. */
export const LEAST_SAMPLES = { all: 60, negative: 15, other: 15 } as const

/** The calibration in force; no sample and no text. */
export const SentimentCalibration = z.strictObject({
  at: z.iso.datetime(),
  by: z.string(),
  negatives: z.int(),
  others: z.int(),
  /** Of samples labelled negative, and of the others: the share that the model calls negative. */
  hitRate: z.number(),
  falseRate: z.number(),
  /** What it is worth: width of the interval that the share of negatives among 200 messages gets, in [0, 1]. */
  width: z.number(),
})
export type SentimentCalibration = z.infer<typeof SentimentCalibration>
