import { z } from 'zod'
import { AlertMeasure, BacktestResult, RuleView } from '../alert-measure.ts'
import { AlertRule } from '../alert-rule.ts'
import { endpoint } from '../endpoint.ts'
import { EscalationPolicy, Roster, RosterOverride, WorkCalendar } from '../escalation.ts'
import { PolicyGap, PolicyView } from '../policy.ts'
import { HandoverNote, RosterView, SwapRequest } from '../roster.ts'
import { BlastRadius, SilenceRequest, SilenceView } from '../silence.ts'
import { ALERT_READERS } from './alerts.ts'

const readers = { roles: [...ALERT_READERS, 'sysadmin'] } as const
/** How alerting does is a figure: a system administrator sees none. */
const measurers = { roles: ALERT_READERS } as const
/** Who keeps rules, policies, rosters and the calendar. */
const keepers = { roles: ['communications', 'unit-lead', 'sysadmin'] } as const
const silencers = { roles: ['duty', 'unit-lead', 'communications'] } as const
const Id = z.strictObject({ id: z.string().min(1).max(64) })
/** The version that an edit starts from, 0 for something new; answered 409 when it is another one by now. */
const Version = z.int().min(0)
const Names = z.record(z.string(), z.string())

const CalendarView = z.strictObject({ calendar: WorkCalendar, version: Version })
/** No span is shorter than four weeks: a day of a roster is the turn of one person whom the roster names. */
const MeasureQuery = z.strictObject({
  by: z.enum(['rule', 'roster', 'drill']).default('rule'),
  days: z.coerce.number().int().min(28).max(366).default(28),
})

const setup = <const R extends object>(rest: R) => ({ tag: 'alerting', ...rest }) as const

export const listRulesEndpoint = endpoint(
  setup({
    operationId: 'listAlertRules',
    method: 'get',
    path: '/api/v1/alerting/rules',
    summary: 'Rules in force and changes that wait for a second person',
    access: readers,
    response: z.strictObject({ rules: z.array(RuleView), names: Names }),
  }),
)

export const proposeRuleEndpoint = endpoint(
  setup({
    operationId: 'proposeAlertRule',
    method: 'put',
    path: '/api/v1/alerting/rules/:id',
    summary: 'Propose a new version of a rule; somebody else approves it',
    access: keepers,
    params: Id,
    body: z.strictObject({ rule: AlertRule }),
    response: RuleView,
  }),
)

export const decideRuleEndpoint = endpoint(
  setup({
    operationId: 'decideAlertRule',
    method: 'post',
    path: '/api/v1/alerting/rules/:id/decision',
    summary: 'Approve or refuse the proposed version; never one’s own',
    access: { roles: ['communications', 'leader', 'unit-lead', 'sysadmin'] },
    params: Id,
    /** `version`: the proposed one that was looked at; answered 409 when another one waits by now. */
    body: z.strictObject({ approve: z.boolean(), version: Version }),
  }),
)

export const backtestRuleEndpoint = endpoint(
  setup({
    operationId: 'backtestAlertRule',
    method: 'post',
    path: '/api/v1/alerting/backtest',
    summary: 'How often a rule would have called on the stored history: pages a week by unit and at night',
    access: keepers,
    body: z.strictObject({ rule: AlertRule }),
    response: BacktestResult,
  }),
)

export const listSilencesEndpoint = endpoint(
  setup({
    operationId: 'listSilences',
    method: 'get',
    path: '/api/v1/alerting/silences',
    summary: 'Silences in force',
    access: readers,
    response: z.strictObject({ silences: z.array(SilenceView) }),
  }),
)

export const createSilenceEndpoint = endpoint(
  setup({
    operationId: 'createSilence',
    method: 'post',
    path: '/api/v1/alerting/silences',
    summary: 'Mute by unit, group, category or rule, with a reason, for at most 7 days',
    access: silencers,
    body: SilenceRequest,
    response: SilenceView,
    status: 201,
  }),
)

export const previewSilenceEndpoint = endpoint(
  setup({
    operationId: 'previewSilence',
    method: 'post',
    path: '/api/v1/alerting/silences/preview',
    summary: 'How many alerts of the last 7 days it would have muted',
    access: silencers,
    body: SilenceRequest.pick({ match: true }),
    response: BlastRadius,
  }),
)

export const endSilenceEndpoint = endpoint(
  setup({
    operationId: 'endSilence',
    method: 'delete',
    path: '/api/v1/alerting/silences/:id',
    summary: 'End a silence now',
    access: silencers,
    params: Id,
  }),
)

export const listPoliciesEndpoint = endpoint(
  setup({
    operationId: 'listPolicies',
    method: 'get',
    path: '/api/v1/alerting/policies',
    summary: 'Escalation policies with the gaps they have now',
    access: readers,
    response: z.strictObject({ policies: z.array(PolicyView), names: Names }),
  }),
)

export const preflightPolicyEndpoint = endpoint(
  setup({
    operationId: 'preflightPolicy',
    method: 'post',
    path: '/api/v1/alerting/policies/preflight',
    summary:
      'Whom a policy would not reach by two verified channels in the next 14 days, and who would be called and could not take it',
    access: keepers,
    body: z.strictObject({ policy: EscalationPolicy }),
    response: z.strictObject({ gaps: z.array(PolicyGap), names: Names }),
  }),
)

