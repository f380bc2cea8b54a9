import { hash, timingSafeEqual } from 'node:crypto'
import type { Random } from '../lib/random.ts'

/** `glk`: ingest or read key; `gld`: display token; `gll`: one-time link. The kind is visible so that a leaked secret says what to revoke. */
export type SecretKind = 'glk' | 'gld' | 'gll'

const NOUNS: Record<SecretKind, string> = { glk: 'key', gld: 'token', gll: 'link' }

export interface IssuedSecret {
  readonly id: string
  /** Finds the row; not secret. */
  readonly prefix: string
  /** Shown once: `<kind>_<prefix>_<secret>`. */
  readonly secret: string
  readonly hash: string
}

/** The secret has 256 random bits, so one round of SHA-256 is as good as a slow hash: there is nothing to guess. */
export function hashSecret(secret: string): string {
  return hash('sha256', secret, 'hex')
}

export function issueSecret(kind: SecretKind, random: Random): IssuedSecret {
  const prefix = random(6).toString('hex')
  const secret = `${kind}_${prefix}_${random(32).toString('hex')}`
  return { id: `${NOUNS[kind]}-${prefix}`, prefix, secret, hash: hashSecret(secret) }
}

/** Prefix of a well-formed secret of this kind, or undefined. */
export function prefixOf(kind: SecretKind, secret: string): string | undefined {
  return secret.length === 81 && secret.startsWith(`${kind}_`) && secret[16] === '_'
    ? secret.slice(4, 16)
    : undefined
}

/** Compares in constant time. */
export function matchesHash(secret: string, hashed: string): boolean {
  const expected = Buffer.from(hashed, 'hex')
  const actual = Buffer.from(hashSecret(secret), 'hex')
  return expected.length === actual.length && timingSafeEqual(expected, actual)
}
