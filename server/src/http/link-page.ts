import type { AlertSummary } from '@guanlan/contract/alert'

const TEXTS = {
  'zh-CN': {
    ...{
      title: '观澜预警',
      take: '我来处理',
      done: '已确认，由您处理',
      first: '您还没有读交班说明。请登录值班台，读完再接手。',
      over: '预警已结束',
      open: '打开预警',
    },
    level: { blue: '蓝色', yellow: '黄色', orange: '橙色', red: '红色' },
  },
  en: {
    ...{
      title: 'Guanlan alert',
      take: 'I take it',
      done: 'Acknowledged: it is yours',
      over: 'The alert has ended',
    },
    first:
      'You have not read the hand-over note yet. Sign in to the duty desk, read it, then take the alert.',
    ...{ open: 'Open the alert', level: { blue: 'Blue', yellow: 'Yellow', orange: 'Orange', red: 'Red' } },
  },
} as const

const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

/** What stands behind the link of a notification: level, unit and one button. Works without scripts, on any phone. */
export function linkPage(
  alert: AlertSummary,
  locale: 'zh-CN' | 'en',
  state: 'offered' | 'taken' | 'note-first',
): string {
  const t = TEXTS[locale]
  const over = alert.status === 'resolved'
  const action =
    over || state !== 'offered'
      ? `<p><strong>${over ? t.over : state === 'taken' ? t.done : t.first}</strong></p>`
      : `<form method="post"><button type="submit">${t.take}</button></form>`
  return `<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer"><meta name="robots" content="noindex"><title>${t.title}</title></head>
<body><main><h1>${t.level[alert.level]} · ${escape(alert.ruleName ?? t.title)}</h1><p>${escape(alert.unitName)}</p>
${action}<p><a href="/alerts/${encodeURIComponent(alert.id)}">${t.open}</a></p></main></body></html>`
}
