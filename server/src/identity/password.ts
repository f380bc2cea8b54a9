import { hash, verify } from '@node-rs/argon2'

/** NIST SP 800-63B-4 3.1.1.2: at least 15 characters, at least 64 allowed, no composition rules, no expiry. */
export const PASSWORD_MIN = 15
export const PASSWORD_MAX = 256

// OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, 2 passes, 1 lane. Argon2id is the default of the library.
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFC'), COST)
}

export function verifyPassword(input: { hash: string; password: string }): Promise<boolean> {
  return verify(input.hash, input.password.normalize('NFC'))
}

/** Long passwords that everybody tries first; the length rule already keeps the usual lists out. */
const COMMON = new Set([
  '123456789012345',
  '1234567890123456',
  'qwertyuiopasdfgh',
  'passwordpassword',
  'password12345678',
  'iloveyouiloveyou',
  'abcdefghijklmnop',
  'adminadminadmin',
  'letmeinletmeinletmein',
])

/** The shortest block that, repeated, gives the text: 'abcabc' -> 3. */
function period(text: string): number {
  for (let length = 1; length <= text.length / 2; length += 1) {
    if (text.length % length === 0 && text === text.slice(0, length).repeat(text.length / length))
      return length
  }
  return text.length
}

/** Why a new password is refused, or undefined. `context` holds words such as the account's name and address. */
export function passwordProblem(password: string, context: readonly string[]): string | undefined {
  const length = [...password].length
  if (length < PASSWORD_MIN) return `takes at least ${PASSWORD_MIN} characters; a few words together are fine`
  if (length > PASSWORD_MAX) return `takes at most ${PASSWORD_MAX} characters`
  const folded = password.normalize('NFKC').toLowerCase()
  if (COMMON.has(folded) || period(folded) <= 4) return 'is among the first that are tried: take another'
  const names = context.map((word) => word.toLowerCase()).filter((word) => word.length >= 4)
  if (names.some((word) => folded.replaceAll(word, '').length < 8))
    return 'is little more than the name or address of the account'
  return undefined
}
