import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAnalyser } from './analyser.ts'
import { loadAnalyserResources } from './resources.ts'
import { hashRoster } from './roster.ts'
import { createFold } from './fold.ts'

const resources = loadAnalyserResources()
const analyser = createAnalyser(resources)
const termsOf = (text: string): string[] => {
  const { terms, count } = analyser.analyse(text)
  return [...terms.subarray(0, count)].map((id) => analyser.vocabulary.word(id))
}
const secret = Uint8Array.from({ length: 16 }, (_, i) => 200 - i)

const SURNAMES = [
  ...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛',
]
const GIVEN = [...'伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂']
const fictional = fc
  .tuple(fc.constantFrom(...SURNAMES), fc.array(fc.constantFrom(...GIVEN), { minLength: 1, maxLength: 2 }))
  .map(([surname, given]) => surname + given.join(''))
const FRAMES = [
  '请{}来拿快递',
  '{}说停水了',
  '联系{}签字',
  '@{} 收到',
  '{}老师在吗',
  '今天{}和家长值班',
  '{}',
]
const shownIn = (frame: string, name: string) =>
  termsOf(frame.replace('{}', name)).filter((term) => term.includes(name))

describe('names of people', () => {
  it('made-up names are never terms, wherever they stand', () => {
    fc.assert(
      fc.property(fictional, fc.constantFrom(...FRAMES), (name, frame) => {
        expect({ name, found: shownIn(frame, name) }).toEqual({ name, found: [] })
      }),
      { numRuns: 500 },
    )
  })

  it('nor are those of them that the dictionary knows as something else', () => {
    const given = GIVEN.flatMap((first) => [first, ...GIVEN.map((second) => first + second)])
    const known = SURNAMES.flatMap((surname) => given.map((rest) => surname + rest)).filter(
      (name) => analyser.vocabulary.idOf(name) !== undefined,
    )
    expect(known).toContain('罗兰')
    expect(known.filter((name) => FRAMES.some((frame) => shownIn(frame, name).length > 0))).toEqual([])
  })

  it('a rare place is a term again once the organisation says that it is one; a common one always', () => {
    expect(termsOf('罗兰停水了')).toEqual(['停水'])
    analyser.setGazetteer([{ term: '罗兰', type: 'place' }])
    expect(termsOf('罗兰停水了')).toEqual(['罗兰', '停水'])
    analyser.setGazetteer([])
    expect(termsOf('从武汉到罗湖堵车')).toEqual(expect.arrayContaining(['武汉', '罗湖']))
  })

  it('names that the dictionary tags as names are held back', () => {
    // Of long-dead poets and a novel's heroes: in the dictionary, tagged nr.
    for (const name of ['杜甫', '苏轼', '武松', '孙悟空'])
      expect(termsOf(`昨天${name}说电梯坏了`)).not.toContain(name)
  })

  it('the tagger also holds back a given name that is an ordinary word', () => {
    expect(termsOf('道路建设开工')).toContain('建设')
    expect(termsOf('陈建设来了，找陈建设签字')).not.toContain('建设')
  })
})

describe('roster', () => {
  const name = '欧阳蓝莓'

  it('holds a name back even where an operator approved it by mistake', () => {
    analyser.setApprovedWords([name, '蓝莓湾'])
    expect(termsOf(`${name}在群里`)).toContain(name)
    analyser.setRoster(analyser.hashRoster([name], secret), secret)
    expect(termsOf(`${name}在群里`)).not.toContain(name)
    expect(termsOf('歐陽藍莓在群里')).not.toContain(name)
    expect(termsOf('蓝莓湾停水')).toEqual(['蓝莓湾', '停水'])
    analyser.setRoster(undefined, secret)
    analyser.setApprovedWords([])
  })

  it('finds names of every length, with the lengths it stores and without, as older ones were stored', () => {
    const people = ['王蓝', '李蓝莓', '欧阳蓝莓']
    const roster = analyser.hashRoster(people, secret)
    expect([...roster.starts.subarray(8192)]).toEqual([0b00011100, 0])
    const without = { hashes: roster.hashes, starts: roster.starts.slice(0, 8192) }
    analyser.setApprovedWords(people)
    expect(termsOf(people.join('，'))).toEqual(people)
    for (const stored of [roster, without]) {
      analyser.setRoster(stored, secret)
      expect(termsOf(people.join('，'))).toEqual([])
    }
    analyser.setRoster(undefined, secret)
    analyser.setApprovedWords([])
  })

  it('stores no character of a name, and nothing that matches under another key', () => {
    const fold = createFold('')
    const roster = hashRoster(fold, [name, '王小明'], secret)
    expect(roster.hashes.length).toBe(4)
    const bytes = Buffer.concat([Buffer.from(roster.hashes.buffer), Buffer.from(roster.starts)])
    for (const encoding of ['utf8', 'utf16le'] as const) {
      for (const part of ['欧阳', '蓝莓', '王小', '小明'])
        expect(bytes.includes(Buffer.from(part, encoding))).toBe(false)
    }
    const other = secret.map((byte) => byte ^ 1)
    analyser.setApprovedWords([name])
    analyser.setRoster(roster, other)
    expect(termsOf(`${name}在群里`)).toContain(name)
    analyser.setRoster(undefined, secret)
    analyser.setApprovedWords([])
  })
})

describe('gazetteer against the name layers', () => {
  it('an entry of the organisation outweighs the tagger, not the roster', () => {
    analyser.setGazetteer([{ term: '王小湾', type: 'place' }])
    expect(termsOf('王小湾停水了')).toContain('王小湾')
    analyser.setRoster(analyser.hashRoster(['王小湾'], secret), secret)
    expect(termsOf('王小湾停水了')).not.toContain('王小湾')
    analyser.setRoster(undefined, secret)
    analyser.setGazetteer([])
  })
})
