import { z } from 'zod'
import { GroupId, UnitId } from './event.ts'

export const LocalDay = z.iso.date()

/** staff: staff only; service: staff with residents, parents or students; temporary: ends with its work; public: public account. */
export const GroupKind = z.enum(['staff', 'service', 'temporary', 'public'])
export type GroupKind = z.infer<typeof GroupKind>
export const GroupState = z.enum(['draft', 'submitted', 'returned', 'filed', 'dissolved'])
export type GroupState = z.infer<typeof GroupState>

export const Unit = z.strictObject({
  id: UnitId,
  name: z.string().min(1).max(120),
  parentId: UnitId.nullable(),
})
export type Unit = z.infer<typeof Unit>

/** A group of the register as of today. Members' identities are never held, only their number. */
export const Group = z.strictObject({
  id: GroupId,
  name: z.string().min(1).max(120),
  kind: GroupKind,
  platform: z.string().max(40),
  purpose: z.string().max(400),
  unitId: UnitId,
  state: GroupState,
  filedOn: LocalDay.nullable(),
  informedOn: LocalDay.nullable(),
  informedHow: z.string().max(200),
  dissolvedOn: LocalDay.nullable(),
  expiresOn: LocalDay.nullable(),
  size: z.int().min(0).nullable(),
  hasAdministrator: z.boolean(),
  /** Day on which its dissolution was submitted and waits for the office; null: none waits. */
  dissolvingSince: LocalDay.nullable(),
})
export type Group = z.infer<typeof Group>

/** What the scope picker needs: the units and groups that the signed-in account may open. */
export const ScopeTree = z.strictObject({
  units: z.array(Unit),
  groups: z.array(z.strictObject({ id: GroupId, name: z.string(), unitId: UnitId })),
})
export type ScopeTree = z.infer<typeof ScopeTree>

/** What the register still lacks about a group. */
export const FindingCode = z.enum([
  'no_administrator',
  'over_cap',
  'not_informed',
  'real_names_unconfirmed',
  'expired',
  'review_overdue',
  'name',
  'silent',
])
export type FindingCode = z.infer<typeof FindingCode>

/** Graded management by kind, size and activity. */
export const GroupTier = z.enum(['key', 'regular', 'light'])
export type GroupTier = z.infer<typeof GroupTier>

export const FindingState = z.enum(['open', 'in-progress', 'closed'])
export type FindingState = z.infer<typeof FindingState>

export const GroupFinding = z.strictObject({
  groupId: GroupId,
  groupName: z.string(),
  unitId: UnitId,
  code: FindingCode,
  owner: z.string(),
  openedOn: LocalDay,
  dueOn: LocalDay,
  overdue: z.boolean(),
  state: FindingState,
  note: z.string(),
})
export type GroupFinding = z.infer<typeof GroupFinding>

/** report: filed when submitted; approve: filed when the office in charge agrees; exempt: filed when submitted, nobody is told. */
export const Filing = z.enum(['report', 'approve', 'exempt'])
export type Filing = z.infer<typeof Filing>

/** Rules for the groups of one kind. Offices are units; null is the unit above the group's own. */
export const GroupPolicy = z.strictObject({
  kind: GroupKind,
  filing: Filing,
  /** How the end of a group is filed. */
  dissolution: Filing,
  officeId: UnitId.nullable(),
  copyToId: UnitId.nullable(),
  sizeCap: z.int().min(1).max(1_000_000).nullable(),
  reviewMonths: z.int().min(1).max(120).nullable(),
})
export type GroupPolicy = z.infer<typeof GroupPolicy>

/** `dissolve` submits the end of a filed group; `approve-end` and `return-end` decide on it where the policy asks for that. */
export const GroupStep = z.enum(['submit', 'approve', 'return', 'dissolve', 'approve-end', 'return-end'])
export type GroupStep = z.infer<typeof GroupStep>

/** A group as lists of the register show it. */
export const GroupRow = Group.omit({ purpose: true, informedHow: true }).extend({
  nextReviewOn: LocalDay.nullable(),
  findings: z.array(FindingCode),
  /** Null until the group has been looked at once (a minute after it was filed). */
  tier: GroupTier.nullable(),
})
export type GroupRow = z.infer<typeof GroupRow>

const Interval = { fromDay: LocalDay, toDay: LocalDay.nullable() }

