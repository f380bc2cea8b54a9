import type { AccountInfo } from '../identity/accounts.ts'

/** Names of accounts by id, as they are now; an id that is gone stays an id. */
export type ReadNames = () => Promise<(id: string) => string>

export function createReadNames(accounts: { list(): Promise<AccountInfo[]> }): ReadNames {
  return async () => {
    const names = new Map((await accounts.list()).map(({ id, name }) => [id, name]))
    return (id) => names.get(id) ?? id
  }
}
