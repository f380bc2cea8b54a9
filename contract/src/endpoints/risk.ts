import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import {
  RiskCalibration,
  RiskExplanation,
  RiskFormula,
  RiskFormulaVersion,
  RiskMark,
  RiskPoint,
  RiskProposal,
  RiskReplay,
} from '../risk.ts'
import { Range, ScopeKey } from '../scope.ts'

const readers = { roles: ['duty', 'group-admin', 'unit-lead', 'communications', 'leader'] } as const

export const explainRiskEndpoint = endpoint({
  operationId: 'explainRisk',
  method: 'get',
  path: '/api/v1/risk/explanation',
  summary: 'Why a unit or group has its score, and why it changed since a moment',
  tag: 'risk',
  access: readers,
  query: z.strictObject({
    scope: ScopeKey,
    /** Left out: one hour ago. */
    since: z.iso.datetime({ offset: true }).optional(),
  }),
  /** Null while the scope has no score: too few people, or nothing yet. */
  response: RiskExplanation.nullable(),
})

export const riskHistoryEndpoint = endpoint({
  operationId: 'getRiskHistory',
  method: 'get',
  path: '/api/v1/risk/history',
  summary: 'Scores of a unit or group over time',
  tag: 'risk',
  access: readers,
  query: z.strictObject({ scope: ScopeKey, range: Range.default('day') }),
  response: z.strictObject({ scope: ScopeKey, points: z.array(RiskPoint) }),
})

export const markRiskEndpoint = endpoint({
  operationId: 'markRisk',
  method: 'post',
  path: '/api/v1/risk/marks',
  summary: 'Say whether a topic, unit or group needed a response; feeds calibration',
  tag: 'risk',
  access: { roles: ['duty', 'communications', 'unit-lead'] },
  body: RiskMark,
})

export const riskCalibrationEndpoint = endpoint({
  operationId: 'getRiskCalibration',
  method: 'get',
  path: '/api/v1/risk/calibration',
  summary: 'What duty officers’ marks say about the scores',
  tag: 'risk',
  access: { roles: ['duty', 'communications', 'unit-lead', 'leader'] },
  response: RiskCalibration,
})

export const riskFormulasEndpoint = endpoint({
  operationId: 'listRiskFormulas',
  method: 'get',
  path: '/api/v1/risk/formulas',
  summary: 'Versions of the formula, and which one is switched on',
  tag: 'risk',
  access: { roles: ['communications', 'leader'] },
  response: z.strictObject({ versions: z.array(RiskFormula) }),
})

export const replayRiskEndpoint = endpoint({
  operationId: 'replayRisk',
  method: 'post',
  path: '/api/v1/risk/replays',
  summary: 'Run a version over the stored history, before it is switched on',
  tag: 'risk',
  access: { roles: ['communications'] },
  body: z.strictObject({ version: RiskFormulaVersion, days: z.int().min(1).max(90).default(30) }),
  response: RiskReplay,
})

export const proposeRiskEndpoint = endpoint({
  operationId: 'proposeRiskFormula',
  method: 'post',
  path: '/api/v1/risk/formulas/:version/proposal',
  summary: 'Ask for a version to be switched on; it has to be replayed within the week before',
  tag: 'risk',
  access: { roles: ['communications'] },
  params: z.strictObject({ version: RiskFormulaVersion }),
  response: RiskProposal,
  status: 201,
})

export const decideRiskEndpoint = endpoint({
  operationId: 'decideRiskFormula',
  method: 'post',
  path: '/api/v1/risk/formulas/:version/decision',
  summary: 'Switch a proposed version on, or refuse it; never by the account that proposed it',
  tag: 'risk',
  access: { roles: ['communications', 'leader'] },
  params: z.strictObject({ version: RiskFormulaVersion }),
  body: z.strictObject({ decision: z.enum(['approve', 'refuse']) }),
  response: RiskProposal,
})
