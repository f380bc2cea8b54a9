// Makes one form of one edition and ends: drawing and packing take seconds of pure computing, which in the server's own
// process would stop ingest and heartbeats. Gets its work as one message, answers with one.

import type { Edition, ReportLocale } from '@guanlan/contract/report'
import type { ReportFormat } from '@guanlan/contract/report-work'
import type { AccountNames } from './outline.ts'

export interface RenderWork {
  format: ReportFormat
  edition: Edition
  locale: ReportLocale
  accounts: AccountNames
}
export type RenderAnswer = { document: Uint8Array } | { error: string }
type Render = (edition: Edition, locale: ReportLocale, accounts: AccountNames) => Promise<Buffer>

/** One line a form: loaded only when asked for, since each brings a library of its own. */
const FORMS: Record<ReportFormat, () => Promise<{ render: Render }>> = {
  docx: () => import('./docx.ts'),
  xlsx: () => import('./xlsx.ts'),
  pdf: () => import('./pdf.ts'),
  csv: () => import('./csv.ts'),
  json: () => import('./json.ts'),
}

async function answerTo({ format, edition, locale, accounts }: RenderWork): Promise<RenderAnswer> {
  try {
    const { render } = await FORMS[format]()
    return { document: await render(edition, locale, accounts) }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}

process.once('message', (work: RenderWork) => {
  void answerTo(work).then((answer) => process.send?.(answer, () => process.disconnect()))
})
