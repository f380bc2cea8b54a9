import type { Grant, Role } from '@guanlan/contract/account'
import type { SingleSignOnProblem } from '@guanlan/contract/account'

/** `value` of the role claim gives `role` over `unitId`. */
export interface RoleMapping {
  readonly value: string
  readonly role: Role
  readonly unitId: string
}

/** What the provider says about somebody, as far as this product takes it. */
export interface Identified {
  readonly issuer: string
  readonly subject: string
  readonly email: string | undefined
  readonly emailVerified: boolean | undefined
  readonly name: string
  /** Values of the role claim. */
  readonly values: readonly string[]
}

const text = (value: unknown) => (typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined)

/** Claim by its name; dots lead into objects (`realm_access.roles`), unless a claim is called so itself. */
function claimOf(claims: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name]
  let value: unknown = claims
  for (const part of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
    value = (value as Record<string, unknown>)[part]
  }
  return value
}

/** Reads the claims of a verified ID token (with those of userinfo). Other claims are not looked at. */
export function identifiedBy(
  claims: Readonly<Record<string, unknown>> & { readonly iss: string; readonly sub: string },
  roleClaim: string,
): Identified {
  const given = claimOf(claims, roleClaim)
  const email = text(claims['email'])
  const verified = claims['email_verified']
  return {
    issuer: claims.iss,
    subject: claims.sub,
    email: email === undefined || email.length > 254 ? undefined : email.toLowerCase(),
    emailVerified: typeof verified === 'boolean' ? verified : undefined,
    name: (text(claims['name']) ?? text(claims['preferred_username']) ?? email ?? claims.sub).slice(0, 80),
    values: (Array.isArray(given) ? given : [given]).filter((value) => typeof value === 'string'),
  }
}

/** Roles of the mapping for the values somebody has; units that do not exist are left out. */
export function mappedGrants(
  mapping: readonly RoleMapping[],
  values: readonly string[],
  hasUnit: (id: string) => boolean,
): Grant[] {
  const grants = new Map<string, Grant>()
  for (const { value, role, unitId } of mapping)
    if (values.includes(value) && hasUnit(unitId)) grants.set(`${role}@${unitId}`, { role, unitId })
  return [...grants.values()]
}

/** A sign-on that came to nothing, with the reason that the sign-in page may show. */
export interface SignOnRefusal extends Error {
  readonly problem: SingleSignOnProblem
}

export function signOnRefusal(problem: SingleSignOnProblem, cause?: unknown): SignOnRefusal {
  return Object.assign(new Error(problem, { cause }), { name: 'SignOnRefusal', problem })
}

export const isSignOnRefusal = (error: unknown): error is SignOnRefusal =>
  error instanceof Error && error.name === 'SignOnRefusal'
