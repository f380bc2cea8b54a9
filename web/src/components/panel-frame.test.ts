import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { createI18n } from 'vue-i18n'
import type { PanelState } from '../composables/panel-state.ts'
import { en } from '../i18n/en.ts'
import { zhCN } from '../i18n/zh-cn.ts'
import PanelFrame from './PanelFrame.vue'

const STATES: PanelState[] = [
  'loading',
  'ready',
  'old',
  'empty',
  'too_few',
  'unavailable',
  'forbidden',
  'unknown_scope',
]

function frame(state: PanelState, locale: 'zh-CN' | 'en') {
  const i18n = createI18n({ legacy: false, locale, messages: { 'zh-CN': zhCN, en } })
  return mount(PanelFrame, {
    props: { title: 'T', state, ageMs: 9_000, emptyKey: 'units' },
    slots: { default: '<b>1284</b>' },
    global: { plugins: [i18n] },
  })
}

describe.each(['zh-CN', 'en'] as const)('a panel in %s', (locale) => {
  it.each(STATES)('is never blank: %s', (state) => {
    const wrapper = frame(state, locale)
    const words = wrapper.text().replace('T', '').trim()
    expect(words.length).toBeGreaterThan(3)
    expect(words).not.toMatch(/panelState\.|empty\./)
    expect(words.includes('1284')).toBe(state === 'ready' || state === 'old')
  })
})

it('says how old figures are that could not be read again', () => {
  expect(frame('old', 'zh-CN').text()).toContain('9 秒前')
})

it('teaches what fills an empty panel', () => {
  expect(frame('empty', 'zh-CN').text()).toContain(zhCN.empty.unitsHelp)
})
