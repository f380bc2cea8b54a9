import type { Edition, ReportLocale } from '@guanlan/contract/report'
import { renderSentence } from '@guanlan/contract/report-sentences'
import { editionNumber, editionTitle, sectionTitle } from '@guanlan/contract/report-words'

/** The edition as stored, after its JSON Schema's address, with each section's sentences in words. */
export async function render(edition: Edition, locale: ReportLocale): Promise<Buffer> {
  const words = {
    locale,
    title: editionTitle(edition, locale),
    number: editionNumber(edition, locale),
    sections: edition.sections.map((section) => ({
      key: section.key,
      title: sectionTitle(section.key, locale),
      sentences: section.sentences.map((sentence) => renderSentence(sentence, edition, locale)),
      notes: section.notes.map((note) => renderSentence(note, edition, locale)),
    })),
  }
  const document = { $schema: '/api/v1/report-schema', edition, words }
  return Buffer.from(`${JSON.stringify(document, null, 2)}\n`)
}
