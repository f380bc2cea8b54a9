import { z } from 'zod'
import { UnitId } from './event.ts'

/** Roles. `sysadmin` sees no content, `auditor` sees the audit only, `display` only shows a wall. */
export const Role = z.enum(['display', 'duty', 'group-admin', 'unit-lead', 'communications', 'leader', 'auditor', 'sysadmin'])
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
