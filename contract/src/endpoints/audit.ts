import { z } from 'zod'
import { endpoint } from '../endpoint.ts'

/** One entry of the audit. `detail` holds ids, counts and days; never text, words, senders or secrets. */
export const AuditEntry = z.strictObject({
  seq: z.int(),
  at: z.iso.datetime(),
  actor: z.string(),
  action: z.string(),
  target: z.string(),
  detail: z.record(z.string(), z.unknown()),
  hash: z.string(),
})
export type AuditEntry = z.infer<typeof AuditEntry>

export const AuditQuery = z.strictObject({
  /** Only entries before this one, for the next page. */
  before: z.coerce.number().int().min(1).optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
  actor: z.string().max(64).optional(),
  /** An action such as key.revoke, or its first part such as key. */
  action: z
    .string()
    .regex(/^[a-z-]+(\.[a-z-]+)?$/)
    .optional(),
  target: z.string().max(128).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
})
export type AuditQuery = z.infer<typeof AuditQuery>

export const AuditCheck = z.strictObject({
  ok: z.boolean(),
  entries: z.int().optional(),
  head: z.strictObject({ seq: z.int(), hash: z.string() }).optional(),
  problem: z.enum(['changed', 'removed', 'reordered', 'cut', 'rewritten']).optional(),
  seq: z.int().optional(),
  detail: z.string().optional(),
})
export type AuditCheck = z.infer<typeof AuditCheck>

export const listAuditEndpoint = endpoint({
  operationId: 'listAudit',
  method: 'get',
  path: '/api/v1/audit',
  summary: 'The audit, newest first',
  tag: 'audit',
  access: { roles: ['auditor'] },
  query: AuditQuery,
  response: z.strictObject({ entries: z.array(AuditEntry), next: z.int().nullable() }),
})

export const checkAuditEndpoint = endpoint({
  operationId: 'checkAudit',
  method: 'get',
  path: '/api/v1/audit/check',
  summary: 'Walk the whole chain: is every entry what was written, in its place, and none missing?',
  tag: 'audit',
  access: { roles: ['auditor'] },
  response: AuditCheck,
})

export const exportAuditEndpoint = endpoint({
  operationId: 'exportAudit',
  method: 'get',
  path: '/api/v1/audit/export',
  summary: 'The audit as lines of JSON, oldest first; the export itself is recorded',
  tag: 'audit',
  access: { roles: ['auditor'] },
  produces: 'application/x-ndjson',
})
