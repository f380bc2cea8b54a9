import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFold, createFoldedText, foldInto } from './fold.ts'
import { createLexicon } from './lexicon.ts'
import { createSegmenter } from './segmenter.ts'
import { createTrie, pairBit } from './trie.ts'

const DICTIONARY = [
  '研究 500 vn',
  '研究生 200 n',
  '生命 400 n',
  '命 100 n',
  '起源 300 n',
  '的 9000 uj',
  '生 90 v',
  'wifi 10 n',
].join('\n')
const fold = createFold('')
const lexicon = createLexicon(fold, { dictionary: DICTIONARY, stopWords: [], notNames: [], contentWords: [] })
const segmenter = createSegmenter(lexicon, 100)
const cut = (message: string): string[] => {
  const text = createFoldedText(100)
  foldInto(fold, message, text)
  const tokens = segmenter.segment(text)
  return Array.from({ length: tokens.count }, (_, i) =>
    String.fromCharCode(...text.units.subarray(tokens.start[i], tokens.end[i])),
  )
}

/** Every segmentation of a text, scored; the oracle for short texts. */
function bestByForce(message: string): number {
  if (message === '') return 0
  let best = -Infinity
  for (let size = 1; size <= message.length; size++) {
    const id = lexicon.trie.find(message.slice(0, size))
    const own = id !== undefined ? lexicon.logProbability[id]! : size === 1 ? lexicon.unknown : -Infinity
    if (own > -Infinity) best = Math.max(best, own + bestByForce(message.slice(size)))
  }
  return best
}

describe('segmenter', () => {
  it('takes the most probable cut, not the longest word first', () => {
    expect(cut('研究生命的起源')).toEqual(['研究', '生命', '的', '起源'])
  })

  it('finds the best segmentation that trying all of them finds', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...'研究生命的起源'), { minLength: 1, maxLength: 9 }), (chars) => {
        const score = cut(chars.join('')).reduce((sum, word) => {
          const id = lexicon.trie.find(word)
          return sum + (id === undefined ? lexicon.unknown : lexicon.logProbability[id]!)
        }, 0)
        expect(score).toBeCloseTo(bestByForce(chars.join('')), 4)
      }),
    )
  })

  it('never cuts a word of letters in two', () => {
    expect(cut('mywifi的wifi')).toEqual(['mywifi', '的', 'wifi'])
  })
})

describe('trie', () => {
  it('gives back what was put in, by dense ids, and nothing else', () => {
    const word = fc.string({
      unit: fc.constantFrom(...'甲乙丙丁戊己庚辛', 'a', 'b'),
      minLength: 1,
      maxLength: 5,
    })
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), fc.array(word, { maxLength: 20 }), (words, others) => {
        const trie = createTrie(400, 100)
        for (const w of words) trie.insert(w)
        const distinct = [...new Set(words)]
        expect(trie.size).toBe(distinct.length)
        distinct.forEach((w, id) => {
          expect(trie.find(w)).toBe(id)
          expect(trie.word(id)).toBe(w)
          const bit = w.length > 1 ? pairBit(w.charCodeAt(0), w.charCodeAt(1)) : -1
          if (bit >= 0) expect((trie.tables.pairs[bit >>> 5]! >>> (bit & 31)) & 1).toBe(1)
        })
        for (const w of others) if (!distinct.includes(w)) expect(trie.find(w)).toBeUndefined()
      }),
    )
  })

  it('refuses to overflow', () => {
    const trie = createTrie(4, 2)
    trie.insert('甲')
    trie.insert('乙')
    expect(() => trie.insert('丙')).toThrow(RangeError)
    expect(() => trie.word(7)).toThrow(RangeError)
    const low = createTrie(2, 9)
    low.insert('甲乙丙')
    expect(() => low.insert('甲乙丁')).toThrow(RangeError)
  })
})
