import {
  deleteHistoryEndpoint,
  holdingsEndpoint,
  processingRecordCsvEndpoint,
  processingRecordEndpoint,
  retentionEndpoint,
  saltsEndpoint,
} from '@guanlan/contract/endpoints/protection'
import type { Holdings, ProcessingRecord } from '@guanlan/contract/protection'
import { appError } from '@guanlan/contract/errors'
import { hasRightOver } from '../../identity/access.ts'
import type { Audit } from '../../identity/audit.ts'
import type { DeleteHistory } from '../../protection/delete-history.ts'
import { processingRecordCsv } from '../../protection/processing-record.ts'
import type { RetentionKeeper } from '../../protection/retention.ts'
import type { SaltKeeper } from '../../protection/salts.ts'
import type { Directory } from '../../register/directory.ts'
import type { Route } from '../route.ts'
import { route } from '../route.ts'

export interface ProtectionRouteDeps {
  readonly audit: Audit
  readonly directory: Directory
  readonly today: () => string
  readonly holdings: () => Promise<Holdings>
  readonly retentionKeeper: RetentionKeeper
  readonly salts: SaltKeeper
  readonly record: () => ProcessingRecord
  readonly deleteHistory: DeleteHistory
}

/** What is held about whom, how it ends, and how to end it. */
export function protectionRoutes(deps: ProtectionRouteDeps): Route[] {
  const { audit, directory, today, retentionKeeper, salts, record, deleteHistory } = deps
  return [
    route(holdingsEndpoint, () => deps.holdings()),
    route(retentionEndpoint, async ({ query }) => ({ proofs: await retentionKeeper.list(query.limit) })),
    route(saltsEndpoint, () => salts.list()),
    route(processingRecordEndpoint, () => record()),
    route(processingRecordCsvEndpoint, async ({ actor, query, res }) => {
      await audit.append(actor?.id ?? '', 'protection.export', 'processing-record', { locale: query.locale })
      res.setHeader('Content-Disposition', 'attachment; filename="processing-record.csv"')
      return processingRecordCsv(record(), query.locale)
    }),
    route(deleteHistoryEndpoint, ({ actor, params, body }) => {
      if (actor === undefined || !hasRightOver(actor, 'editRegister', directory.root, directory, today()))
        throw appError('forbidden', 'who edits the register of the whole organisation deletes histories')
      return deleteHistory(actor.id, params.id, body)
    }),
  ]
}
