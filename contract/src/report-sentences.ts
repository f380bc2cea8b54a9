import type { ReportLocale, ReportSentence, SentenceParams } from './report.ts'
import { SENTENCES_EN } from './report-sentences-en.ts'
import { SENTENCES_ZH } from './report-sentences-zh.ts'
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

function inputOf(key: string, params: SentenceParams, context: ReportContext): SentenceInput {
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

/** Keys of all templates; each has a Chinese and an English form (a test holds them together). */
export const SENTENCE_KEYS: readonly string[] = Object.keys(SENTENCES_ZH)

/**
 * A sentence in the reader's language. Pure: the same sentence of the same edition always reads the same.
 * @throws RangeError for an unknown template or a missing parameter
 */
export function renderSentence(
  { key, params }: Pick<ReportSentence, 'key' | 'params'>,
  context: ReportContext,
  locale: ReportLocale,
): string {
  const template = (locale === 'en' ? SENTENCES_EN : SENTENCES_ZH)[key]
  if (template === undefined) throw new RangeError(`there is no sentence ${key}`)
  return template(inputOf(key, params, context))
}
