// Figures on labelled scores.

export interface Figures {
  /** Share of right verdicts with the threshold at 0. */
  readonly accuracy: number
  readonly macroF1: number
  /** Share of messages outside the margin, and the share of right verdicts among them, per cent. */
  readonly decided: number
  readonly accuracyOfDecided: number
  readonly n: number
}

export function figuresOf(scores: readonly number[], labels: readonly number[], margin = 0): Figures {
  const count = (said: boolean, is: boolean): number =>
    scores.filter((score, i) => score > 0 === said && labels[i]! > 0 === is).length
  const [tp, fp, fn, tn] = [count(true, true), count(true, false), count(false, true), count(false, false)]
  const f1 = (hit: number, wrong: number): number => (hit === 0 ? 0 : (2 * hit) / (2 * hit + wrong))
  const sure = scores.flatMap((score, i) => (Math.abs(score) >= margin ? [score > 0 === labels[i]! > 0] : []))
  return {
    accuracy: round((tp + tn) / Math.max(1, scores.length)),
    macroF1: round((f1(tp, fp + fn) + f1(tn, fp + fn)) / 2),
    decided: round(sure.length / Math.max(1, scores.length)),
    accuracyOfDecided: round(sure.filter(Boolean).length / Math.max(1, sure.length)),
    n: scores.length,
  }
}

/** Per cent with one decimal. */
const round = (share: number): number => Math.round(share * 1000) / 10

/** mulberry32: uniform numbers in [0, 1) from a 32-bit seed. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
