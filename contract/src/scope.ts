import { z } from 'zod'
import { GroupId, UnitId } from './event.ts'

/** What a figure is about: the whole organisation, one unit with everything below it, or one group. Written `org`, `unit:<id>`, `group:<id>`. */
export type Scope = { kind: 'org' } | { kind: 'unit'; id: string } | { kind: 'group'; id: string }

export const ScopeKey = z
  .string()
  .max(80)
  .refine((value) => parseScope(value) !== undefined, 'takes org, unit:<id> or group:<id>')

export function parseScope(key: string): Scope | undefined {
  if (key === 'org') return { kind: 'org' }
  const colon = key.indexOf(':')
  const kind = key.slice(0, colon)
  const id = key.slice(colon + 1)
  if (kind === 'unit' && UnitId.safeParse(id).success) return { kind, id }
  if (kind === 'group' && GroupId.safeParse(id).success) return { kind, id }
  return undefined
}

export function scopeKey(scope: Scope): string {
  return scope.kind === 'org' ? 'org' : `${scope.kind}:${scope.id}`
}

/** Spans a screen can show. Each has a fixed step, so that every watcher of a scope shares one query. */
export const Range = z.enum(['hour', 'day', 'week', 'month'])
export type Range = z.infer<typeof Range>

/** Step of the points of a range, in seconds, and its length in steps. */
export const RANGE_STEPS: Record<Range, { stepSeconds: number; steps: number }> = {
  hour: { stepSeconds: 60, steps: 60 },
  day: { stepSeconds: 1800, steps: 48 },
  week: { stepSeconds: 3 * 3600, steps: 56 },
  month: { stepSeconds: 86_400, steps: 30 },
}
