import type { Outgoing } from './channel.ts'
import type { QueueRow } from './channel.ts'

type Locale = 'zh-CN' | 'en'

const KINDS: Record<Locale, Record<string, string>> = {
  'zh-CN': { week: '周报', month: '月报', day: '日报', flash: '快报' },
  en: { week: 'Weekly report', month: 'Monthly report', day: 'Daily brief', flash: 'Flash brief' },
}
const STEPS: Record<Locale, Record<string, string>> = {
  'zh-CN': { issued: '已印发', preview: '待审签', action: '有新交办事项' },
  en: { issued: 'issued', preview: 'waits for approval', action: 'has a new action for you' },
}

const text = (value: unknown) => (typeof value === 'string' ? value : '')

/** Names that a message needs, looked up when it leaves. */
export interface ReportNaming {
  readonly locale: Locale
  readonly publicUrl: string
  /** Name of the unit as this channel may show it: outside the premises the top-level unit. */
  unitName(unitId: string): string
}

/** Message about a report: kind, unit, period, number and a link. Nothing of its content leaves this way. */
export function renderReport(
  rows: readonly QueueRow[],
  { locale, publicUrl, unitName }: ReportNaming,
): Outgoing {
  const [first] = rows
  if (first === undefined) throw new RangeError('an empty message')
  const line = ({ payload }: QueueRow) => {
    const kind = KINDS[locale][text(payload.reportKind)] ?? text(payload.reportKind)
    const step = STEPS[locale][text(payload.step)] ?? ''
    // Of an action it is its id, which tells one message from another and says nothing to a person.
    const number = payload.step === 'action' || text(payload.number) === '' ? '' : ` ${text(payload.number)}`
    return `${unitName(text(payload.unitId))} · ${kind} ${text(payload.periodKey)}${number} · ${step}`
  }
  const single = rows.length === 1
  return {
    ...{ id: first.id, kind: 'report', level: 'blue', at: first.queuedAt },
    title: single ? line(first) : locale === 'en' ? `${rows.length} reports` : `${rows.length} 份报告`,
    lines: single ? [] : rows.map(line),
    link: single ? `${publicUrl}/reports/${text(first.payload.reportId)}` : `${publicUrl}/reports`,
    alertIds: [],
  }
}
