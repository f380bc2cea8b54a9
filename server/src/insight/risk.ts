import { NO_RISK, type Component, type Components } from '@guanlan/analytics/risk/components'
import { explain, explainChange, wholePoints, type Explanation } from '@guanlan/analytics/risk/explain'
import { formulaOf } from '@guanlan/analytics/risk/formula'
import { NO_LEVEL, stepLevel, type LevelState } from '@guanlan/analytics/risk/level'
import type { RiskExplanation, RiskKind } from '@guanlan/contract/risk'
import type { Formulas } from './formulas.ts'
import type { Marks } from './marks.ts'
import type { Score, ScoreStore, Subject } from './score-store.ts'

/** A subject with what its score is computed from at this tick. */
export interface Judged extends Subject {
  readonly kind: RiskKind
  readonly components: Components
}

export interface RiskKeeper {
  restore(now: number): Promise<void>
  /** One tick: scores, levels, rows for what changed. Subjects that are gone go to zero. */
  tick(subjects: readonly Judged[], now: number): Promise<void>
  newest(subject: Subject): Score | undefined
  computedAt(): number | null
  /** Highest score of each of the last 24 hours, oldest first. */
  hourly(subject: Subject, now: number): (number | null)[]
  /** Score an hour ago. */
  hourAgo(subject: Subject, now: number): number | null
  explanation(subject: Subject, since: number): Promise<RiskExplanation | null>
}

const HOUR = 3_600_000
const HOURS = 24
/** A score that stands still is written again after this long, so that gaps in the table mean gaps in computing. */
const AGAIN_MS = HOUR
const MOVED = 0.5

const keyOf = ({ subject, unit }: Subject) => `${subject} ${unit}`

interface Entry {
  score: Score
  writtenAt: number
  state: LevelState
  /** scores of the last 25 hours as they were written */
  past: { at: number; score: number }[]
}

/** The score that stands for each subject, with its level and what it was in the last day. */
function createScoreMemory(formulas: Formulas) {
  const entries = new Map<string, Entry>()

  function remember(score: Score, state: LevelState, write: boolean): void {
    const entry = entries.get(keyOf(score))
    const past = (entry?.past ?? []).filter(({ at }) => score.at - at < (HOURS + 1) * HOUR)
    if (write) past.push({ at: score.at, score: score.score })
    entries.set(keyOf(score), { score, state, past, writtenAt: write ? score.at : (entry?.writtenAt ?? 0) })
  }

  /** @returns the score when it has to be written */
  function judge({ subject, unit, kind, components }: Judged, now: number): Score | undefined {
    const formula = formulas.of(kind)
    const before = entries.get(keyOf({ subject, unit }))
    const value = formula.evaluate(components)
    const state = stepLevel(before?.state ?? NO_LEVEL, value)
    const score = {
      subject,
      unit,
      at: now,
      version: formula.version,
      score: value,
      level: state.level,
      components,
    }
    const moved =
      before === undefined
        ? value > 0
        : Math.abs(before.score.score - value) >= MOVED ||
          before.score.level !== state.level ||
          (value > 0 && now - before.writtenAt >= AGAIN_MS)
    if (before === undefined && value === 0) {
      entries.set(keyOf(score), { score, state, past: [], writtenAt: now })
      return undefined
    }
    // Between two rows the newest components are kept but the score that stands is the written one.
    if (!moved && before !== undefined)
      entries.set(keyOf(score), { ...before, state, score: { ...before.score, at: now } })
    else remember(score, state, true)
    return moved ? score : undefined
  }

  return { entries, remember, judge }
}

export function createRiskKeeper(deps: {
  store: ScoreStore
  formulas: Formulas
  marks: Marks
  onError(error: unknown): void
}): RiskKeeper {
  const { store, marks } = deps
  const { entries, remember, judge } = createScoreMemory(deps.formulas)
  let waiting: Score[] = []
  let computedAt: number | null = null

  async function flush(): Promise<void> {
    const batch = waiting
    waiting = []
    await store.append(batch).catch((error: unknown) => {
      waiting = [...batch, ...waiting].slice(-50_000)
      deps.onError(error)
    })
  }

  return {
    async restore(now) {
      for (const score of await store.since(now - (HOURS + 1) * HOUR)) remember(score, levelOf(score), true)
    },
    async tick(subjects, now) {
      const present = new Set(subjects.map(keyOf))
      const note = (judged: Judged) => {
        const score = judge(judged, now)
        if (score !== undefined) waiting.push(score)
      }
      for (const subject of subjects) note(subject)
      for (const [key, entry] of entries) {
        if (present.has(key)) continue
        if (entry.score.score === 0) entries.delete(key)
        else note({ ...entry.score, kind: kindOf(entry.score.subject), components: NO_RISK })
      }
      computedAt = now
      await flush()
    },
    newest: (subject) => entries.get(keyOf(subject))?.score,
    computedAt: () => computedAt,
    hourly(subject, now) {
      const slots = new Array<number | null>(HOURS).fill(null)
      const entry = entries.get(keyOf(subject))
      if (entry === undefined) return slots
      const rows = [...entry.past, { at: now, score: entry.score.score }]
      for (const { at, score } of rows) {
        const slot = HOURS - 1 - Math.floor((now - at) / HOUR)
        if (slot >= 0) slots[slot] = Math.max(slots[slot] ?? 0, Math.round(score))
      }
      return slots
    },
    hourAgo(subject, now) {
      const past = entries.get(keyOf(subject))?.past.filter(({ at }) => at <= now - HOUR) ?? []
      return past.at(-1)?.score ?? null
    },
    async explanation(subject, since) {
      const current = entries.get(keyOf(subject))?.score
      if (current === undefined) return null
      const before = await store.before(subject, since)
      return explainScore(current, before, since, marks.needed(current.score))
    },
  }
}

export const kindOf = (subject: string): RiskKind => subject.slice(0, subject.indexOf(':')) as RiskKind

const levelOf = (score: Score): LevelState => ({ level: score.level, pending: null })

const points = (score: Score): Explanation => explain(formulaOf(score.version), score.components)

const sumOf = (explanation: Explanation) => Object.values(explanation).reduce((sum, each) => sum + each, 0)

/** Whole points of a score: they sum to it. */
export const pointsOf = (score: Score): Record<Component, number> => ({ ...wholePoints(points(score)) })

/** Whole points of a score and of its change; each sums to the number shown beside it. */
export function explainScore(
  current: Score,
  before: Score | undefined,
  since: number,
  needed: number | null,
): RiskExplanation {
  const now = wholePoints(points(current))
  const shown = sumOf(now)
  const earlier = before === undefined ? null : wholePoints(points(before))
  return {
    version: current.version,
    at: current.at,
    score: shown,
    level: current.level,
    points: { ...now },
    since:
      earlier === null || before === undefined
        ? null
        : {
            at: since,
            score: sumOf(earlier),
            change: shown - sumOf(earlier),
            points: { ...explainChange(earlier, now) },
          },
    needed,
  }
}
