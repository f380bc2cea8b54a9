import { getAlertEndpoint } from '@guanlan/contract/endpoints/alerts'
import { backtestRuleEndpoint } from '@guanlan/contract/endpoints/alerts-setup'
import { burdenEndpoint } from '@guanlan/contract/endpoints/register'
import {
  approveReportEndpoint,
  circulateReportEndpoint,
  commentReportEndpoint,
  correctReportEndpoint,
  createReportEndpoint,
  exportReportEndpoint,
  getReportEndpoint,
  issueReportEndpoint,
  listReportsEndpoint,
  readReportEndpoint,
  receiptReportEndpoint,
  recomputeReportEndpoint,
  refreshReportEndpoint,
} from '@guanlan/contract/endpoints/reports'
import {
  explainRiskEndpoint,
  markRiskEndpoint,
  replayRiskEndpoint,
  riskHistoryEndpoint,
} from '@guanlan/contract/endpoints/risk'
import {
  answerTopicEndpoint,
  getTopicEndpoint,
  topicTimelineEndpoint,
} from '@guanlan/contract/endpoints/topics'
import { totalsEndpoint } from '@guanlan/contract/endpoints/totals'
import type { Endpoint } from '@guanlan/contract/endpoint'
import type { RouteContext } from './route.ts'

type Asked<E extends Endpoint> = Pick<RouteContext<E>, 'params' | 'query' | 'body'>
type Answer<E extends Endpoint> = E extends { response: { _zod: { output: infer T } } } ? T : undefined

export interface LookDeps {
  /** Scope of a stored report; undefined for none. */
  readonly scopeOfReport: (id: string) => Promise<string | undefined>
}
type Scopes = readonly (string | undefined)[]
type Look = (asked: Asked<Endpoint>, answer: unknown, deps: LookDeps) => Scopes | Promise<Scopes>

const look = <E extends Endpoint>(
  { operationId }: E,
  scopes: (asked: Asked<E>, answer: Answer<E>, deps: LookDeps) => Scopes | Promise<Scopes>,
): [string, Look] => [operationId, scopes as unknown as Look]

const ofReport = (endpoint: Endpoint & { readonly params: (typeof getReportEndpoint)['params'] }) =>
  look(endpoint, async ({ params }, _answer, { scopeOfReport }) => [await scopeOfReport(params.id)])

/**
 * Which scopes' figures an operation shows, for what it was asked and answered. Every look is written down from here; an
 * operation that shows figures and is not here fails test/integration/role-matrix.test.ts. Group health and the sockets note
 * their own, since only they know whether figures were in the answer.
 */
export const LOOKS: ReadonlyMap<string, Look> = new Map([
  look(totalsEndpoint, (_asked, { unit }) => [`unit:${unit}`]),
  look(topicTimelineEndpoint, ({ query }) => [query.scope]),
  look(getTopicEndpoint, ({ query }) => [query.scope]),
  look(answerTopicEndpoint, ({ body }) => [body.scope]),
  look(explainRiskEndpoint, ({ query }) => [query.scope]),
  look(riskHistoryEndpoint, ({ query }) => [query.scope]),
  // Whether there is a score to mark is told by the answer.
  look(markRiskEndpoint, ({ body }) => [body.subject.startsWith('topic:') ? body.scope : body.subject]),
  look(replayRiskEndpoint, (_asked, { tracks }) => tracks.map(({ scope }) => scope)),
  look(getAlertEndpoint, (_asked, { alert: { subject } }) => [
    subject.groupId === null ? `unit:${subject.unitId}` : `group:${subject.groupId}`,
  ]),
  look(backtestRuleEndpoint, (_asked, { byUnit }) => byUnit.map(({ unitId }) => `unit:${unitId}`)),
  look(burdenEndpoint, (_asked, { units }) =>
    units.map(({ unitId, messagesPerMemberDay }) =>
      messagesPerMemberDay === null ? undefined : `unit:${unitId}`,
    ),
  ),
  look(listReportsEndpoint, (_asked, { reports }) => reports.map(({ scope }) => scope)),
  look(createReportEndpoint, (_asked, { edition }) => [edition.scope]),
  ...[getReportEndpoint, refreshReportEndpoint, approveReportEndpoint, issueReportEndpoint].map(ofReport),
  ...[correctReportEndpoint, commentReportEndpoint, readReportEndpoint, receiptReportEndpoint].map(ofReport),
  ...[circulateReportEndpoint, recomputeReportEndpoint, exportReportEndpoint].map(ofReport),
])

/** Scopes whose figures an answer shows; empty for an operation that shows none. */
export async function scopesShown(
  operationId: string,
  asked: { readonly params: unknown; readonly query: unknown; readonly body: unknown },
  answer: unknown,
  deps: LookDeps,
): Promise<readonly string[]> {
  const scopes = await LOOKS.get(operationId)?.(asked as Asked<Endpoint>, answer, deps)
  return (scopes ?? []).filter((scope) => scope !== undefined)
}
