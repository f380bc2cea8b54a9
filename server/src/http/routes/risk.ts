import {
  decideRiskEndpoint,
  explainRiskEndpoint,
  markRiskEndpoint,
  proposeRiskEndpoint,
  replayRiskEndpoint,
  riskCalibrationEndpoint,
  riskFormulasEndpoint,
  riskHistoryEndpoint,
} from '@guanlan/contract/endpoints/risk'
import { appError } from '@guanlan/contract/errors'
import type { RiskProposal } from '@guanlan/contract/risk'
import { parseScope, RANGE_STEPS, scopeKey } from '@guanlan/contract/scope'
import { mayOpenScope } from '../../identity/access.ts'
import type { Insight } from '../../insight/parts.ts'
import type { NameSubject } from '../../insight/replays.ts'
import { kindOf } from '../../insight/risk.ts'
import type { Subject } from '../../insight/score-store.ts'
import { subjectOf } from '../../insight/screens.ts'
import type { ReadNames } from '../account-names.ts'
import { route, type Caller, type Route } from '../route.ts'
import { unitOfScope } from './topics.ts'
import { organisationEditor, organisationOffice } from './words.ts'

const HOUR = 3_600_000

/** @throws appError forbidden */
function subjectFor({ deps }: Insight, actor: Caller | undefined, key: string): Subject {
  const scope = parseScope(key)
  const today = deps.time.dayOf(deps.clock.now())
  if (scope === undefined || actor === undefined || !mayOpenScope(actor, scope, deps.directory, today))
    throw appError('forbidden', 'This account may not open that scope')
  return subjectOf(scope, deps.directory.root)
}

/** A unit or group has a score to show only while the floors show it. */
const isShown = (insight: Insight, { subject }: Subject) => insight.harm()?.scopes.has(subject) === true

/** How a chart names what was replayed: units and groups that the floors show now, topics by words that were released. */
function nameSubject(insight: Insight): NameSubject {
  const { deps } = insight
  const { directory } = deps
  return async ({ subject, unit }) => {
    const id = subject.slice(subject.indexOf(':') + 1)
    const unitScope = unit === directory.root ? 'org' : scopeKey({ kind: 'unit', id: unit })
    if (kindOf(subject) === 'topic') {
      const cells = await deps.cells.ofTopic(id, [unit])
      const words = cells.at(-1)?.terms ?? []
      return words.length === 0 ? undefined : { scope: unitScope, name: words.slice(0, 4).join(' ') }
    }
    if (insight.harm()?.scopes.has(subject) !== true) return undefined
    if (kindOf(subject) === 'group') return { scope: subject, name: directory.group(id)?.name ?? id }
    return { scope: unitScope, name: directory.unit(id)?.name ?? id }
  }
}

/** Why a score, how it went, what duty officers say about it, and which formula is in force. */
export function riskRoutes(insight: Insight, names: ReadNames): Route[] {
  const named = async (proposal: RiskProposal): Promise<RiskProposal> => {
    const nameOf = await names()
    const { proposedBy, decidedBy } = proposal
    return {
      ...proposal,
      proposedBy: nameOf(proposedBy),
      decidedBy: decidedBy === null ? null : nameOf(decidedBy),
    }
  }
  const versions = async (actor: string) => {
    const list = await insight.formulas.list(actor)
    return Promise.all(
      list.map(async (each) => ({
        ...each,
        proposal: each.proposal === null ? null : await named(each.proposal),
      })),
    )
  }
  const { deps, risk, scores, marks, formulas } = insight
  return [
    route(explainRiskEndpoint, async ({ actor, query }) => {
      const subject = subjectFor(insight, actor, query.scope)
      if (!isShown(insight, subject)) return null
      const since = query.since === undefined ? deps.clock.now() - HOUR : Date.parse(query.since)
      return risk.explanation(subject, since)
    }),
    route(riskHistoryEndpoint, async ({ actor, query }) => {
      const subject = subjectFor(insight, actor, query.scope)
      const { stepSeconds, steps } = RANGE_STEPS[query.range]
      const from = deps.clock.now() - stepSeconds * steps * 1000
      const points = isShown(insight, subject) ? await scores.of(subject, from) : []
      return {
        scope: query.scope,
        points: points.map(({ at, score, level }) => ({ at, score: Math.round(score), level })),
      }
    }),
    route(markRiskEndpoint, async ({ actor, body }) => {
      const subject = body.subject.startsWith('topic:')
        ? { subject: body.subject, unit: unitOfScope(insight, actor, body.scope) }
        : subjectFor(insight, actor, body.subject)
      const score = risk.newest(subject)
      if (score === undefined) throw appError('not_found', 'this has no score to mark')
      const { neededResponse: needed } = body
      await marks.add(actor?.id ?? '', {
        ...{ kind: kindOf(subject.subject), subject: subject.subject, needed },
        score: score.score,
      })
      return undefined
    }),
    route(riskCalibrationEndpoint, () => marks.describe()),
    route(riskFormulasEndpoint, async ({ actor }) => ({ versions: await versions(actor?.id ?? '') })),
    route(replayRiskEndpoint, ({ actor, body }) => {
      const office = organisationEditor(actor, deps.directory.root)
      return formulas.replay(office, body.version, body.days, nameSubject(insight))
    }),
    route(proposeRiskEndpoint, async ({ actor, params }) => {
      const office = organisationEditor(actor, deps.directory.root)
      return named(await formulas.propose(office, params.version))
    }),
    route(decideRiskEndpoint, async ({ actor, params, body }) => {
      const office = organisationOffice(actor, deps.directory.root)
      return named(await formulas.decide(office, params.version, body.decision))
    }),
  ]
}
