/** Where to go after sign-in: a path of this site, never another one. */
export function safeNext(next: unknown): string {
  if (typeof next !== 'string' || !next.startsWith('/') || next.startsWith('//') || next.includes('\\'))
    return '/'
  return next
}
