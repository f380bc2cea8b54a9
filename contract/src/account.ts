import { z } from 'zod'
import { UnitId } from './event.ts'
import { PrivacyClass } from './key.ts'

/** Roles. `sysadmin` sees no content, `auditor` sees the audit only, `display` only shows a wall. */
export const Role = z.enum([
  'display',
  'duty',
  'group-admin',
  'unit-lead',
  'communications',
  'leader',
  'auditor',
  'sysadmin',
])
export type Role = z.infer<typeof Role>

/** A role held over a unit and everything below it. */
export const Grant = z.strictObject({ role: Role, unitId: UnitId })
export type Grant = z.infer<typeof Grant>

/** Who is signed in, as the browser sees it. */
export const Me = z.strictObject({
  id: z.string(),
  name: z.string(),
  email: z.string().optional(),
  kind: z.enum(['user', 'display']),
  grants: z.array(Grant),
  /** The highest scope this account may open first, or null (sysadmin and auditor see no figures). */
  home: z.string().nullable(),
  locale: z.enum(['zh-CN', 'en']),
  /** Of a display: what its wall may show. Absent for accounts. */
  privacyClass: PrivacyClass.optional(),
})
export type Me = z.infer<typeof Me>

export const SignIn = z.strictObject({ email: z.email(), password: z.string().min(1).max(256) })
export type SignIn = z.infer<typeof SignIn>

/** An account as its administrators see it. */
export const Account = z.strictObject({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  locale: z.enum(['zh-CN', 'en']),
  grants: z.array(Grant),
  secondFactor: z.boolean(),
  /** Tied to the identity provider; where roles are mapped there, each sign-in sets them anew. */
  singleSignOn: z.boolean(),
  disabled: z.boolean(),
  createdAt: z.iso.datetime(),
})
export type Account = z.infer<typeof Account>

export const AccountRequest = z.strictObject({
  email: z.email().max(254),
  name: z.string().min(1).max(80),
  grants: z.array(Grant).max(50),
  locale: z.enum(['zh-CN', 'en']).optional(),
})
export type AccountRequest = z.infer<typeof AccountRequest>

export const AccountChange = z.strictObject({
  grants: z.array(Grant).max(50).optional(),
  disabled: z.boolean().optional(),
})
export type AccountChange = z.infer<typeof AccountChange>

/** A link that works once; shown in this answer only. */
export const CreatedLink = z.strictObject({ url: z.string(), expiresAt: z.iso.datetime() })
export type CreatedLink = z.infer<typeof CreatedLink>

export const LinkUse = z.strictObject({
  token: z.string().min(1).max(128),
  password: z.string().min(1).max(256),
})
export type LinkUse = z.infer<typeof LinkUse>

export const PasswordChange = z.strictObject({
  current: z.string().min(1).max(256),
  password: z.string().min(1).max(256),
})
export type PasswordChange = z.infer<typeof PasswordChange>

/** `uri` goes into the authenticator (as a QR code); recovery codes are shown once. */
export const SecondFactorSetUp = z.strictObject({ uri: z.string(), recoveryCodes: z.array(z.string()) })
export type SecondFactorSetUp = z.infer<typeof SecondFactorSetUp>

/** Sent with the link that the first start prints. `organisation` only while the register has no units. */
export const FirstRun = z.strictObject({
  token: z.string().min(1).max(128),
  organisation: z.strictObject({ id: UnitId, name: z.string().trim().min(1).max(120) }).optional(),
  account: z.strictObject({
    email: z.email().max(254),
    name: z.string().trim().min(1).max(80),
    password: z.string().min(1).max(256),
    locale: z.enum(['zh-CN', 'en']).optional(),
  }),
})
export type FirstRun = z.infer<typeof FirstRun>

/** What the sign-in page needs to know before anybody has signed in. */
export const SignInOptions = z.strictObject({
  /** What the set-up link still asks for; `done` once there is an account. */
  firstRun: z.enum(['organisation', 'account', 'done']),
  /** Name of the identity provider as the button shows it. */
  singleSignOn: z.strictObject({ label: z.string() }).nullable(),
})
export type SignInOptions = z.infer<typeof SignInOptions>

/** Why a single sign-on came to nothing; the sign-in page gets it as `?problem=`. */
export const SingleSignOnProblem = z.enum([
  'refused',
  'expired',
  'no_role',
  'no_address',
  'address_taken',
  'disabled',
  'unavailable',
])
export type SingleSignOnProblem = z.infer<typeof SingleSignOnProblem>

/** The way from an empty installation to a wall; null or 0: not yet. */
export const FirstSteps = z.strictObject({
  units: z.int(),
  groups: z.int(),
  filedGroups: z.int(),
  keys: z.int(),
  /** Latest event of any source. */
  lastEventAt: z.iso.datetime().nullable(),
  /** Events of today that were refused, by code: why nothing shows although a producer sends. */
  refusedToday: z.record(z.string(), z.int()),
  /** Alert rules that are switched on, shipped ones included. */
  rules: z.int(),
  /** Rules that this organisation proposed and approved itself: shipped ones are nobody's decision. */
  ownRules: z.int(),
  walls: z.int(),
})
export type FirstSteps = z.infer<typeof FirstSteps>
