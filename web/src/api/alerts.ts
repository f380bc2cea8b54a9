import type { AlertOutcome, ManualAlert } from '@guanlan/contract/alert'
import type { AlertRule } from '@guanlan/contract/alert-rule'
import {
  acknowledgeAlertEndpoint,
  assignAlertEndpoint,
  getAlertEndpoint,
  listAlertsEndpoint,
  listAssigneesEndpoint,
  listPagesEndpoint,
  listChannelsEndpoint,
  noteAlertEndpoint,
  raiseAlertEndpoint,
  removeChannelEndpoint,
  reopenAlertEndpoint,
  resolveAlertEndpoint,
  seePagesEndpoint,
  setChannelEndpoint,
  startAlertEndpoint,
  verifyChannelEndpoint,
} from '@guanlan/contract/endpoints/alerts'
import {
  alertMeasuresEndpoint,
  backtestRuleEndpoint,
  createSilenceEndpoint,
  decideRuleEndpoint,
  endSilenceEndpoint,
  exportMeasuresEndpoint,
  getCalendarEndpoint,
  leaveHandoverEndpoint,
  listPoliciesEndpoint,
  listRostersEndpoint,
  listRulesEndpoint,
  listSilencesEndpoint,
  overrideRosterEndpoint,
  preflightPolicyEndpoint,
  previewSilenceEndpoint,
  proposeRuleEndpoint,
  readHandoverEndpoint,
  saveCalendarEndpoint,
  savePolicyEndpoint,
  saveRosterEndpoint,
  startDrillEndpoint,
  swapTurnsEndpoint,
} from '@guanlan/contract/endpoints/alerts-setup'
import type { EscalationPolicy, Roster, WorkCalendar } from '@guanlan/contract/escalation'
import type { SilenceRequest } from '@guanlan/contract/silence'
import { at } from './address.ts'
import { displayToken } from './display-token.ts'
import { createCall } from './http.ts'

const call = createCall(
  (input, init) => fetch(input, init),
  () => displayToken(),
)

type MeasureQuery = { by: 'rule' | 'roster' | 'drill'; days: number }
type ChannelSetting = { address: string; secret?: string; external: boolean }

/** Operations of the alert pages. Each rejects with ApiFailure only. */
export const alertsApi = {
  list: (status: 'unresolved' | 'resolved', before?: number) =>
    call(at(listAlertsEndpoint, {}, { status, before })),
  read: (id: string) => call(at(getAlertEndpoint, { id })),
  raise: (alert: ManualAlert, sureOfNote: boolean) => call(raiseAlertEndpoint, { ...alert, sureOfNote }),
  acknowledge: (id: string) => call(at(acknowledgeAlertEndpoint, { id })),
  begin: (id: string) => call(at(startAlertEndpoint, { id })),
  reopen: (id: string) => call(at(reopenAlertEndpoint, { id })),
  assignees: (id: string) => call(at(listAssigneesEndpoint, { id })),
  assign: (id: string, to: string) => call(at(assignAlertEndpoint, { id }), { to }),
  resolve: (id: string, outcome: Exclude<AlertOutcome, 'recovered'>) =>
    call(at(resolveAlertEndpoint, { id }), { outcome }),
  note: (id: string, text: string, sure: boolean) => call(at(noteAlertEndpoint, { id }), { text, sure }),
  pages: () => call(listPagesEndpoint),
  seen: (ids: string[]) => call(seePagesEndpoint, { ids }),

  channels: () => call(listChannelsEndpoint),
  setChannel: (id: string, setting: ChannelSetting) => call(at(setChannelEndpoint, { id }), setting),
  verifyChannel: (id: string, code: string) => call(at(verifyChannelEndpoint, { id }), { code }),
  removeChannel: (id: string) => call(at(removeChannelEndpoint, { id })),

  rules: () => call(listRulesEndpoint),
  propose: (rule: AlertRule) => call(at(proposeRuleEndpoint, { id: rule.id }), { rule }),
  decide: (id: string, version: number, approve: boolean) =>
    call(at(decideRuleEndpoint, { id }), { approve, version }),
  backtest: (rule: AlertRule) => call(backtestRuleEndpoint, { rule }),

  silences: () => call(listSilencesEndpoint),
  silence: (request: SilenceRequest) => call(createSilenceEndpoint, request),
  preview: (match: SilenceRequest['match']) => call(previewSilenceEndpoint, { match }),
  endSilence: (id: string) => call(at(endSilenceEndpoint, { id })),

  policies: () => call(listPoliciesEndpoint),
  preflight: (policy: EscalationPolicy) => call(preflightPolicyEndpoint, { policy }),
  /** `version`: the one that the edit starts from, 0 for a new one. */
  savePolicy: (policy: EscalationPolicy, version: number) =>
    call(at(savePolicyEndpoint, { id: policy.id }), { policy, version }),
  drill: (policyId: string, unitId: string) => call(startDrillEndpoint, { policyId, unitId }),

  rosters: () => call(listRostersEndpoint),
  saveRoster: (roster: Roster, version: number) =>
    call(at(saveRosterEndpoint, { id: roster.id }), { roster, version }),
  override: (id: string, turn: { from: number; until: number; accountId: string }) =>
    call(at(overrideRosterEndpoint, { id }), turn),
  swap: (id: string, first: number, second: number) => call(at(swapTurnsEndpoint, { id }), { first, second }),
  leaveHandover: (id: string, text: string) => call(at(leaveHandoverEndpoint, { id }), { text }),
  readHandover: (id: string) => call(at(readHandoverEndpoint, { id })),
  calendar: () => call(getCalendarEndpoint),
  saveCalendar: (calendar: WorkCalendar, version: number) =>
    call(saveCalendarEndpoint, { calendar, version }),

  measures: (query: MeasureQuery) => call(at(alertMeasuresEndpoint, {}, query)),
  measuresFile: (query: MeasureQuery) => at(exportMeasuresEndpoint, {}, query).path,
}
