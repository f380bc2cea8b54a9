import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { BATCH_LIMIT, GuanlanEvent, IngestResult } from '../event.ts'

/** Taken by its own handler before the others, for speed; described here so that it is documented like them. */
export const ingestEndpoint = endpoint({
  operationId: 'postEvents',
  method: 'post',
  path: '/api/v1/events',
  summary: 'Take moderation decisions: one event or up to 5,000, answered event by event',
  tag: 'ingest',
  access: 'key',
  body: z.union([GuanlanEvent, z.array(GuanlanEvent).max(BATCH_LIMIT)]),
  response: IngestResult,
})
