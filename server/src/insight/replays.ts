import type { Formula } from '@guanlan/analytics/risk/formula'
import { rankOf, type RiskLevel } from '@guanlan/analytics/risk/level'
import { replay, summarise, type ReplayedRow } from '@guanlan/analytics/risk/replay'
import type { RiskReplay, RiskTrack } from '@guanlan/contract/risk'
import type { Score, Subject } from './score-store.ts'

/** Name and scope of a subject for a chart; undefined where it may not be named. */
export type NameSubject = (subject: Subject) => Promise<{ scope: string; name: string } | undefined>

interface Span {
  readonly from: number
  readonly to: number
}

const TICK_MS = 60_000
const STEPS = 60
const TRACKS = 12

/**
 * A row stands until the next one, and a level needs two ticks to move: where the next row is later than a tick, the row is
 * counted twice, so that another formula's level moves when it would have moved.
 */
function standing(rows: readonly Score[], to: number): Score[] {
  return rows.flatMap((row, i) => {
    const next = rows[i + 1]?.at ?? to + TICK_MS
    return next - row.at < 2 * TICK_MS ? [row] : [row, { ...row, at: row.at + TICK_MS }]
  })
}

/** Highest level in each step; a level stands until the next row. */
function levelsBySteps(rows: readonly ReplayedRow[], from: number, stepMs: number): (RiskLevel | null)[] {
  let [next, stands]: [number, RiskLevel | null] = [0, null]
  return Array.from({ length: STEPS }, (_, i) => {
    let highest = stands
    for (; next < rows.length && rows[next]!.at < from + (i + 1) * stepMs; next++) {
      stands = rows[next]!.level
      if (highest === null || rankOf(stands) > rankOf(highest)) highest = stands
    }
    return highest
  })
}

function bySubject(scores: readonly Score[]): Score[][] {
  const subjects = new Map<string, Score[]>()
  for (const score of scores) {
    const key = `${score.subject} ${score.unit}`
    const list = subjects.get(key)
    if (list === undefined) subjects.set(key, [score])
    else list.push(score)
  }
  return [...subjects.values()]
}

/**
 * What two versions say over the same rows. Subjects go one by one: a level has a memory, which must not run from one
 * subject into the next.
 * @param scores in order of time within a subject
 */
export async function compare(
  candidate: Formula,
  current: Formula,
  scores: readonly Score[],
  span: Span,
  nameOf?: NameSubject,
): Promise<RiskReplay> {
  const stepMs = Math.ceil((span.to - span.from) / STEPS / TICK_MS) * TICK_MS
  const runs = bySubject(scores).map((list) => {
    const rows = standing(list, span.to)
    const [theirs, ours] = [replay(candidate, rows), replay(current, rows)]
    const levels = {
      inForce: levelsBySteps(ours, span.from, stepMs),
      candidate: levelsBySteps(theirs, span.from, stepMs),
    }
    const differ = levels.inForce.filter((level, i) => level !== levels.candidate[i]).length
    const highest = Math.max(0, ...[...theirs, ...ours].map(({ level }) => rankOf(level)))
    return { of: list[0]!, theirs, ours, levels, differ, highest }
  })
  const [theirs, ours] = [runs.flatMap((run) => run.theirs), runs.flatMap((run) => run.ours)]
  const tracks: RiskTrack[] = []
  for (const { of, levels, differ } of runs.sort((a, b) => b.differ - a.differ || b.highest - a.highest)) {
    if (nameOf === undefined || tracks.length === TRACKS) break
    const named = await nameOf(of)
    if (named !== undefined) tracks.push({ subject: of.subject, ...named, ...levels, differ })
  }
  return {
    ...{ kind: candidate.scope, version: candidate.version, current: current.version },
    from: new Date(span.from).toISOString(),
    to: new Date(span.to).toISOString(),
    ...{ subjects: runs.length, ticks: theirs.length },
    ...{ candidate: summarise(theirs), inForce: summarise(ours) },
    disagree: theirs.filter((row, i) => row.level !== ours[i]?.level).length,
    ...{ stepSeconds: stepMs / 1000, tracks },
  }
}
