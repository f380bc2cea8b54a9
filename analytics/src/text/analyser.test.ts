import { describe, expect, it } from 'vitest'
import { createAnalyser } from './analyser.ts'
import { loadAnalyserResources } from './resources.ts'

const analyser = createAnalyser(loadAnalyserResources())
const terms = (text: string): string[] => {
  const { terms: ids, count } = analyser.analyse(text)
  return [...ids.subarray(0, count)].map((id) => analyser.vocabulary.word(id))
}

describe('analyse', () => {
  it('keeps content words and drops stop words, numbers and punctuation', () => {
    expect(terms('我们小区今天停水了，物业说3点恢复！')).toEqual(['小区', '停水', '物业', '恢复'])
  })

  it('counts feasts, currencies and what two everyday characters outweigh, but not when something was said', () => {
    expect(terms('今年中秋晚会更新了，今晚去报到，汇率看美元')).toEqual([
      '中秋',
      '晚会',
      '更新',
      '报到',
      '汇率',
      '美元',
    ])
    expect(terms('慢性咽炎吃麻辣的')).toEqual(expect.arrayContaining(['慢性', '麻辣']))
  })

  it('holds back a name of a person that hides among words of state', () => {
    expect(terms('林皎明来了')).toEqual([])
  })

  it('gives each term once', () => {
    expect(terms('停水停水又停水')).toEqual(['停水'])
  })

  it('reads traditional and full-width spellings as the simplified ones', () => {
    expect(terms('電梯又停電')).toEqual(terms('电梯又停电'))
    expect(terms('電梯又停電')).toContain('电梯')
  })

  it('counts a synonym as its gazetteer entry, and forgets it when the entry goes', () => {
    analyser.setGazetteer([{ term: '云栖苑', type: 'place', synonyms: ['云栖小区'] }])
    expect(terms('云栖小区漏水')).toContain('云栖苑')
    const id = analyser.vocabulary.idOf('云栖苑')!
    expect(analyser.typeOf(id)).toBe('place')
    analyser.setGazetteer([])
    expect(terms('云栖苑漏水')).not.toContain('云栖苑')
    analyser.setGazetteer([{ term: '云栖苑', type: 'place' }])
    expect(analyser.vocabulary.idOf('云栖苑')).toBe(id)
    analyser.setGazetteer([])
  })

  it('shows a word no dictionary holds only once it is approved', () => {
    expect(terms('蓝莓湾停电')).not.toContain('蓝莓湾')
    analyser.setApprovedWords(['蓝莓湾'])
    expect(terms('蓝莓湾停电')).toContain('蓝莓湾')
    analyser.setApprovedWords([])
  })

  it('tells clear praise from clear complaint', () => {
    expect(analyser.analyse('服务态度太差了，再也不会来').polarity).toBe(-1)
    expect(analyser.analyse('非常好，很满意，强烈推荐').polarity).toBe(1)
  })
})
