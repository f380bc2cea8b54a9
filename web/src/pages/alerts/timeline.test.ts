import { AlertTimelineEntry } from '@guanlan/contract/alert'
import { createI18n } from 'vue-i18n'
import { expect, it } from 'vitest'
import { alertsEn } from '../../i18n/alerts.en.ts'
import { alertsZhCN } from '../../i18n/alerts.zh-cn.ts'
import { wordsOf } from './timeline.ts'

const DATA: Partial<Record<AlertTimelineEntry['code'], AlertTimelineEntry['data']>> = {
  opened: { level: 'orange' },
  level_raised: { from: 'yellow', to: 'red' },
  paged: { step: 0, pages: 3 },
  acknowledged: { until: 1 },
  assigned: { to: 'a-2' },
  resolved: { outcome: 'handled' },
  delivered: { channel: 'email' },
}

it.each(AlertTimelineEntry.shape.code.options)(
  '%s is said in both languages, with and without its data',
  (code) => {
    const { t } = createI18n({
      legacy: false,
      locale: 'zh-CN',
      messages: { 'zh-CN': alertsZhCN, en: alertsEn },
    }).global
    for (const data of [DATA[code] ?? {}, {}]) {
      const words = wordsOf({ code, data })
      for (const locale of ['zh-CN', 'en'] as const) {
        const values = { ...words.values, ...words.levels }
        const filled = {
          ...values,
          ...(words.time === undefined ? {} : { time: '14:05' }),
          ...(words.account === undefined ? {} : { name: '值班一' }),
          ...(words.outcome === undefined ? {} : { outcome: 'x' }),
          ...(words.channel === undefined ? {} : { channel: 'x' }),
        }
        const said = t(words.key, filled, { locale })
        expect(said).not.toBe(words.key)
        const slots = [
          ...String((locale === 'en' ? alertsEn : alertsZhCN).steps[words.key.slice(6) as 'plain']).matchAll(
            /\{(\w+)\}/g,
          ),
        ]
        expect(Object.keys(filled)).toEqual(expect.arrayContaining(slots.map((slot) => slot[1])))
      }
    }
  },
)

it('says why nobody was called', () => {
  expect(
    wordsOf({ code: 'not_notified', data: { because: 'no_verified_channel', accountId: 'a-1', step: 0 } }),
  ).toEqual({
    key: 'steps.not_notified_channel',
    values: {},
    account: 'a-1',
  })
  expect(wordsOf({ code: 'not_notified', data: { because: 'silence', by: 's-1' } }).key).toBe(
    'steps.not_notified_silence',
  )
  expect(wordsOf({ code: 'not_notified', data: { because: 'else' } }).values).toEqual({ because: 'else' })
})

it('counts steps from one', () => {
  expect(wordsOf({ code: 'paged', data: { step: 1, pages: 2 } }).values).toEqual({ step: 2, pages: 2 })
})
