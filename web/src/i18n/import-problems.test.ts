import { IMPORT_PROBLEMS } from '@guanlan/contract/import-problem'
import { expect, it } from 'vitest'
import { importProblemsEn } from './import-problems.en.ts'
import { importProblemsZhCN } from './import-problems.zh-cn.ts'

const slots = (text: string | undefined) =>
  [...(text ?? '').matchAll(/\{([a-z]+)\}/g)].map((match) => match[1]).sort()

it.each([
  ['zh-CN', importProblemsZhCN],
  ['en', importProblemsEn],
] as const)(
  '%s has words for every problem of an import, with the values that it carries',
  (_locale, words) => {
    const known: Record<string, string> = words
    expect(Object.keys(known).sort()).toEqual(Object.keys(IMPORT_PROBLEMS).sort())
    for (const [code, values] of Object.entries(IMPORT_PROBLEMS))
      expect([code, slots(known[code])]).toEqual([code, [...values].sort()])
  },
)
