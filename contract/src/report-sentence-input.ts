import type { SentenceParams } from './report.ts'
import type { ReportContext } from './report-words.ts'

/** Parameters of one sentence, with what they are checked against: a template that lacks one fails loudly, not quietly. */
export interface SentenceInput {
  readonly context: ReportContext
  /** @throws RangeError when the parameter is absent or of another type */
  number(name: string): number
  maybe(name: string): number | null
  text(name: string): string
  list(name: string): readonly string[]
}

export type SentenceTemplate = (input: SentenceInput) => string

export function inputOf(key: string, params: SentenceParams, context: ReportContext): SentenceInput {
  const wrong = (name: string) => new RangeError(`the sentence ${key} has no fitting ${name}`)
  return {
    context,
    number(name) {
      const value = params[name]
      if (typeof value !== 'number') throw wrong(name)
      return value
    },
    maybe(name) {
      const value = params[name]
      return typeof value === 'number' ? value : null
    },
    text(name) {
      const value = params[name]
      if (typeof value !== 'string') throw wrong(name)
      return value
    },
    list(name) {
      const value = params[name]
      if (!Array.isArray(value)) throw wrong(name)
      return value
    },
  }
}
