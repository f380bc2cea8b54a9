import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { createAnalyser, MAX_TEXT_LENGTH } from './analyser.ts'
import { loadAnalyserResources } from './resources.ts'

// Property: whatever form contact data takes, no piece of it becomes a term. To give the tests teeth, the pieces that
// would be caught are made known words first: each is approved, so that only the contact filter can keep it out.
const analyser = createAnalyser(loadAnalyserResources())
const termsOf = (text: string): string[] => {
  const { terms, count } = analyser.analyse(text)
  return [...terms.subarray(0, count)].map((id) => analyser.vocabulary.word(id))
}
const APPROVED = [
  'hotel',
  'weixin',
  'lucky',
  'shop',
  'com',
  '停水通知',
  '快乐小鱼',
  '一三八',
  '138',
  '0013',
  '8000',
  '13800138000',
]

beforeAll(() => analyser.setApprovedWords(APPROVED))

const digit = fc.integer({ min: 0, max: 9 })
const digits = (n: number): fc.Arbitrary<number[]> => fc.array(digit, { minLength: n, maxLength: n })
const FORMS: readonly ((d: number) => string)[] = [
  (d) => String(d),
  (d) => String.fromCharCode(0xff10 + d),
  (d) => '零一二三四五六七八九'[d]!,
  (d) => '〇壹贰叁肆伍陆柒捌玖'[d]!,
  (d) => '⓪①②③④⑤⑥⑦⑧⑨'[d]!,
  (d) => String.fromCodePoint(0x1d7ce + d),
  (d) => `${d}\ufe0f\u20e3`,
]
const SEPARATORS = ['', ' ', '-', '.', '·', '\u200b', ' - ']
const AROUND: readonly (readonly [string, string])[] = [
  ['请打', '谢谢'],
  ['小区停水电话：', '。'],
  ['', ''],
  ['联系电梯维修', '找物业'],
]

describe('approved words outside contact data', () => {
  it('are terms, so that the properties below can fail', () => {
    expect(termsOf('这家hotel不错')).toContain('hotel')
    expect(termsOf('看到停水通知')).toContain('停水通知')
    expect(termsOf('快乐小鱼开业')).toContain('快乐小鱼')
    expect(termsOf('路牌138米')).toContain('138')
  })
})

describe('contact data never becomes a term', () => {
  it('telephone and identity numbers in every form of digit, with every separator', () => {
    const cases = fc.record({
      numbers: fc.oneof(digits(7), digits(8), digits(11), digits(18)),
      form: fc.constantFrom(...FORMS),
      separator: fc.constantFrom(...SEPARATORS),
      group: fc.integer({ min: 1, max: 4 }),
      around: fc.constantFrom(...AROUND),
    })
    fc.assert(
      fc.property(cases, ({ numbers, form, separator, group, around }) => {
        const written = numbers.map((d, i) => form(d) + ((i + 1) % group === 0 ? separator : '')).join('')
        const found = termsOf(`${around[0]}${written}${around[1]}`)
        expect(found.filter((term) => /[0-9零一二三四五六七八九〇壹贰叁肆伍陆柒捌玖]/.test(term))).toEqual([])
      }),
      { numRuns: 600 },
    )
  })

  it('mail addresses, links and account names', () => {
    const word = fc.constantFrom('hotel', 'lucky', 'shop', 'weixin')
    const glue = fc.constantFrom('.', '_', '-', '')
    const cases = fc.record({ a: word, b: word, glue, n: fc.integer({ min: 0, max: 9999 }) })
    fc.assert(
      fc.property(cases, ({ a, b, glue: g, n }) => {
        for (const text of [
          `${a}${g}${b}@${b}.com`,
          `邮箱是${a}@${b}.com.cn请回复`,
          `http://${a}.com/${b}?x=${n}`,
          `https：//${a}．com／${b}`,
          `www.${a}${b}.com`,
          `看${a}.${b}.com/${n}`,
          `加微信：${a}`,
          `加微信号 ${a}`,
          `VX：${a.toUpperCase()}`,
          `qq：${a}`,
          `我的id是${a}`,
          `${a}_${b}`,
          `${a}${b}${10000 + n}`,
          `@${a} 在吗`,
        ]) {
          expect({ text, terms: termsOf(text).filter((t) => /[a-z]/.test(t)) }).toEqual({ text, terms: [] })
        }
      }),
    )
  })

  it('number plates, mentions and nick names in characters', () => {
    for (const text of ['京A13800', '沪B·D8000挡路', '粤Ｂ138H8', '川A 13800车主']) {
      expect(termsOf(text).filter((t) => /[0-9a-z京沪粤川]/.test(t))).toEqual([])
    }
    for (const text of [
      '@快乐小鱼 开门',
      '微信：快乐小鱼',
      '昵称叫快乐小鱼',
      '@快乐小鱼',
      '＠快乐小鱼 你好',
      '姓名：快乐小鱼',
    ]) {
      expect({ text, terms: termsOf(text).filter((t) => t === '快乐小鱼') }).toEqual({ text, terms: [] })
    }
  })

  it('leaves the words around it alone', () => {
    expect(termsOf('电梯坏了，电话13800138000，尽快维修')).toEqual(expect.arrayContaining(['电梯', '维修']))
    expect(termsOf('物业邮箱hotel@shop.com，停水请反馈')).toEqual(expect.arrayContaining(['物业', '停水']))
  })
})

describe('odd input', () => {
  it('takes any string of UTF-16 units, lone surrogates included, and stays deterministic', () => {
    const unit = fc.oneof(
      fc.integer({ min: 0, max: 0xffff }),
      fc.integer({ min: 0xd800, max: 0xdfff }),
      fc.integer({ min: 0x4e00, max: 0x9fff }),
    )
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 300 }), (units) => {
        const text = String.fromCharCode(...units)
        const first = termsOf(text)
        const { polarity } = analyser.analyse(text)
        expect(new Set(first).size).toBe(first.length)
        expect([-1, 0, 1]).toContain(polarity)
        expect(termsOf(text)).toEqual(first)
        expect(first.every((term) => term.length >= 2)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('reads words between emoji and lone surrogates', () => {
    expect(termsOf('😀停水😡\ud83d电梯\udc00')).toEqual(['停水', '电梯'])
  })

  it('looks at no more than MAX_TEXT_LENGTH units, and at those quickly', () => {
    expect(termsOf(`${'啊'.repeat(MAX_TEXT_LENGTH)}停水`)).toEqual([])
    const before = process.cpuUsage()
    for (const piece of ['啊', '停水', '1', '@', '一', 'a.', '微信：', '王'])
      analyser.analyse(piece.repeat(50_000))
    // Time of the processor: what else runs on the machine is no fault of this.
    const { user, system } = process.cpuUsage(before)
    expect(user + system).toBeLessThan(2_000_000)
  })
})
