import { AlertLevel } from '@guanlan/contract/alert-rule'
import { AlertOutcome, type AlertTimelineEntry } from '@guanlan/contract/alert'

/** A message key under `alerts.` with values that still have to be put in words: times, names, levels, outcomes, channels. */
export interface StepWords {
  readonly key: string
  readonly values: Readonly<Record<string, string | number>>
  readonly time?: number
  readonly account?: string
  readonly levels?: Readonly<Record<string, AlertLevel>>
  readonly outcome?: AlertOutcome
  readonly channel?: string
}

const REASONS = ['silence', 'inhibited', 'grouped', 'flood'] as const

type Data = AlertTimelineEntry['data']
const number = (value: Data[string] | undefined) => (typeof value === 'number' ? value : undefined)
const text = (value: Data[string] | undefined) => (typeof value === 'string' ? value : undefined)
const level = (value: Data[string] | undefined) => AlertLevel.safeParse(value).data
const step = (data: Data) => (number(data['step']) ?? 0) + 1

function heldOrTaken(code: 'acknowledged' | 'started', data: Data): StepWords {
  const until = number(data['until'])
  return until === undefined
    ? { key: `steps.${code}Plain`, values: {} }
    : { key: `steps.${code}`, values: {}, time: until }
}

function notNotified(data: Data): StepWords {
  const because = text(data['because']) ?? ''
  const account = text(data['accountId'])
  if (because === 'no_verified_channel' && account !== undefined)
    return { key: 'steps.not_notified_channel', values: {}, account }
  const known = REASONS.find((reason) => reason === because)
  return known === undefined
    ? { key: 'steps.not_notified', values: { because } }
    : { key: `steps.not_notified_${known}`, values: {} }
}

function ended(code: 'resolved' | 'first_confirmation', data: Data): StepWords {
  const outcome = AlertOutcome.safeParse(data['outcome']).data
  return outcome === undefined
    ? { key: 'steps.plain', values: {} }
    : { key: `steps.${code}`, values: {}, outcome }
}

function raised(data: Data): StepWords {
  const [from, to] = [level(data['from']), level(data['to'])]
  return from === undefined || to === undefined
    ? { key: 'steps.plain', values: {} }
    : { key: 'steps.level_raised', values: {}, levels: { from, to } }
}

/** What an entry of an alert's history says. A value that is missing gives a shorter sentence, never an empty place. */
export function wordsOf(entry: Pick<AlertTimelineEntry, 'code' | 'data'>): StepWords {
  const { code, data } = entry
  const plain: StepWords = { key: `steps.${code}`, values: {} }
  switch (code) {
    case 'opened': {
      const at = level(data['level'])
      return at === undefined ? { key: 'steps.openedPlain', values: {} } : { ...plain, levels: { level: at } }
    }
    case 'level_raised':
      return raised(data)
    case 'acknowledged':
    case 'started':
      return heldOrTaken(code, data)
    case 'paged':
      return { ...plain, values: { step: step(data), pages: number(data['pages']) ?? 1 } }
    case 'step_skipped':
      return { ...plain, values: { step: step(data) } }
    case 'nobody_reached':
      return { ...plain, values: { step: step(data), n: number(data['lastResort']) ?? 0 } }
    case 'not_notified':
      return notNotified(data)
    case 'assigned': {
      const to = text(data['to'])
      return to === undefined ? { key: 'steps.plain', values: {} } : { ...plain, account: to }
    }
    case 'resolved':
    case 'first_confirmation':
      return ended(code, data)
    case 'delivered':
    case 'delivery_failed':
      return { ...plain, channel: text(data['channel']) ?? '—' }
    default:
      return plain
  }
}

/** True for entries that say why nobody was called: they stand out. */
export const isWarning = (code: AlertTimelineEntry['code']): boolean =>
  ['not_notified', 'nobody_reached', 'delivery_failed', 'take_expired', 'handover_unread'].includes(code)
