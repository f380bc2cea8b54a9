import { createI18n } from 'vue-i18n'
import type { Locale } from '../composables/format.ts'
import { accessEn } from './access.en.ts'
import { accessZhCN } from './access.zh-cn.ts'
import { alertsEn } from './alerts.en.ts'
import { alertsZhCN } from './alerts.zh-cn.ts'
import { auditEn } from './audit.en.ts'
import { auditZhCN } from './audit.zh-cn.ts'
import { en } from './en.ts'
import { insightEn } from './insight.en.ts'
import { insightZhCN } from './insight.zh-cn.ts'
import { registerEn } from './register.en.ts'
import { registerZhCN } from './register.zh-cn.ts'
import { reportsEn } from './reports.en.ts'
import { reportsZhCN } from './reports.zh-cn.ts'
import { zhCN } from './zh-cn.ts'

const KEY = 'guanlan.locale'

export function storedLocale(): Locale | undefined {
  const value = localStorage.getItem(KEY)
  return value === 'en' || value === 'zh-CN' ? value : undefined
}

/** Texts of the screens: the shell's, and one file a part of the product. */
export const MESSAGES = {
  'zh-CN': {
    ...zhCN,
    ...insightZhCN,
    ...accessZhCN,
    ...auditZhCN,
    ...registerZhCN,
    alerts: alertsZhCN,
    reports: reportsZhCN,
  },
  en: { ...en, ...insightEn, ...accessEn, ...auditEn, ...registerEn, alerts: alertsEn, reports: reportsEn },
}

export const i18n = createI18n({
  legacy: false,
  locale: storedLocale() ?? 'zh-CN',
  fallbackLocale: 'zh-CN',
  messages: MESSAGES,
})

/** `remember`: the reader chose it; otherwise it is the account's own language. */
export function setLocale(locale: Locale, remember: boolean): void {
  i18n.global.locale.value = locale
  document.documentElement.lang = locale
  if (remember) localStorage.setItem(KEY, locale)
}
