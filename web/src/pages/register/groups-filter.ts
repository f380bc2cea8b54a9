import { FindingCode, GroupKind, GroupState, GroupTier } from '@guanlan/contract/register'
import type { z } from 'zod'
import type { GroupsAsked } from '../../api/register.ts'

/** What the list is narrowed to; empty strings: to nothing. */
export interface GroupsFilter {
  unit: string
  kind: GroupKind | ''
  state: GroupState | ''
  finding: FindingCode | ''
  tier: GroupTier | ''
  /** Part of the name. */
  name: string
}

type Query = Readonly<Record<string, unknown>>

/** A list lives in its address, so that a link shows a colleague the same rows. What is not known is left out. */
export function filterOfQuery(query: Query): GroupsFilter {
  const known = <T extends string>(schema: z.ZodType<T>, value: unknown): T | '' => {
    const parsed = schema.safeParse(value)
    return parsed.success ? parsed.data : ''
  }
  return {
    unit: typeof query['unit'] === 'string' ? query['unit'] : '',
    kind: known(GroupKind, query['kind']),
    state: known(GroupState, query['state']),
    finding: known(FindingCode, query['finding']),
    tier: known(GroupTier, query['tier']),
    name: typeof query['name'] === 'string' ? query['name'].trim().slice(0, 120) : '',
  }
}

export function queryOf(filter: GroupsFilter): Record<string, string> {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== '')) as Record<
    string,
    string
  >
}

export function askedOf(filter: GroupsFilter): GroupsAsked {
  return queryOf(filter)
}
