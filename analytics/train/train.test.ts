import { describe, expect, it } from 'vitest'
import { createFold, createFoldedText, foldInto } from '../src/text/fold.ts'
import { loadAnalyserResources } from '../src/text/resources.ts'
import { sentimentScore, weightOf } from '../src/text/sentiment.ts'
import { parseTable, reviewDomains, type Sample } from './data.ts'
import { ordinaryWords, parseLexicon, priorWeights } from './lexicon.ts'
import { scoreExample, trainLinear, type Example, type Weights } from './linear.ts'
import { figuresOf, seededRandom } from './metrics.ts'
import { pack, toExamples } from './sentiment.ts'

const fold = createFold('')
const example = (text: string): Example => toExamples(fold, [{ text, label: 1, domain: 'x' }])[0]!

const of =
  (weights: Weights) =>
  (feature: number): number | undefined =>
    weights.get(feature)

/** Small domains with their own nouns and shared words of praise and complaint. */
function sample(seed: number): Sample[] {
  const random = seededRandom(seed)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const nouns = {
    tea: ['红茶', '绿茶', '茶叶'],
    bus: ['公交', '司机', '车站'],
    park: ['公园', '草坪', '长椅'],
  }
  return Object.entries(nouns).flatMap(([domain, words]) =>
    Array.from({ length: 60 }, (_, i): Sample => {
      const label = i % 2 === 0 ? 1 : -1
      const verdict = pick(label > 0 ? ['真好', '满意', '舒服', '喜欢'] : ['真差', '失望', '难受', '讨厌'])
      return { text: `${pick(words)}${pick(['今天', '一直', '还是'])}${verdict}${i}`, label, domain }
    }),
  )
}

describe('training', () => {
  const none = new Map<number, number>()

  it('gives the same bytes for the same data', () => {
    const examples = toExamples(fold, sample(3))
    const [a, b] = [pack(trainLinear(examples, none)), pack(trainLinear(examples, none))]
    expect(Buffer.from(a.bytes).equals(Buffer.from(b.bytes))).toBe(true)
    const other = pack(trainLinear(toExamples(fold, sample(4)), none))
    expect(Buffer.from(a.bytes).equals(Buffer.from(other.bytes))).toBe(false)
  })

  it('carries what the domains share to a domain it never saw', () => {
    const examples = toExamples(fold, sample(5))
    const weights = trainLinear(
      examples.filter((e) => e.domain !== 'park'),
      none,
    )
    const held = examples.filter((e) => e.domain === 'park')
    const figures = figuresOf(
      held.map((e) => scoreExample(of(weights), e)),
      held.map((e) => e.label),
    )
    expect(figures.accuracy).toBeGreaterThan(90)
  })

  it('lets a word of one domain only move less than a word the domains agree on', () => {
    const lone = sample(6).map((s) =>
      s.domain === 'tea' && s.label > 0 ? { ...s, text: `${s.text}馥郁` } : s,
    )
    const weights = trainLinear(toExamples(fold, lone), none)
    expect(scoreExample(of(weights), example('满意'))).toBeGreaterThan(
      scoreExample(of(weights), example('馥郁')),
    )
  })
})

describe('lexicon prior', () => {
  it('gives a word its own strength though a shorter word inside it says the opposite', () => {
    const prior = priorWeights(fold, parseLexicon('3 满意\n-3 不满意\n-2 再也不来'))
    expect(scoreExample(of(prior), example('我满意啊'))).toBeGreaterThan(0)
    expect(scoreExample(of(prior), example('我不满意啊'))).toBeLessThan(0)
    expect(scoreExample(of(prior), example('我再也不来啊'))).toBeLessThan(0)
  })

  it('turns a word round after a negator within reach, and not after 不仅', () => {
    const prior = priorWeights(fold, parseLexicon('3 好吃'))
    const plain = scoreExample(of(prior), example('菜好吃的'))
    expect(scoreExample(of(prior), example('不太好吃的'))).toBeLessThan(plain / 2)
    expect(scoreExample(of(prior), example('不仅好吃的'))).toBeGreaterThan(plain / 2)
  })

  it('says nothing of an ordinary word that holds a polar character, and only of that word', () => {
    const words = parseLexicon('-2 黑\n-2 黑心')
    const plain = priorWeights(fold, words)
    const prior = priorWeights(fold, words, ordinaryWords(fold, '黑板 300 n\n黑心 90 a\n黑猫 7 n\n不黑 80 v'))
    expect(scoreExample(of(plain), example('那块黑板呢'))).toBeLessThan(0)
    expect(scoreExample(of(prior), example('那块黑板呢'))).toBeCloseTo(0)
    for (const message of ['脸色发黑', '真黑心啊', '那只黑猫', '真的不黑'])
      expect(scoreExample(of(prior), example(message))).toBe(scoreExample(of(plain), example(message)))
  })

  it('leaves the parts of a long word alone when they say it already', () => {
    const prior = priorWeights(fold, parseLexicon('3 满意\n2 太满意\n-2 不太满意\n2 服务满意'))
    const short = priorWeights(fold, parseLexicon('3 满意\n2 太满意'))
    expect(scoreExample(of(prior), example('服务太满意'))).toBe(
      scoreExample(of(short), example('服务太满意')),
    )
    expect(scoreExample(of(prior), example('我不太满意'))).toBeLessThan(0)
  })

  it('refuses a line without a strength', () => {
    expect(() => parseLexicon('好吃 难吃')).toThrow(/strength/)
  })
})

