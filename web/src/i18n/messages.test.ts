import { createI18n } from 'vue-i18n'
import { expect, it } from 'vitest'
import { MESSAGES } from './index.ts'

type Tree = { [key: string]: string | Tree }

function flat(tree: Tree, prefix = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') found.set(prefix + key, value)
    else for (const [inner, text] of flat(value, `${prefix}${key}.`)) found.set(inner, text)
  }
  return found
}

const zh = flat(MESSAGES['zh-CN'])
const english = flat(MESSAGES.en)
const slots = (text: string) => [...text.matchAll(/\{([a-zA-Z]+)\}/g)].map((match) => match[1]).sort()
/** Units that are left out where English names the figure in its label. */
const MAY_BE_EMPTY = /Unit$|^categories\.count$/

it('has the same keys in both languages', () => {
  expect([...english.keys()]).toEqual([...zh.keys()])
})

it.each([...zh])('%s takes the same values and is filled in', (key, text) => {
  expect(slots(english.get(key) ?? '')).toEqual(slots(text))
  expect(text !== '' || MAY_BE_EMPTY.test(key)).toBe(true)
  expect(english.get(key) !== '' || MAY_BE_EMPTY.test(key)).toBe(true)
})

it('keeps to the tone: no exclamation marks, no boasting', () => {
  for (const text of [...zh.values(), ...english.values()]) expect(text).not.toMatch(/[!！]|大数据/)
})

it('compiles every message without generated code, as the security policy demands', () => {
  const { t } = createI18n({ legacy: false, locale: 'zh-CN', messages: MESSAGES }).global
  for (const locale of ['zh-CN', 'en'] as const) {
    for (const key of zh.keys()) {
      const values = Object.fromEntries(slots(zh.get(key) ?? '').map((name) => [name, '7']))
      expect(t(key, values, { locale })).not.toMatch(/[{}]/)
    }
  }
})
