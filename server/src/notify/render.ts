import type { AlertLevel } from '@guanlan/contract/alert-rule'
import type { Outgoing } from './channel.ts'

/** One queued notification with the names that its recipient may read. */
export interface Rendered {
  readonly id: string
  readonly alertId: string
  readonly kind: Exclude<Outgoing['kind'], 'report'>
  readonly level: AlertLevel
  readonly at: number
  readonly ruleName: string | null
  readonly origin: string
  readonly unitName: string
  readonly topUnitName: string
  readonly groupName: string | null
  readonly categoryName: string | null
  /** 0-based. */
  readonly step: number
  readonly lastResort: boolean
  readonly drill: boolean
  readonly link: string
  /** A code to type, for proving a channel. */
  readonly code: string | null
}

type Locale = 'zh-CN' | 'en'

const LEVELS: Record<Locale, Record<AlertLevel, string>> = {
  'zh-CN': { blue: '蓝色', yellow: '黄色', orange: '橙色', red: '红色' },
  en: { blue: 'Blue', yellow: 'Yellow', orange: 'Orange', red: 'Red' },
}
const TEXTS = {
  'zh-CN': {
    ...{ page: '预警', resolved: '预警已结束', reminder: '静默将在一小时内结束', code: '验证码' },
    handover: '交班说明已半小时无人阅读',
    ...{
      drill: '【演练】',
      hand: '人工上报',
      flood: '预警过多',
      step: '升级步骤',
      last: '前面的步骤无人可达',
    },
    ...{ group: '群', category: '类别', more: '条预警' },
  },
  en: {
    ...{ page: 'alert', resolved: 'alert ended', reminder: 'A silence ends within an hour', code: 'Code' },
    handover: 'A hand-over note has been unread for half an hour',
    ...{ drill: '[Drill] ', hand: 'Raised by hand', flood: 'Too many alerts', step: 'Escalation step' },
    ...{ last: 'the steps before reached nobody', group: 'Group', category: 'Category', more: 'alerts' },
  },
} as const

function headline(one: Rendered, locale: Locale, external: boolean): string {
  const t = TEXTS[locale]
  if (one.kind === 'code') return `${t.code}: ${one.code ?? ''}`
  if (one.kind === 'reminder') return one.origin === 'handover' ? t.handover : t.reminder
  const rule = one.ruleName ?? (one.origin === 'flood' ? t.flood : t.hand)
  const level = LEVELS[locale][one.level]
  const what = locale === 'en' ? `${level} ${t[one.kind]}` : `${level}${t[one.kind]}`
  return `${one.drill ? t.drill : ''}${what} · ${rule} · ${external ? one.topUnitName : one.unitName}`
}

/**
 * One message of one or several notifications. On an external channel: level, rule, top-level unit and a link; nothing
 * else leaves the premises.
 */
export function render(bundle: readonly Rendered[], locale: Locale, external: boolean): Outgoing {
  const [first] = bundle
  if (first === undefined) throw new RangeError('an empty message')
  const t = TEXTS[locale]
  const graver = ['blue', 'yellow', 'orange', 'red'] as const
  const level = graver[Math.max(...bundle.map((one) => graver.indexOf(one.level)))] ?? first.level
  const details = (one: Rendered): string[] =>
    external || one.kind === 'code' || one.kind === 'reminder'
      ? []
      : [
          ...(one.groupName === null ? [] : [`${t.group}: ${one.groupName}`]),
          ...(one.categoryName === null ? [] : [`${t.category}: ${one.categoryName}`]),
          ...(one.kind === 'page'
            ? [`${t.step} ${one.step + 1}${one.lastResort ? ` (${t.last})` : ''}`]
            : []),
        ]
  const single = bundle.length === 1
  return {
    id: first.id,
    kind: first.kind,
    level,
    title: single ? headline(first, locale, external) : `${bundle.length} ${t.more}`,
    lines: single ? details(first) : bundle.map((one) => headline(one, locale, external)),
    link: first.link,
    alertIds: bundle.map(({ alertId }) => alertId),
    at: first.at,
  }
}
