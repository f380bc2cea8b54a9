import { z } from 'zod'
import { SourceName, UnitId } from './event.ts'
import { ScopeKey } from './scope.ts'

const Instant = z.iso.datetime()
export const SecretState = z.enum(['ok', 'expired', 'revoked'])
export type SecretState = z.infer<typeof SecretState>

/** A key of a source as lists show it; its secret is nowhere. */
export const Key = z.strictObject({
  id: z.string(),
  prefix: z.string(),
  source: SourceName,
  unitId: UnitId,
  mayIngest: z.boolean(),
  mayRead: z.boolean(),
  ratePerSecond: z.int(),
  state: SecretState,
  createdAt: Instant,
  expiresAt: Instant.nullable(),
  revokedAt: Instant.nullable(),
  lastUsedAt: Instant.nullable(),
  /** While a rotation lasts two keys of the source are live: the one that this came for, and the one that came for this. */
  replaces: z.string().nullable(),
  replacedBy: z.string().nullable(),
})
export type Key = z.infer<typeof Key>

/** The answer to a creation: `secret` is shown here and never again. */
export const CreatedKey = Key.extend({ secret: z.string() })
export type CreatedKey = z.infer<typeof CreatedKey>

export const KeyRequest = z.strictObject({
  source: SourceName,
  unitId: UnitId,
  mayIngest: z.boolean().optional(),
  mayRead: z.boolean().optional(),
  ratePerSecond: z.int().min(1).max(1_000_000).optional(),
  /** Days until it ends; left out: it has no end. */
  days: z.int().min(1).max(3650).optional(),
})
export type KeyRequest = z.infer<typeof KeyRequest>

/** Hours for which the old and the new key are both taken. */
export const KeyRotation = z.strictObject({
  overlapHours: z
    .number()
    .min(0)
    .max(24 * 90)
    .optional(),
})
export type KeyRotation = z.infer<typeof KeyRotation>

/** What a wall may show. counts: harm counts, alerts and freshness; words: released words, topics and mood as well. */
export const PrivacyClass = z.enum(['counts', 'words'])
export type PrivacyClass = z.infer<typeof PrivacyClass>

/** A display token: one scope of the organisation or a unit, for a wall. */
export const DisplayToken = z.strictObject({
  id: z.string(),
  prefix: z.string(),
  name: z.string(),
  scope: ScopeKey,
  privacyClass: PrivacyClass,
  state: SecretState,
  createdAt: Instant,
  expiresAt: Instant.nullable(),
  revokedAt: Instant.nullable(),
  lastUsedAt: Instant.nullable(),
})
export type DisplayToken = z.infer<typeof DisplayToken>

export const CreatedDisplayToken = DisplayToken.extend({ secret: z.string() })
export type CreatedDisplayToken = z.infer<typeof CreatedDisplayToken>

export const DisplayTokenRequest = z.strictObject({
  name: z.string().min(1).max(80),
  scope: ScopeKey,
  /** Left out: words. */
  privacyClass: PrivacyClass.optional(),
  days: z.int().min(1).max(3650).optional(),
})
export type DisplayTokenRequest = z.infer<typeof DisplayTokenRequest>
