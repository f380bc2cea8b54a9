import { z } from 'zod'

/** What kind of thing an entry names. Things only: a person, a stance or a group of people has no type. */
export const VocabularyType = z.enum(['place', 'facility', 'product', 'service'])
export type VocabularyType = z.infer<typeof VocabularyType>

const Spelling = z
  .string()
  .trim()
  .min(2)
  .max(20)
  .regex(
    /^[\p{Script=Han}A-Za-z0-9·\- ]+$/u,
    'takes Chinese characters, letters, digits, "·", "-" and blanks',
  )

/** `gazetteer`: a typed entry with synonyms; `approved`: a new word that may be shown as it is. */
export const VocabularyRequest = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('gazetteer'),
    spelling: Spelling,
    type: VocabularyType,
    synonyms: z.array(Spelling).max(20).default([]),
  }),
  z.strictObject({ kind: z.literal('approved'), spelling: Spelling }),
])
export type VocabularyRequest = z.infer<typeof VocabularyRequest>

/** `waiting`: proposed, not in force; `active`; `refused`: also keeps it from being suggested again. */
export const VocabularyState = z.enum(['waiting', 'active', 'refused', 'removed'])
export type VocabularyState = z.infer<typeof VocabularyState>

export const VocabularyEntry = z.strictObject({
  id: z.int(),
  kind: z.enum(['gazetteer', 'approved']),
  spelling: z.string(),
  type: VocabularyType.nullable(),
  synonyms: z.array(z.string()),
  state: VocabularyState,
  proposedBy: z.string(),
  proposedAt: z.iso.datetime(),
  decidedBy: z.string().nullable(),
  decidedAt: z.iso.datetime().nullable(),
  /** True when the caller proposed it and so may not approve it. */
  own: z.boolean(),
})
export type VocabularyEntry = z.infer<typeof VocabularyEntry>

/** A new word that passed the floors and that no dictionary knows; never with a count. */
export const VocabularyCandidate = z.strictObject({
  spelling: z.string(),
  /** It may be a name of a person: approve only what is certainly none. */
  looksLikeName: z.boolean(),
})
export type VocabularyCandidate = z.infer<typeof VocabularyCandidate>

export const Vocabulary = z.strictObject({
  entries: z.array(VocabularyEntry),
  candidates: z.array(VocabularyCandidate),
})
export type Vocabulary = z.infer<typeof Vocabulary>

export const VocabularyDecision = z.strictObject({ decision: z.enum(['approve', 'refuse']) })
export type VocabularyDecision = z.infer<typeof VocabularyDecision>

/** Names of the organisation's own people, hashed with a key on arrival; replaces the roster before. */
export const RosterRequest = z.strictObject({ names: z.array(z.string().min(2).max(12)).max(200_000) })
export type RosterRequest = z.infer<typeof RosterRequest>

export const RosterState = z.strictObject({ size: z.int(), updatedAt: z.iso.datetime().nullable() })
export type RosterState = z.infer<typeof RosterState>
