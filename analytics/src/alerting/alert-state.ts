/** An alert and what its transitions produce. Everything is plain data that a server stores in one transaction. */
import type { AlertOutcome, AlertStatus, AlertSubject } from '@guanlan/contract/alert'
import type { AlertLevel } from '@guanlan/contract/alert-rule'
import type { Destination } from './recipients.ts'

/** Why no page goes out although a step is due. It always names what ends it. */
export type Hold =
  | { readonly kind: 'silence'; readonly by: string }
  | { readonly kind: 'inhibited' | 'grouped' | 'flood'; readonly by: string }

export interface Alert {
  readonly id: string
  readonly fingerprint: string
  readonly groupKey: string
  /** null: raised by hand, or by the engine itself (flood) */
  readonly ruleId: string | null
  readonly origin: 'rule' | 'hand' | 'flood'
  readonly policyId: string
  readonly subject: AlertSubject
  readonly level: AlertLevel
  /** distress: to the care role, no sound, no public counter */
  readonly quiet: boolean
  readonly status: AlertStatus
  readonly openedAt: number
  /** 0 for the first opening; part of every notification id */
  readonly episode: number
  /** when the condition ended, while the alert is still open */
  readonly clearedAt: number | null
  /** who has it now, and until when without a further action */
  readonly taken: { readonly by: string; readonly at: number; readonly until: number } | null
  readonly assignee: string | null
  /** first of the two accounts that a red alert's end needs */
  readonly closing: { readonly by: string; readonly signedIn: boolean; readonly outcome: AlertOutcome } | null
  readonly resolved: {
    readonly at: number
    readonly by: string | null
    readonly outcome: AlertOutcome
  } | null
  /** escalation: the step to run next and when; `ran` counts the steps run in this episode */
  readonly walk: { readonly step: number; readonly dueAt: number; readonly ran: number }
  readonly hold: Hold | null
  /** destinations paged in this episode, to be told of its end */
  readonly reached: readonly Destination[]
}

export type NotifyKind = 'page' | 'resolved'

export interface Notify {
  readonly type: 'notify'
  /** the same in every repetition of the same transition: the webhook id, and the key that prevents a second page */
  readonly id: string
  readonly alertId: string
  readonly kind: NotifyKind
  readonly level: AlertLevel
  readonly quiet: boolean
  readonly destination: Destination
  /** "why did I get this": step (0-based) of which policy; lastResort: the step itself reached nobody */
  readonly because: { readonly policyId: string; readonly step: number; readonly lastResort: boolean }
  readonly at: number
}

/** Steps of an alert's history; `code` is translated by the screens, `data` holds ids and numbers only. */
export interface TimelineEntry {
  readonly type: 'timeline'
  readonly alertId: string
  readonly at: number
  readonly code:
    | 'opened'
    | 'reopened'
    | 'level_raised'
    | 'condition_cleared'
    | 'condition_back'
    | 'paged'
    | 'step_skipped'
    | 'nobody_reached'
    | 'not_notified'
    | 'hold_ended'
    | 'acknowledged'
    | 'started'
    | 'noted'
    | 'assigned'
    | 'take_expired'
    | 'first_confirmation'
    | 'resolved'
  readonly by: string | null
  readonly data: Readonly<Record<string, string | number | boolean | null>>
}

export type Effect =
  | Notify
  | TimelineEntry
  /** withdraw pages of this alert that have not left yet */
  | { readonly type: 'withdraw'; readonly alertId: string }
  /** an hour before a silence ends, to its author */
  | {
      readonly type: 'silence-ends'
      readonly silenceId: string
      readonly accountId: string
      readonly until: number
    }

export const entry = (
  alert: Pick<Alert, 'id'>,
  at: number,
  code: TimelineEntry['code'],
  by: string | null = null,
  data: TimelineEntry['data'] = {},
): TimelineEntry => ({ type: 'timeline', alertId: alert.id, at, code, by, data })

/** When the engine must look at an alert again; null only when it is resolved. A held one is looked at every tick. */
export const dueAt = (alert: Alert): number | null => {
  if (alert.status === 'resolved') return null
  return alert.status === 'open' ? alert.walk.dueAt : (alert.taken?.until ?? alert.openedAt)
}
