import type { ReportLocale, ReportSentence } from './report.ts'
import { inputOf } from './report-sentence-input.ts'
import { SENTENCES_EN } from './report-sentences-en.ts'
import { SENTENCES_ZH } from './report-sentences-zh.ts'
import type { ReportContext } from './report-words.ts'

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
