import type { SentenceInput, SentenceTemplate } from './report-sentence-input.ts'
import {
  daysText,
  durationText,
  instantText,
  labelOf,
  numberText,
  percentText,
  periodWord,
} from './report-words.ts'

const before = (s: SentenceInput) => periodWord(s.context.kind, 'before', 'en')
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
const now = (s: SentenceInput) => capital(periodWord(s.context.kind, 'now', 'en'))
const n = (s: SentenceInput, name: string) => numberText(s.number(name))
const share = (s: SentenceInput, name: string) => percentText(s.number(name))
const time = (s: SentenceInput, name: string) => durationText(s.number(name), 'en')
const label = (s: SentenceInput, vocabulary: Parameters<typeof labelOf>[0], name: string) =>
  labelOf(vocabulary, s.text(name), s.context, 'en')
const counted = (s: SentenceInput, name: string, one: string, many = `${one}s`) =>
  `${n(s, name)} ${s.number(name) === 1 ? one : many}`
const topic = (s: SentenceInput) => {
  const words = s.context.names.topics[s.text('topic')]
  return words === undefined || words.length === 0
    ? '(words not released)'
    : `“${words.slice(0, 3).join(', ')}”`
}

/** The one place in which a change is put in words: only what the verdict says, a percentage only where there is one. */
function change(s: SentenceInput, against: string): string {
  const previous = numberText(s.maybe('previous') ?? 0)
  const percent = s.maybe('percent')
  const by = percent === null ? '' : ` ${Math.abs(percent)}%`
  switch (s.text('verdict')) {
    case 'rose':
      return `, up${by} from ${previous} ${against}`
    case 'fell':
      return `, down${by} from ${previous} ${against}`
    case 'steady':
      return `, no significant change from ${previous} ${against}`
    case 'few':
      return ` (${previous} ${against}): too few to say whether that is a change`
    case 'none':
      return `, and none ${against}`
    case 'gap':
      return ` (${previous} ${against}): not judged, because data are missing`
    default:
      return `; there is nothing to compare with ${against}`
  }
}

