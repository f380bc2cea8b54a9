import { readFileSync } from 'node:fs'

/** Runs one SELECT with bound parameters; the caller brings the driver. */
export type Read = <T>(sql: string, params: Record<string, unknown>) => Promise<T[]>

/** Reads a .sql file that lies beside the module. Done once at start: a missing file stops the start, not a screen. */
export function sqlFile(moduleUrl: string, name: string): string {
  return readFileSync(new URL(name, moduleUrl), 'utf8')
}

/** Puts fragments of this folder in for `{{name}}`. Values never travel this way: they are bound parameters. */
export function withFragments(sql: string, fragments: Readonly<Record<string, string>>): string {
  return sql.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const fragment = fragments[name]
    if (fragment === undefined) throw new Error(`the query has no fragment called ${name}`)
    return fragment
  })
}

/** Signed sums can be below zero for a moment while a correction lands; a count is not. */
export const atLeastZero = (count: number | undefined): number => Math.max(0, count ?? 0)
