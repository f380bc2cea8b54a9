import { RISK_LEVELS, type RiskFormula, type RiskProposal, type RiskReplay } from '@guanlan/contract/risk'
import { seeded } from './seeded.ts'

const PROPOSAL: RiskProposal = {
  ...{ version: 'unit-2', state: 'waiting', proposedBy: '宣传科乙', decidedBy: null, decidedAt: null },
  ...{ proposedAt: '2026-11-21T01:00:00.000Z', own: false },
}
const IMPACT = { reach: 0.35, spread: 0.2, negative: 0.25, harm: 0.2 }
const CALMER = { reach: 0.25, spread: 0.15, negative: 0.3, harm: 0.3 }
const MOMENTUM = { surge: 0.5, growth: 0.3, persistence: 0.2 }
const FORMULAS: RiskFormula[] = [
  ...(['topic-1', 'unit-1', 'group-1', 'topic-2', 'unit-2'] as const).map((version) => ({
    ...{ kind: version.split('-')[0] as RiskFormula['kind'], version, on: version.endsWith('1') },
    ...{ momentum: MOMENTUM, impact: version.endsWith('2') ? CALMER : IMPACT },
    replayedAt: version.endsWith('2') ? '2026-11-20T09:00:00.000Z' : null,
    proposal: version === 'unit-2' ? PROPOSAL : null,
  })),
]

function replayed(now: number): RiskReplay {
  const levels = (seed: number, most: number) => {
    const random = seeded(seed)
    return Array.from({ length: 60 }, (_, i) =>
      i < 8 ? null : (RISK_LEVELS[Math.floor(random() ** 3 * (most + 1))] ?? 'none'),
    )
  }
  const per = { none: 900, blue: 60, yellow: 22, orange: 8, red: 2 }
  const summary = {
    ticks: per,
    raised: { none: 0, blue: 12, yellow: 7, orange: 4, red: 1 },
    highest: 84,
    mean: 9,
  }
  return {
    ...{ kind: 'topic', version: 'topic-2', current: 'topic-1', subjects: 41, ticks: 992, disagree: 31 },
    from: new Date(now - 30 * 86_400_000).toISOString(),
    to: new Date(now).toISOString(),
    candidate: { ...summary, raised: { ...summary.raised, orange: 2, red: 0 } },
    inForce: summary,
    stepSeconds: 43_200,
    tracks: ['停水 恢复时间 梧桐里', '食堂 卫生', '电梯 故障 三号楼'].map((name, i) => {
      const [inForce, candidate] = [levels(i + 1, 4), levels(i + 1, 3)]
      const differ = inForce.filter((level, k) => level !== candidate[k]).length
      return { subject: `topic:t-${i}`, scope: 'org', name, inForce, candidate, differ }
    }),
  }
}

/** Answers what concerns versions of the formula; undefined where it is another's. */
export function answerFormulas(path: string, now: number): { code: number; body: unknown } | undefined {
  if (path === 'risk/replays') return { code: 200, body: replayed(now) }
  const [found, version, step] = /^risk\/formulas(?:\/([a-z]+-\d+)\/(proposal|decision))?$/.exec(path) ?? []
  if (found === undefined) return undefined
  if (version === undefined) return { code: 200, body: { versions: FORMULAS } }
  return { code: step === 'proposal' ? 201 : 200, body: PROPOSAL }
}