export const savePolicyEndpoint = endpoint(
  setup({
    operationId: 'savePolicy',
    method: 'put',
    path: '/api/v1/alerting/policies/:id',
    summary: 'Save a policy; refused with the gap named when a step reaches nobody twice over',
    access: keepers,
    params: Id,
    body: z.strictObject({ policy: EscalationPolicy, version: Version }),
    response: PolicyView,
  }),
)

export const listRostersEndpoint = endpoint(
  setup({
    operationId: 'listRosters',
    method: 'get',
    path: '/api/v1/alerting/rosters',
    summary: 'Duty rosters with turns, gaps and imbalance of the next four weeks',
    access: readers,
    response: z.strictObject({ rosters: z.array(RosterView) }),
  }),
)

export const saveRosterEndpoint = endpoint(
  setup({
    operationId: 'saveRoster',
    method: 'put',
    path: '/api/v1/alerting/rosters/:id',
    summary: 'Save a roster',
    access: keepers,
    params: Id,
    body: z.strictObject({ roster: Roster, version: Version }),
    response: RosterView,
  }),
)

export const overrideRosterEndpoint = endpoint(
  setup({
    operationId: 'overrideRoster',
    method: 'post',
    path: '/api/v1/alerting/rosters/:id/overrides',
    summary: 'Somebody else is on duty for a stretch',
    access: { roles: ['duty', 'unit-lead', 'communications', 'sysadmin'] },
    params: Id,
    body: z.strictObject({
      from: RosterOverride.shape.from,
      until: RosterOverride.shape.until,
      accountId: RosterOverride.shape.accountId,
    }),
    response: RosterView,
    status: 201,
  }),
)

export const swapTurnsEndpoint = endpoint(
  setup({
    operationId: 'swapTurns',
    method: 'post',
    path: '/api/v1/alerting/rosters/:id/swaps',
    summary: 'Two people of a roster trade two turns',
    access: { roles: ['duty', 'unit-lead', 'communications', 'sysadmin'] },
    params: Id,
    body: SwapRequest,
    response: RosterView,
    status: 201,
  }),
)

export const leaveHandoverEndpoint = endpoint(
  setup({
    operationId: 'leaveHandoverNote',
    method: 'post',
    path: '/api/v1/alerting/rosters/:id/handover',
    summary: 'Leave a note to whoever comes next: people of the roster, and those who may change its turns',
    access: { roles: ['duty', 'unit-lead', 'communications'] },
    params: Id,
    body: z.strictObject({ text: z.string().trim().min(1).max(500) }),
    response: HandoverNote,
    status: 201,
  }),
)

export const readHandoverEndpoint = endpoint(
  setup({
    operationId: 'readHandoverNote',
    method: 'post',
    path: '/api/v1/alerting/rosters/:id/handover/read',
    summary: 'The hand-over note was read',
    access: { roles: ['duty', 'unit-lead', 'communications'] },
    params: Id,
  }),
)

export const rosterFeedEndpoint = endpoint(
  setup({
    operationId: 'getRosterFeed',
    method: 'get',
    path: '/api/v1/alerting/rosters/:id/duty.ics',
    summary:
      'iCalendar feed of a roster; the key in the address belongs to one account and opens nothing else',
    access: 'public',
    params: Id,
    query: z.strictObject({ k: z.string().min(1).max(200) }),
    produces: 'text/calendar',
  }),
)

export const getCalendarEndpoint = endpoint(
  setup({
    operationId: 'getWorkCalendar',
    method: 'get',
    path: '/api/v1/alerting/calendar',
    summary: 'Working hours, statutory holidays and adjusted working days',
    access: readers,
    response: CalendarView,
  }),
)

export const saveCalendarEndpoint = endpoint(
  setup({
    operationId: 'saveWorkCalendar',
    method: 'put',
    path: '/api/v1/alerting/calendar',
    summary: 'Save the calendar of the organisation',
    access: { roles: ['communications', 'sysadmin'] },
    body: CalendarView,
    response: CalendarView,
  }),
)

export const startDrillEndpoint = endpoint(
  setup({
    operationId: 'startDrill',
    method: 'post',
    path: '/api/v1/alerting/drills',
    summary: 'A synthetic alert through the whole chain of a policy; marked as a drill everywhere',
    access: { roles: ['communications', 'unit-lead'] },
    body: z.strictObject({ policyId: z.string().min(1).max(64), unitId: z.string().min(1).max(64) }),
    response: z.strictObject({ alertId: z.string() }),
    status: 201,
  }),
)

export const alertMeasuresEndpoint = endpoint(
  setup({
    operationId: 'getAlertMeasures',
    method: 'get',
    path: '/api/v1/alerting/measures',
    summary:
      'Time to acknowledge and resolve, escalation and false alarms by rule and roster, drills by roster; never per person, and nothing but the number of alerts below five that three accounts took',
    access: measurers,
    query: MeasureQuery,
    response: z.strictObject({ measures: z.array(AlertMeasure) }),
  }),
)

export const exportMeasuresEndpoint = endpoint(
  setup({
    operationId: 'exportAlertMeasures',
    method: 'get',
    path: '/api/v1/alerting/measures.csv',
    summary: 'The same as CSV',
    access: measurers,
    query: MeasureQuery,
    produces: 'text/csv',
  }),
)
