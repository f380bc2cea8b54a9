import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Role } from '@guanlan/contract/account'
import { ROOT } from './workspace.ts'

/** Who may call an operation, as docs/roles.md says it. */
export interface Rule {
  readonly roles: readonly Role[]
  readonly other: string
}

export interface Operation {
  readonly id: string
  readonly method: string
  /** With `{name}` parameters. */
  readonly path: string
  readonly tag: string
  readonly hasBody: boolean
  /** Media type of the answer, '' for none. */
  readonly produces: string
}

function rowsBetween(name: string): string[][] {
  const text = readFileSync(path.join(ROOT, 'docs/roles.md'), 'utf8')
  const part = text.split(`<!-- ${name} -->`)[1]?.split(`<!-- /${name} -->`)[0] ?? ''
  return part
    .split('\n')
    .filter((line) => line.startsWith('|') && !line.startsWith('|--'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )
}

const names = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '')

/** The table of operations; the same operation twice is an error of the page. */
export function readMatrix(): Map<string, Rule> {
  const [header = [], ...rows] = rowsBetween('operations')
  const rules = new Map<string, Rule>()
  for (const row of rows) {
    const roles = Role.options.filter((role) => row[header.indexOf(role)] === '●')
    for (const id of names(row[1] ?? '')) {
      if (rules.has(id)) throw new Error(`docs/roles.md names ${id} twice`)
      rules.set(id, { roles, other: row.at(-1) ?? '' })
    }
  }
  return rules
}

/** Panels of walls by privacy class. */
export function readPanels(): { counts: string[]; words: string[] } {
  const rows = rowsBetween('panels')
  const of = (name: string) => names(rows.find((row) => row[0] === name)?.[1] ?? '')
  return { counts: of('counts'), words: [...of('counts'), ...of('words')] }
}

interface Described {
  operationId: string
  tags?: string[]
  requestBody?: unknown
  responses: Record<string, { content?: Record<string, unknown> }>
}

/** Every operation that the running server describes. */
export async function readOperations(url: string): Promise<Operation[]> {
  const { paths } = (await (await fetch(`${url}/api/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Described>>
  }
  return Object.entries(paths).flatMap(([at, methods]) =>
    Object.entries(methods).map(([method, described]) => {
      const success = Object.entries(described.responses).find(([status]) => /^[23]/.test(status))?.[1]
      return {
        id: described.operationId,
        method: method.toUpperCase(),
        path: at,
        tag: described.tags?.[0] ?? '',
        hasBody: described.requestBody !== undefined,
        produces: Object.keys(success?.content ?? {})[0] ?? '',
      }
    }),
  )
}
