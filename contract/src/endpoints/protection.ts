import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { GroupId } from '../event.ts'
import {
  HistoryDeletion,
  HistoryDeletionRequest,
  Holdings,
  ProcessingRecord,
  RetentionProof,
  SaltReceipts,
} from '../protection.ts'

const everybody = {
  roles: ['duty', 'group-admin', 'unit-lead', 'communications', 'leader', 'auditor', 'sysadmin'],
} as const
const keepers = { roles: ['communications', 'leader', 'auditor', 'sysadmin'] } as const

export const holdingsEndpoint = endpoint({
  operationId: 'getHoldings',
  method: 'get',
  path: '/api/v1/protection/holdings',
  summary: 'What this installation holds, read from the real schema of both engines, and what it cannot know',
  tag: 'protection',
  access: everybody,
  response: Holdings,
})

export const retentionEndpoint = endpoint({
  operationId: 'listRetentionProofs',
  method: 'get',
  path: '/api/v1/protection/retention',
  summary: 'Day by day, what was deleted and what is the oldest that is left; newest first',
  tag: 'protection',
  access: everybody,
  query: z.strictObject({ limit: z.coerce.number().int().min(1).max(400).default(30) }),
  response: z.strictObject({ proofs: z.array(RetentionProof) }),
})

export const saltsEndpoint = endpoint({
  operationId: 'listSaltReceipts',
  method: 'get',
  path: '/api/v1/protection/salts',
  summary: 'When salts of pseudonyms were made and dropped, and what that proves; newest first',
  tag: 'protection',
  access: everybody,
  response: SaltReceipts,
})

export const processingRecordEndpoint = endpoint({
  operationId: 'getProcessingRecord',
  method: 'get',
  path: '/api/v1/protection/processing-record',
  summary: 'Record of processing activities, from the configuration in force',
  tag: 'protection',
  access: keepers,
  response: ProcessingRecord,
})

export const processingRecordCsvEndpoint = endpoint({
  operationId: 'exportProcessingRecord',
  method: 'get',
  path: '/api/v1/protection/processing-record.csv',
  summary: 'The same record as a table, in the language asked for',
  tag: 'protection',
  access: keepers,
  query: z.strictObject({ locale: z.enum(['zh-CN', 'en']).default('zh-CN') }),
  produces: 'text/csv',
})

export const deleteHistoryEndpoint = endpoint({
  operationId: 'deleteGroupHistory',
  method: 'post',
  path: '/api/v1/groups/:id/history-deletion',
  summary:
    'Delete what is counted about a group, or say what that would change; for who edits the register of the organisation',
  tag: 'protection',
  access: { roles: ['communications', 'sysadmin'] },
  params: z.strictObject({ id: GroupId }),
  body: HistoryDeletionRequest,
  response: HistoryDeletion,
})
