import { composeEdition } from '@guanlan/analytics/reporting/edition'
import { factsOf } from '@guanlan/analytics/reporting/testing'
import { expect, it } from 'vitest'
import { keptCells } from './reports.ts'

it('keeps words of the topics that the edition names, and of others the counts only', () => {
  const facts = factsOf()
  const cell = { kind: 'topic' as const, from: 1, to: 2, people: 12, messages: 40, sentiment: null }
  const content = { ...composeEdition(facts), names: { ...facts.names, topics: { 't-named': ['停水'] } } }
  const cells = ['t-named', 't-other', 'constructor'].map((key) => ({ ...cell, key, words: ['停水'] }))
  expect(keptCells(content, cells)).toEqual([
    { ...cell, key: 't-named', words: ['停水'] },
    { ...cell, key: 't-other', words: [] },
    { ...cell, key: 'constructor', words: [] },
  ])
})
