import type { ModeratedEvent } from '@guanlan/contract/event'
import { instantOf } from './instant.ts'

/** A message.moderated as ingest works with it, checked against the contract. Times in ms since epoch. */
export interface Message {
  id: string
  sentAt: number
  group: string
  sender: string
  kind: string
  /** Decodes it each time: under load most texts are never asked for. */
  text(): string
  decision: string
  /** Absent when allowed. */
  category: string | undefined
  decidedBy: string
  decidedAt: number
}

export function messageOf({ id, time, group, sender, content, moderation }: ModeratedEvent): Message {
  const { decision, category, by: decidedBy } = moderation
  return {
    id,
    sentAt: instantOf(time),
    group,
    sender,
    kind: content.kind,
    text: () => content.text ?? '',
    decision,
    category,
    decidedBy,
    decidedAt: instantOf(moderation.decidedAt),
  }
}
