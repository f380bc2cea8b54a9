import { compareCounts, type Verdict } from './compare.ts'

/** `gap`: data are missing on the side that would make the change look like one. */
export type ReportVerdict = Verdict | 'gap'

export interface Judged {
  readonly current: number
  readonly previous: number | null
  readonly verdict: ReportVerdict
  /** Change in percent; null on a base under 20. */
  readonly percent: number | null
}

export interface Circumstances {
  /** Variance over mean of the series, at least 1. */
  readonly phi?: number
  /** Data of this period, or of the one before, are incomplete. */
  readonly gapNow?: boolean
  readonly gapBefore?: boolean
  /** Critical point, for several comparisons at once. */
  readonly critical?: number
}

/**
 * What may be said of a count. Missing data make counts smaller: so with a gap now no fall is stated, and with a gap before
 * no rise; "no significant change" is stated with neither.
 */
export function judge(current: number, previous: number | null, circumstances: Circumstances = {}): Judged {
  const { phi = 1, gapNow = false, gapBefore = false, critical } = circumstances
  const compared =
    critical === undefined
      ? compareCounts(current, previous, phi)
      : compareCounts(current, previous, phi, critical)
  const { verdict } = compared
  const unsure =
    (gapNow && (verdict === 'fell' || verdict === 'steady' || verdict === 'none')) ||
    (gapBefore && (verdict === 'rose' || verdict === 'steady' || verdict === 'none'))
  return unsure ? { ...compared, verdict: 'gap', percent: null } : compared
}

/** Parameters of a sentence about a judged count: a percentage goes only with a stated change. */
export function judgedParams({ current, previous, verdict, percent }: Judged) {
  const stated = verdict === 'rose' || verdict === 'fell'
  return { count: current, previous, verdict, percent: stated && percent !== 0 ? percent : null }
}
