const KEY = 'guanlan.display-token'

/** The display token of this tab: taken once from `/wall?token=…`, kept for the tab only, never in the address again. */
export function displayToken(storage: Storage = sessionStorage): string | undefined {
  return storage.getItem(KEY) ?? undefined
}

export function keepDisplayToken(token: string, storage: Storage = sessionStorage): void {
  storage.setItem(KEY, token)
}

export function dropDisplayToken(storage: Storage = sessionStorage): void {
  storage.removeItem(KEY)
}
