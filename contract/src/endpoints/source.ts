import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { RejectionCode, SourceName, Timestamp } from '../event.ts'

export const SourceHealthQuery = z.strictObject({
  /** Counted from the start of the local day that holds this time; left out: today. */
  since: Timestamp.optional(),
})
export type SourceHealthQuery = z.infer<typeof SourceHealthQuery>

/** What one source sent, by outcome. Counts only. */
export const SourceHealth = z.strictObject({
  source: SourceName,
  /** First local day that is counted, as an instant (ms since epoch). */
  since: z.int(),
  accepted: z.int().min(0),
  duplicates: z.int().min(0),
  /** Corrections accepted whose target is not known yet. */
  pending: z.int().min(0),
  /** Corrections whose target did not come within 24 h. */
  correctsUnknown: z.int().min(0),
  rejected: z.partialRecord(RejectionCode, z.int().min(0)),
  lastSeenAt: z.int().nullable(),
})
export type SourceHealth = z.infer<typeof SourceHealth>

export const sourceHealthEndpoint = endpoint({
  operationId: 'getSourceHealth',
  method: 'get',
  path: '/api/v1/source/health',
  summary: "What the key's own source sent and what became of it",
  tag: 'ingest',
  access: 'key',
  query: SourceHealthQuery,
  response: SourceHealth,
})
