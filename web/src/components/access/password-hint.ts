const PASSWORD_MIN = 15

/** What to tell while a new password is typed: letters still missing, counted as people count them. */
export function lettersMissing(password: string): number {
  return Math.max(0, PASSWORD_MIN - [...password].length)
}
