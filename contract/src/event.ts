import { z } from 'zod'
import { CategoryCode } from './taxonomy.ts'

export const Decision = z.enum(['allowed', 'warned', 'restricted', 'removed'])
export type Decision = z.infer<typeof Decision>
export const DecidedBy = z.enum(['automated', 'human'])
export type DecidedBy = z.infer<typeof DecidedBy>
export const ContentKind = z.enum(['text', 'image', 'link', 'file', 'voice', 'video'])
export type ContentKind = z.infer<typeof ContentKind>

/** RFC 3339 with an offset, for example 2026-11-21T09:30:12.345+08:00. */
export const Timestamp = z.iso.datetime({ offset: true })

export const EventId = z.string().regex(/^[A-Za-z0-9._:-]{1,128}$/, 'takes 1 to 128 of A-Z a-z 0-9 . _ : -')
/** Registered group and unit ids use the same alphabet as event ids. */
export const GroupId = z.string().regex(/^[A-Za-z0-9._:-]{1,64}$/)
export const UnitId = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/)
export const SourceName = z.string().regex(/^[A-Za-z0-9._:/-]{1,64}$/)

export const Moderation = z
  .strictObject({
    decision: Decision,
    category: CategoryCode.optional(),
    by: DecidedBy,
    decidedAt: Timestamp,
    confidence: z.number().min(0).max(1).optional(),
  })
  .superRefine((value, context) => {
    if (value.decision === 'allowed' && value.category !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['category'],
        message: 'must be left out when the decision is allowed',
      })
    }
    if (value.decision !== 'allowed' && value.category === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['category'],
        message: 'is required unless the decision is allowed',
      })
    }
  })
export type Moderation = z.infer<typeof Moderation>

export const TEXT_LIMIT = 10_000

/** A moderation decision about one message. `sender` and `content.text` are analysed in memory and never stored. */
export const ModeratedEvent = z.strictObject({
  id: EventId,
  type: z.literal('message.moderated'),
  time: Timestamp,
  group: GroupId,
  sender: z.string().min(1).max(128),
  content: z.strictObject({ kind: ContentKind, text: z.string().max(TEXT_LIMIT).optional() }),
  moderation: Moderation,
})
export type ModeratedEvent = z.infer<typeof ModeratedEvent>

/** A human reversed or changed an earlier decision. `corrects` names the original message of the same source. */
export const CorrectedEvent = z.strictObject({
  id: EventId,
  type: z.literal('message.corrected'),
  corrects: EventId,
  moderation: Moderation,
})
export type CorrectedEvent = z.infer<typeof CorrectedEvent>

export const GuanlanEvent = z.discriminatedUnion('type', [ModeratedEvent, CorrectedEvent])
export type GuanlanEvent = z.infer<typeof GuanlanEvent>

export const BATCH_LIMIT = 5_000
export const BODY_LIMIT_BYTES = 8 * 1024 * 1024

export const RejectionCode = z.enum([
  'invalid_event',
  'unknown_group',
  'group_not_filed',
  'group_no_administrator',
  'group_not_informed',
  'group_dissolved',
  'unknown_category',
  'time_in_future',
  'time_too_old',
  'source_mismatch',
])
export type RejectionCode = z.infer<typeof RejectionCode>

/** Why one event of a batch was refused. `detail` never holds text, a sender or an upstream id. */
export const Rejection = z.strictObject({
  index: z.int().min(0),
  code: RejectionCode,
  /** JSON pointer into the event, where there is one. */
  pointer: z.string().optional(),
  detail: z.string(),
})
export type Rejection = z.infer<typeof Rejection>

export const IngestResult = z.strictObject({
  accepted: z.int().min(0),
  duplicates: z.int().min(0),
  pending: z.int().min(0),
  rejected: z.array(Rejection),
})
export type IngestResult = z.infer<typeof IngestResult>