export const SENTENCES_EN: Readonly<Record<string, SentenceTemplate>> = {
  'headline.total': (s) =>
    `${now(s)} ${counted(s, 'count', 'violation')} were acted on${change(s, before(s))}.`,
  'headline.empty': (s) => `${now(s)} there are no data to count; this report judges no change.`,
  'violations.tier': (s) => `${label(s, 'tier', 'tier')}: ${n(s, 'count')}${change(s, before(s))}.`,
  'violations.year': (s) => `${now(s)} ${n(s, 'count')}${change(s, 'in the same period a year ago')}.`,
  'violations.usual': (s) => {
    const place = { above: 'above', within: 'within', below: 'below' }[s.text('place')] ?? 'within'
    return `${now(s)} ${n(s, 'count')}, ${place} the usual range of the ${n(s, 'periods')} periods before (${n(s, 'low')} to ${n(s, 'high')}).`
  },
  'violations.category': (s) =>
    `“${label(s, 'category', 'category')}”: ${n(s, 'count')}${change(s, before(s))}.`,
  'violations.noCategory': (s) => `No category changed significantly against ${before(s)}.`,
  'violations.vague': (s) =>
    `${share(s, 'share')} of the violations have no clear category (“not what the group is for”, “uncategorised”): the upstream moderation should name them.`,
  'decisions.split': (s) =>
    `${n(s, 'warned')} warned, ${n(s, 'restricted')} restricted, ${n(s, 'removed')} removed.`,
  'response.median': (s) =>
    `From message to decision: median ${time(s, 'median')} over ${counted(s, 'count', 'violation')}, nine in ten within ${time(s, 'p90')}.`,
  'response.within': (s) =>
    `${share(s, 'share')} were decided within the target of ${time(s, 'target')} (95% interval ${share(s, 'low')} to ${share(s, 'high')}).`,
  'response.few': (s) =>
    `Only ${counted(s, 'count', 'violation')} with a time to decision: too few to judge.`,
  'corrections.total': (s) =>
    `Of ${n(s, 'decided')} first decisions people corrected ${n(s, 'corrected')}, ${n(s, 'overturned')} of them by taking the decision back.`,
  'corrections.rate': (s) =>
    `Overturn rate ${share(s, 'share')} (95% interval ${share(s, 'low')} to ${share(s, 'high')}).`,
  'corrections.few': (s) => `Fewer than 20 first decisions (${n(s, 'decided')}): no overturn rate.`,
  'topics.count': (s) => `${now(s)} ${counted(s, 'count', 'topic')} could be released.`,
  'topics.none': (s) => `${now(s)} no topic could be released.`,
  'topics.new': (s) => `The topic ${topic(s)} is new, with at least ${n(s, 'count')} released messages.`,
  'topics.rose': (s) =>
    `The topic ${topic(s)} rose: at least ${n(s, 'count')} released messages, at least ${n(s, 'previous')} ${before(s)}.`,
  'topics.fell': (s) =>
    `The topic ${topic(s)} fell: ${s.number('count') === 0 ? 'nothing could be released' : `at least ${n(s, 'count')} released messages`}, at least ${n(s, 'previous')} ${before(s)}.`,
  'topics.answered': (s) =>
    `The topic ${topic(s)} was answered in public, ${time(s, 'minutes')} after it was first released.`,
  'topics.unanswered': (s) => `No answer to the topic ${topic(s)} is recorded.`,
  'sentiment.interval': (s) =>
    `The negative share lies between ${share(s, 'low')} and ${share(s, 'high')} (at least ${n(s, 'messages')} released messages).`,
  'sentiment.rose': (s) =>
    `Its interval lies above that of ${before(s)} (${share(s, 'beforeLow')} to ${share(s, 'beforeHigh')}); the two do not overlap.`,
  'sentiment.fell': (s) =>
    `Its interval lies below that of ${before(s)} (${share(s, 'beforeLow')} to ${share(s, 'beforeHigh')}); the two do not overlap.`,
  'sentiment.same': (s) =>
    `It overlaps with the interval of ${before(s)} (${share(s, 'beforeLow')} to ${share(s, 'beforeHigh')}): no change can be stated.`,
  'sentiment.none': (s) => `${now(s)} no figures of mood could be released.`,
  'sentiment.uncalibrated': () => 'The model of mood has no local calibration; its intervals lean.',
  'risk.highest': (s) => {
    const kind = s.text('subjectKind')
    const what =
      kind === 'topic'
        ? `topic ${topic(s)}`
        : kind === 'unit'
          ? `“${label(s, 'unit', 'unit')}”`
          : 'the whole organisation'
    return `Highest risk score ${n(s, 'score')} (${label(s, 'riskLevel', 'level')}): ${what}, ${instantText(s.text('at'), s.context, 'en')}.`
  },
  'risk.none': (s) => `${now(s)} no score reached blue or above.`,
  'risk.unknown': (s) => `${now(s)} no risk scores were computed.`,
  'alerts.raised': (s) => `${counted(s, 'count', 'alert')} raised${change(s, before(s))}.`,
  'alerts.none': (s) => `${now(s)} no alert was raised and none is open.`,
  'alerts.acknowledge': (s) =>
    `${n(s, 'acknowledged')} of them acknowledged, in a median of ${time(s, 'minutes')}.`,
  'alerts.few': (s) =>
    `${n(s, 'acknowledged')} of them acknowledged: times are given from five alerts on that at least three people took.`,
  'alerts.answer': (s) => `Answered in a median of ${time(s, 'minutes')}.`,
  'alerts.escalated': (s) => `${n(s, 'count')} escalated beyond the first step.`,
  'alerts.false': (s) => `${counted(s, 'count', 'false alarm')}.`,
  'alerts.open': (s) => `${counted(s, 'count', 'alert')} still open at the end.`,
  'register.state': (s) =>
    `Register: ${counted(s, 'opened', 'finding')} opened, ${n(s, 'closed')} mended, ${n(s, 'open')} open at the end.`,
  'register.overdue': (s) => `${counted(s, 'count', 'finding')} in the register overdue.`,
  'register.none': (s) => `${now(s)} the register has no findings.`,
  'units.praise': (s) => {
    const units = s.list('units')
    const [low, high] = [share(s, 'low'), share(s, 'high')]
    const named = units.map((id) => `“${labelOf('unit', id, s.context, 'en')}”`).join(', ')
    return units.length === 1
      ? `${named} is to be praised: ${low} of ${counted(s, 'count', 'violation')} decided within the target, nothing overdue in the register.`
      : `${units.length} units are to be praised: ${named}, each with ${low === high ? low : `${low} to ${high}`} of its violations decided within the target and nothing overdue in the register.`
  },
  'units.slow': (s) =>
    `“${label(s, 'unit', 'unit')}” needs help: only ${share(s, 'share')} of ${counted(s, 'count', 'violation')} decided within the target.`,
  'units.overdue': (s) =>
    `“${label(s, 'unit', 'unit')}” needs help: ${counted(s, 'count', 'overdue finding')} in the register.`,
  'units.none': () => 'No unit is clearly better or worse than the target, and none has overdue findings.',
  'units.basis': () => 'Units are assessed by response time and register only, never by mood or opinion.',
  'actions.state': (s) =>
    `${now(s)} ${counted(s, 'raised', 'action')} raised, ${n(s, 'closed')} closed, ${n(s, 'dropped')} dropped, ${n(s, 'open')} open at the end.`,
  'actions.overdue': (s) => `${counted(s, 'count', 'action')} overdue.`,
  'actions.none': () => 'No action is open.',
  'quality.good': (s) => `${now(s)} no gap in the data was found.`,
  'quality.source': (s) =>
    `The source “${label(s, 'source', 'source')}” was silent for ${time(s, 'minutes')} from ${instantText(s.text('from'), s.context, 'en')}.`,
  'quality.gap': (s) =>
    `${counted(s, 'hours', 'hour')} with incomplete data (${daysText(s.list('days'), 'en')}), hatched in the charts.`,
  'quality.late': (s) =>
    `${counted(s, 'count', 'decision')} corrected after the end of the period; this report includes them.`,
  'quality.hidden': (s) =>
    `${s.list('days').length === 1 ? '1 day' : `${s.list('days').length} days`} not counted (${daysText(s.list('days'), 'en')}): no data, or too few people were active.`,
  'limits.upstream': () =>
    'It counts decisions of the upstream moderation; what that did not see or send is not here.',
  'limits.floors': () =>
    'Groups below the floor are not counted alone; topics and mood hold released figures only, which are lower bounds.',
  'limits.cause': () => 'A change in numbers names no cause; no cause is stated here without a source.',
  'limits.people': () => 'It is about no single person; numbers of people of different days do not add up.',
  'limits.small': () =>
    'No percentage is given on a base under 20; changes are tested at 95%, so chance is not ruled out.',
  'flash.alert': (s) =>
    `${instantText(s.text('at'), s.context, 'en')}: ${label(s, 'alertLevel', 'level').toLowerCase()} alert at “${label(s, 'unit', 'unit')}”, now ${label(s, 'status', 'status').toLowerCase()}.`,
  'flash.rule': (s) => `Rule: ${label(s, 'rule', 'rule')}.`,
  'flash.category': (s) => `Category: ${label(s, 'category', 'category')}.`,
  'flash.acknowledged': () => 'It was acknowledged.',
  'flash.waiting': (s) => `Raised ${time(s, 'minutes')} ago, taken by nobody yet.`,
  'flash.resolved': (s) => `Resolved: ${label(s, 'outcome', 'outcome').toLowerCase()}.`,
  'flash.topic': (s) =>
    `The topic ${topic(s)} was released in ${counted(s, 'cells', 'window')} since ${instantText(s.text('from'), s.context, 'en')}: at least ${counted(s, 'count', 'message')}, at most ${n(s, 'people')} people in one window.`,
  'flash.score': (s) => `Risk score ${n(s, 'score')} (${label(s, 'riskLevel', 'level')}).`,
  'flash.receipt': () => 'Please acknowledge receipt in the system.',
}
