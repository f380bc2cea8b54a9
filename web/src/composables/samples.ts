import { LEAST_SAMPLES, type SampleLabel } from '@guanlan/contract/sentiment'

/** A pasted sentence and its label; null: not yet labelled. */
export interface Sample {
  sample: string
  label: SampleLabel | null
}

const MOST = 2000

/** Pasted lines as samples: blanks and repeats are left out, longer ones than the server takes are cut. */
export function samplesOf(text: string): Sample[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim().slice(0, 1000))
  const kept = [...new Set(lines.filter((line) => line.length >= 2))]
  return kept.slice(0, MOST).map((sample) => ({ sample, label: null }))
}

export function countLabels(samples: readonly Sample[]): { n: number; negative: number; other: number } {
  const negative = samples.filter((each) => each.label === 'negative').length
  const n = samples.filter((each) => each.label !== null).length
  return { n, negative, other: n - negative }
}

/** Whether the server would take them. */
export function enough(counts: { n: number; negative: number; other: number }): boolean {
  return (
    counts.n >= LEAST_SAMPLES.all &&
    counts.negative >= LEAST_SAMPLES.negative &&
    counts.other >= LEAST_SAMPLES.other
  )
}
