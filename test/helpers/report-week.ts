import { correction, message, type TestGroup } from './events.ts'
import { createDraw } from './story.ts'

/** A generated history of decisions, and the truth about it: what the tests recount by brute force. */
export interface Sent {
  readonly event: Record<string, unknown>
  readonly group: string
  /** ms since epoch */
  readonly at: number
  readonly first: { readonly decision: string; readonly category: string | null; readonly decidedAt: number }
  /** In force now. */
  decision: string
  category: string | null
  corrections: number
}

const TIERS: Record<string, string> = {
  fraud: 'illegal',
  gambling: 'illegal',
  'abuse.insult': 'harmful',
  vulgar: 'harmful',
  ads: 'conduct',
  'spam.flood': 'conduct',
  'self-harm.concern': 'care',
}

export const REPORT_GROUPS: TestGroup[] = [
  { id: 'g-1', unit: 'north' },
  { id: 'g-2', unit: 'north' },
  { id: 'g-3', unit: 'south' },
  { id: 'g-4', unit: 'south' },
  // Company for g-3 when g-4 has moved: a group alone in what it is shown with tells less than all (docs/adr/0005).
  { id: 'g-5', unit: 'south' },
  { id: 'g-tiny', unit: 'north-1' },
]
const HOURS = [9, 10, 11, 14]
const DAY = 86_400_000

const localMidnight = (day: string) => Date.parse(`${day}T00:00:00+08:00`)
export const localDay = (ms: number) => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 10)

export interface Generated {
  /** Messages by local day, to be posted in order. */
  readonly days: ReadonlyMap<string, Sent[]>
  /** Corrections of earlier messages, to be posted after everything else. */
  readonly corrections: readonly Record<string, unknown>[]
  readonly all: readonly Sent[]
}

/** Messages of whole weeks: every group has twelve people each day, `g-tiny` three; hours of an outage are left out. */
export function generate(options: {
  readonly from: string
  readonly days: number
  readonly seed: number
  /** Local hours as YYYY-MM-DDTHH in which nothing was sent. */
  readonly outage: readonly string[]
  /** Moments on the edges of days that must fall on the right side. */
  readonly edges: readonly string[]
}): Generated {
  const draw = createDraw(options.seed)
  const pick = <T>(list: readonly T[]) => list[Math.floor(draw() * list.length)]!
  const days = new Map<string, Sent[]>()
  const put = (group: string, person: number, at: number) => {
    const acted = draw() < 0.15
    const category = acted ? pick(Object.keys(TIERS)) : null
    const decision = acted ? pick(['warned', 'restricted', 'removed']) : 'allowed'
    const decidedAt = at + Math.floor(1000 * 10 ** (draw() * 4))
    const moderation = {
      ...{ decision, by: draw() < 0.8 ? 'automated' : 'human', decidedAt: new Date(decidedAt).toISOString() },
      ...(category === null ? {} : { category }),
    }
    const event = message({
      ...{ time: new Date(at).toISOString(), group, sender: `u-${group}-${person}`, moderation },
      content: { kind: 'text' },
    })
    const sent: Sent = {
      ...{ event, group, at, decision, category, corrections: 0 },
      first: { decision, category, decidedAt },
    }
    const day = localDay(at)
    days.set(day, [...(days.get(day) ?? []), sent])
  }
  const start = localMidnight(options.from)
  for (let day = 0; day < options.days; day++) {
    for (const hour of HOURS) {
      const at = start + day * DAY + hour * 3_600_000
      const name = `${localDay(at)}T${String(hour).padStart(2, '0')}`
      if (options.outage.includes(name)) continue
      for (const { id } of REPORT_GROUPS)
        for (let person = 0; person < (id === 'g-tiny' ? 3 : 12); person++)
          put(id, person, at + Math.floor(draw() * 3_599) * 1000)
    }
  }
  for (const edge of options.edges) put('g-1', 0, Date.parse(edge))
  const all = [...days.values()].flat()
  return { days, all, corrections: correct(all, draw) }
}

/** Every ninth decision is changed by a person the next day; half of them are taken back altogether. */
function correct(all: readonly Sent[], draw: () => number): Record<string, unknown>[] {
  const out: Record<string, unknown>[] = []
  const acted = all.filter(({ decision }) => decision !== 'allowed')
  for (const [i, sent] of acted.entries()) {
    if (i % 9 !== 0) continue
    const back = draw() < 0.5
    const decidedAt = sent.at + 20 * 3_600_000
    out.push(
      correction(sent.event.id, {
        decision: back ? 'allowed' : 'warned',
        decidedAt: new Date(decidedAt).toISOString(),
        ...(back ? {} : { category: 'ads' }),
      }),
    )
    sent.decision = back ? 'allowed' : 'warned'
    sent.category = back ? null : 'ads'
    sent.corrections++
  }
  return out
}

/** The truth about a span, counted one by one: nothing of the product is used here. */
export function recount(
  all: readonly Sent[],
  span: { readonly from: string; readonly to: string },
  counts: (sent: Sent) => boolean,
) {
  const rows = all.filter((sent) => {
    const day = localDay(sent.at)
    return day >= span.from && day <= span.to && sent.group !== 'g-tiny' && counts(sent)
  })
  const tierOf = (category: string | null) => (category === null ? 'none' : (TIERS[category] ?? 'none'))
  const inTier = (tier: string) => rows.filter(({ category }) => tierOf(category) === tier).length
  const violations = rows.filter(({ category }) => !['none', 'care'].includes(tierOf(category)))
  const decided = rows.filter(
    ({ first }) => first.decision !== 'allowed' && tierOf(first.category) !== 'care',
  )
  const by = (key: (sent: Sent) => string) => {
    const found: Record<string, number> = {}
    for (const sent of violations) found[key(sent)] = (found[key(sent)] ?? 0) + 1
    return found
  }
  // Time to the first decision: a correction changes what was decided, not how fast somebody was.
  const delays = violations.map(({ first, at }) => first.decidedAt - at).sort((a, b) => a - b)
  return {
    messages: rows.length,
    violations: violations.length,
    tiers: { illegal: inTier('illegal'), harmful: inTier('harmful'), conduct: inTier('conduct') },
    care: inTier('care'),
    categories: by(({ category }) => category ?? ''),
    decisions: by(({ decision }) => decision),
    decided: decided.length,
    corrected: decided.filter(({ corrections }) => corrections > 0).length,
    overturned: decided.filter(({ decision }) => decision === 'allowed').length,
    delays,
  }
}
