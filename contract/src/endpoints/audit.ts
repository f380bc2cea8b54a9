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
    .regex(/^[a-z-]+(\.[a-z-]+){0,2}$/)
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
  /** Heads kept from earlier days that were compared. */
  heads: z.int().optional(),
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

/** Which entries a file holds. */
export const AuditExportFilter = AuditQuery.omit({ before: true, limit: true })
export type AuditExportFilter = z.infer<typeof AuditExportFilter>

/** waiting: somebody else has to agree; approved: the one who asked may take the file until `endsAt`; ended: too late. */
export const AuditExportState = z.enum(['waiting', 'approved', 'refused', 'ended'])
export type AuditExportState = z.infer<typeof AuditExportState>

export const AuditExport = z.strictObject({
  id: z.string(),
  filter: AuditExportFilter,
  reason: z.string(),
  state: AuditExportState,
  requestedBy: z.string(),
  requestedByName: z.string(),
  requestedAt: z.iso.datetime(),
  decidedBy: z.string().nullable(),
  decidedAt: z.iso.datetime().nullable(),
  endsAt: z.iso.datetime().nullable(),
  /** The caller asked for it: may take the file, may not decide. */
  own: z.boolean(),
})
export type AuditExport = z.infer<typeof AuditExport>

/** Head of the chain on a day, as it was kept and as the receiver outside has taken it. */
export const AuditDayHead = z.strictObject({
  day: z.iso.date(),
  seq: z.int(),
  hash: z.string(),
  keptAt: z.iso.datetime(),
  /** When the receiver answered that it has it; null: not yet. */
  receivedAt: z.iso.datetime().nullable(),
  attempts: z.int(),
})
export type AuditDayHead = z.infer<typeof AuditDayHead>

export const AuditHeads = z.strictObject({
  head: z.strictObject({ seq: z.int(), hash: z.string() }),
  /** Host of the receiver; null: none is configured, and a cut tail would only show against a printed report. */
  receiver: z.string().nullable(),
  /** Days kept and not yet received. */
  waiting: z.int(),
  days: z.array(AuditDayHead),
})
export type AuditHeads = z.infer<typeof AuditHeads>

export const auditHeadsEndpoint = endpoint({
  operationId: 'listAuditHeads',
  method: 'get',
  path: '/api/v1/audit/heads',
  summary: 'Head of the chain, day by day, and whether the receiver outside has it; newest first',
  tag: 'audit',
  access: { roles: ['auditor', 'sysadmin'] },
  response: AuditHeads,
})

export const listAuditExportsEndpoint = endpoint({
  operationId: 'listAuditExports',
  method: 'get',
  path: '/api/v1/audit/exports',
  summary: 'Exports of the audit that were asked for, newest first',
  tag: 'audit',
  access: { roles: ['auditor', 'leader'] },
  response: z.strictObject({ exports: z.array(AuditExport) }),
})

export const requestAuditExportEndpoint = endpoint({
  operationId: 'requestAuditExport',
  method: 'post',
  path: '/api/v1/audit/exports',
  summary: 'Ask for a file of entries; another auditor, or the leader of the organisation, has to agree',
  tag: 'audit',
  access: { roles: ['auditor'] },
  body: z.strictObject({ filter: AuditExportFilter.default({}), reason: z.string().trim().min(4).max(400) }),
  response: AuditExport,
  status: 201,
})

export const decideAuditExportEndpoint = endpoint({
  operationId: 'decideAuditExport',
  method: 'post',
  path: '/api/v1/audit/exports/:id/decision',
  summary: 'Agree to an export or refuse it; never to one’s own',
  tag: 'audit',
  access: { roles: ['auditor', 'leader'] },
  params: z.strictObject({ id: z.string().min(1).max(64) }),
  body: z.strictObject({ approve: z.boolean() }),
  response: AuditExport,
})

export const takeAuditExportEndpoint = endpoint({
  operationId: 'takeAuditExport',
  method: 'get',
  path: '/api/v1/audit/exports/:id/file',
  summary: 'The entries as lines of JSON, oldest first, for the one who asked; each taking is recorded',
  tag: 'audit',
  access: { roles: ['auditor'] },
  params: z.strictObject({ id: z.string().min(1).max(64) }),
  produces: 'application/x-ndjson',
})
