/**
 * Whether what was read, asked or tried at `at` still holds at `now`, all in ms. A clock that was set back makes it old
 * at once: otherwise everything kept would stand still for as long as the clock jumped.
 */
export const isFresh = (at: number, now: number, ttlMs: number): boolean => now >= at && now - at < ttlMs
