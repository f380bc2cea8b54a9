import { describe, expect, it } from 'vitest'
import { createAnalyser } from './analyser.ts'
import { CANDIDATE_BASE, isCandidate, wordsAmong } from './candidates.ts'
import { loadAnalyserResources } from './resources.ts'

const resources = loadAnalyserResources()
const secret = new Uint8Array(16).fill(7)
const analyser = createAnalyser(resources, { candidateSecret: secret })
const other = createAnalyser(resources, { candidateSecret: new Uint8Array(16).fill(8) })
const unknown = (text: string, from = analyser): number[] => {
  const { terms, count } = from.analyse(text)
  return [...terms.subarray(0, count)].filter(isCandidate)
}

describe('candidates', () => {
  it('give an unknown name the same ids in every text, after the words of the dictionary', () => {
    const alone = unknown('锦樾珺')
    expect(alone).toHaveLength(2)
    const { terms, count } = analyser.analyse('今天锦樾珺停水了')
    const all = [...terms.subarray(0, count)]
    expect(all).toEqual(expect.arrayContaining(alone))
    expect(all.slice(all.findIndex(isCandidate)).every(isCandidate)).toBe(true)
    expect(analyser.vocabulary.word(alone[0]!)).toBe('')
    expect(wordsAmong(alone)).toBe(1)
  })

  it('give an unknown word in letters one id, wherever it stands in a text', () => {
    const alone = unknown('Zephyra')
    expect(alone).toHaveLength(1)
    expect(unknown('今天 Zephyra 停水了')).toEqual(alone)
    expect(unknown('今天的zephyra停水')).toEqual(alone)
    expect(unknown('Zephyro')).not.toEqual(alone)
  })

  it('are bounded, and placed by the secret', () => {
    const ids = unknown('锦樾珺')
    for (const id of ids) expect(id - CANDIDATE_BASE).toBeLessThan(2 ** 20)
    expect(unknown('锦樾珺', other)).not.toEqual(ids)
  })

  it('are not made of pronouns, particles, contact data or names on the roster', () => {
    expect(unknown('我也在的了吗')).toEqual([])
    expect(unknown('加微信 zxcvbnmq77')).toEqual(unknown('微信'))
    analyser.setRoster(analyser.hashRoster(['锦樾珺'], secret), secret)
    expect(unknown('锦樾珺来了')).toEqual([])
    analyser.setRoster(undefined, secret)
  })

  it('become words once approved', () => {
    analyser.setApprovedWords(['锦樾珺'])
    expect(unknown('锦樾珺停水')).toEqual([])
    expect(analyser.analyse('锦樾珺停水').terms[0]).toBe(analyser.vocabulary.idOf('锦樾珺'))
    analyser.setApprovedWords([])
  })
})
