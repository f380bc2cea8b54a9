import {
  type AuditExportFilter,
  type AuditQuery,
  auditHeadsEndpoint,
  checkAuditEndpoint,
  decideAuditExportEndpoint,
  listAuditEndpoint,
  listAuditExportsEndpoint,
  requestAuditExportEndpoint,
  takeAuditExportEndpoint,
} from '@guanlan/contract/endpoints/audit'
import {
  deleteHistoryEndpoint,
  holdingsEndpoint,
  processingRecordCsvEndpoint,
  processingRecordEndpoint,
  retentionEndpoint,
  saltsEndpoint,
} from '@guanlan/contract/endpoints/protection'
import { at } from './address.ts'
import { call } from './client.ts'

export type AuditAsked = { [K in keyof AuditQuery]?: AuditQuery[K] | undefined }

/** The audit, and what this installation holds. Each rejects with ApiFailure only. */
export const auditApi = {
  list: (asked: AuditAsked) => call(at(listAuditEndpoint, {}, { ...asked })),
  check: () => call(checkAuditEndpoint),
  heads: () => call(auditHeadsEndpoint),
  exports: async () => (await call(listAuditExportsEndpoint)).exports,
  requestExport: (filter: AuditExportFilter, reason: string) =>
    call(requestAuditExportEndpoint, { filter, reason }),
  decideExport: (id: string, approve: boolean) => call(at(decideAuditExportEndpoint, { id }), { approve }),
  exportFile: (id: string) => at(takeAuditExportEndpoint, { id }).path,

  holdings: () => call(holdingsEndpoint),
  retention: async (limit: number) => (await call(at(retentionEndpoint, {}, { limit }))).proofs,
  salts: () => call(saltsEndpoint),
  processing: () => call(processingRecordEndpoint),
  processingFile: (locale: string) => at(processingRecordCsvEndpoint, {}, { locale }).path,
  previewDeletion: (id: string) => call(at(deleteHistoryEndpoint, { id }), { preview: true }),
  deleteHistory: (id: string, reason: string) =>
    call(at(deleteHistoryEndpoint, { id }), { preview: false, confirm: id, reason }),
}