export const GroupDetail = z.strictObject({
  group: Group.extend({
    nextReviewOn: LocalDay.nullable(),
    realNamesConfirmedOn: LocalDay.nullable(),
    tier: GroupTier.nullable(),
  }),
  places: z.array(z.strictObject({ unitId: UnitId, ...Interval })),
  administrators: z.array(
    z.strictObject({
      post: z.string(),
      userId: z.string().nullable(),
      accountName: z.string().nullable(),
      ...Interval,
    }),
  ),
  earlierNames: z.array(z.strictObject({ name: z.string(), until: z.iso.datetime() })),
  steps: z.array(
    z.strictObject({
      step: GroupStep,
      at: z.iso.datetime(),
      actor: z.string(),
      /** Name of the account as it is now; the id where there is none. */
      actorName: z.string(),
      note: z.string(),
    }),
  ),
  findings: z.array(GroupFinding),
})
export type GroupDetail = z.infer<typeof GroupDetail>

/** What may be written about a group; days and places are changed by their own operations where that has consequences. */
export const GroupEdit = z.strictObject({
  name: z.string().min(1).max(120),
  kind: GroupKind,
  unitId: UnitId,
  /** Day of the move where `unitId` changes; left out: today. */
  movedOn: LocalDay.optional(),
  platform: z.string().max(40),
  purpose: z.string().max(400),
  informedOn: LocalDay.nullable(),
  informedHow: z.string().max(200),
  realNamesConfirmedOn: LocalDay.nullable(),
  expiresOn: LocalDay.nullable(),
  nextReviewOn: LocalDay.nullable(),
  size: z.int().min(0).max(1_000_000).nullable(),
  administratorPosts: z.array(z.string().min(1).max(60)).max(10),
  /** Account that fills a post, by post; a post left out keeps the account it has, null takes it away. */
  administratorAccounts: z.record(z.string().max(60), z.string().max(64).nullable()).optional(),
})
export type GroupEdit = z.infer<typeof GroupEdit>

/** An account that may fill a post of a group. */
export const AdministratorAccount = z.strictObject({ id: z.string(), name: z.string() })
export type AdministratorAccount = z.infer<typeof AdministratorAccount>

/**
 * One group for the one who answers for it. Counts are of days on which the group was large enough to be shown alone;
 * null on every other day, and null for who may not see figures.
 */
export const GroupHealth = z.strictObject({
  groupId: GroupId,
  name: z.string(),
  unitId: UnitId,
  kind: GroupKind,
  state: GroupState,
  tier: GroupTier.nullable(),
  size: z.int().nullable(),
  sizeCap: z.int().nullable(),
  posts: z.array(z.string()),
  nextReviewOn: LocalDay.nullable(),
  expiresOn: LocalDay.nullable(),
  findings: z.array(GroupFinding),
  /** The last 30 complete days, oldest first. `acted`: warned, restricted or removed; `overturned`: of these, reversed later. */
  days: z.array(
    z.strictObject({
      day: LocalDay,
      messages: z.int().nullable(),
      acted: z.int().nullable(),
      overturned: z.int().nullable(),
    }),
  ),
  /** Messages a member and day, over the days shown; null without a size or without such days. */
  messagesPerMemberDay: z.number().nullable(),
})
export type GroupHealth = z.infer<typeof GroupHealth>

/** Who looked at the figures of a group: roles and hours, never accounts. */
export const GroupViews = z.strictObject({
  from: LocalDay,
  views: z.array(
    z.strictObject({
      /** Start of the hour. */
      at: z.iso.datetime(),
      roles: z.array(z.string()),
      unitId: UnitId,
      way: z.enum(['screen', 'page', 'export']),
    }),
  ),
})
export type GroupViews = z.infer<typeof GroupViews>

/** What the groups of a unit ask of people, so that merging is argued with numbers. Own groups and everything below. */
export const UnitBurden = z.strictObject({
  unitId: UnitId,
  name: z.string(),
  parentId: UnitId.nullable(),
  ownGroups: z.int(),
  groups: z.int(),
  /** Sum of the sizes known, so somebody in three groups counts three times. */
  members: z.int(),
  groupsWithoutSize: z.int(),
  light: z.int(),
  silent: z.int(),
  /** Over 30 days and groups large enough to be shown alone; null without such groups, and for who sees no figures of the unit. */
  messagesPerMemberDay: z.number().nullable(),
})
export type UnitBurden = z.infer<typeof UnitBurden>

/** A unit as the register keeps it. */
export const UnitRow = Unit.extend({
  /** Day since which it hangs there. */
  fromDay: LocalDay,
  /** Post that answers for it; empty: none is named. */
  leadPost: z.string().max(60),
  /** Office in charge of its groups and of those below, where the policy of their kind names none. */
  officeId: UnitId.nullable(),
  /** Groups that are not dissolved: its own, without those below. */
  groups: z.int(),
})
export type UnitRow = z.infer<typeof UnitRow>

export const UnitDetail = z.strictObject({
  unit: UnitRow,
  /** Where it hung, oldest first. */
  places: z.array(z.strictObject({ parentId: UnitId.nullable(), ...Interval })),
})
export type UnitDetail = z.infer<typeof UnitDetail>
