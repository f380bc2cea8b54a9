import { z } from 'zod'
import { UnitId } from './event.ts'

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
