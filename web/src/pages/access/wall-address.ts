/** Address that a wall opens once; the page takes the token out of it at once. */
export function wallAddress(secret: string): string {
  return `${window.location.origin}/wall?token=${secret}`
}