describe('table of weights', () => {
  const random = seededRandom(7)
  const features = Array.from({ length: 20_000 }, () => (random() * 2 ** 32) | 0)
  const { bytes, scale } = pack(new Map(features.map((f, i) => [f, i % 2 === 0 ? 1 : -2])), 2 ** 17)

  it('gives back what was put in, the heavier one where two claim a place', () => {
    const found = features.map((f) => weightOf(bytes, f) * scale)
    const heavy = found.filter((w, i) => i % 2 === 1 && Math.abs(w + 2) < scale).length
    const light = found.filter((w, i) => i % 2 === 0 && Math.abs(w - 1) < scale).length
    expect(heavy).toBeGreaterThan(9000)
    expect(light).toBeGreaterThan(7000)
    expect(light).toBeLessThan(heavy)
  })

  it('weighs nearly every feature that was never put in as 0', () => {
    const strangers = Array.from({ length: 20_000 }, () => (random() * 2 ** 32) | 0)
    expect(strangers.filter((f) => weightOf(bytes, f) !== 0).length).toBeLessThan(80)
  })
})

describe('data', () => {
  it('reads TSV with or without carriage returns', () => {
    expect(parseTable('polarity\ttext\r\npositive\t好\r\n')).toEqual([{ polarity: 'positive', text: '好' }])
  })

  it('tells the kinds of review apart, also without a seed word', () => {
    const texts = [
      '酒店房间很大',
      '入住的酒店房间安静整洁',
      '这本书的作者',
      '小说故事动人',
      '电脑屏幕清晰',
      '房间安静整洁',
    ]
    expect(reviewDomains(texts)).toEqual(['hotel', 'hotel', 'book', 'book', 'product', 'hotel'])
  })
})

describe('shipped sentiment weights', () => {
  const { sentiment } = loadAnalyserResources()
  const text = createFoldedText(400)
  const score = (message: string): number => {
    foldInto(fold, message, text)
    return sentimentScore(sentiment, text)
  }

  it('are between 256 KiB and 1 MiB', () => {
    expect(sentiment.weights.length).toBeGreaterThanOrEqual(2 ** 18)
    expect(sentiment.weights.length).toBeLessThanOrEqual(2 ** 20)
  })

  it('tell complaint from praise in the service chats the product is for', () => {
    for (const message of [
      '停水两天了没人管',
      '电梯又坏了，物业态度太差',
      '等了一个小时还没到，太慢了',
      '垃圾满地没人清理，臭死了',
    ]) {
      expect({ message, negative: score(message) < 0 }).toEqual({ message, negative: true })
    }
    for (const message of [
      '谢谢师傅，修得很快，非常满意',
      '老师很耐心，孩子很喜欢',
      '服务热情周到，点赞',
      '问题解决了，感谢物业',
    ]) {
      expect({ message, positive: score(message) > 0 }).toEqual({ message, positive: true })
    }
  })

  it('turn praise round after a negator', () => {
    for (const message of ['不太好吃', '服务不是很周到', '没有想象中那么方便', '住着不怎么舒服'])
      expect({ message, positive: score(message) > 0 }).toEqual({ message, positive: false })
  })

  it('do not follow length: repeating a character or a digit does not shout', () => {
    expect(Math.abs(score('8'.repeat(200)))).toBeLessThan(Math.abs(score('非常满意')))
    expect(Math.abs(score('哈'.repeat(200)) - score('哈'.repeat(50)))).toBeLessThan(2)
  })
})
