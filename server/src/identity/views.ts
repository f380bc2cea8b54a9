import type { GroupViews } from '@guanlan/contract/register'
import { parseScope, scopeKey } from '@guanlan/contract/scope'
import type { Scope } from '@guanlan/contract/scope'
import type { Clock } from '../lib/clock.ts'
import type { Postgres } from '../ports/postgres.ts'
import type { Directory } from '../register/directory.ts'
import type { Actor } from './access.ts'
import { ROLE_RIGHTS } from './access.ts'
import type { Audit } from './audit.ts'

export type ViewWay = GroupViews['views'][number]['way']

/** Records who looks at the figures of a small scope, once an hour and account. */
export interface Views {
  note(actor: Actor, scope: Scope | string, way: ViewWay): void
  /** Who looked at one group since `fromMs`, roles only, the newest hour first. */
  of(groupId: string, fromMs: number): Promise<GroupViews['views']>
  /** Resolves when what was noted is written. */
  settled(): Promise<void>
}

/** A group, and a unit with fewer groups than this below it: there a figure says much about few. */
export const SMALL_UNIT_GROUPS = 5
const HOUR_MS = 3_600_000
const MOST_VIEWS = 2000

interface ViewsDeps {
  readonly postgres: Postgres
  readonly audit: Audit
  readonly directory: Pick<Directory, 'tree' | 'groupsOf' | 'unitOf'>
  readonly clock: Clock
  readonly today: () => string
  readonly report: (error: unknown) => void
}

type Seen = Pick<GroupViews['views'][number], 'roles' | 'unitId' | 'way'>

function merge(rows: readonly { at: Date; detail: Seen }[]): GroupViews['views'] {
  const views = new Map<string, { at: string; roles: string[]; unitId: string; way: ViewWay }>()
  for (const { at, detail } of rows) {
    const hour = new Date(Math.floor(at.getTime() / HOUR_MS) * HOUR_MS).toISOString()
    // Two accounts with the same roles in one hour look like one: how many they are is nobody's business here.
    const key = `${hour} ${detail.unitId} ${detail.way} ${detail.roles.join()}`
    views.set(key, { at: hour, roles: [...detail.roles], unitId: detail.unitId, way: detail.way })
  }
  return [...views.values()]
}

export function createViews(deps: ViewsDeps): Views {
  const { postgres, audit, directory, clock, today, report } = deps
  let hour = 0
  let noted = new Set<string>()
  let writing: Promise<unknown> = Promise.resolve()

  function isSmall(scope: Scope): boolean {
    if (scope.kind === 'org') return false
    if (scope.kind === 'group') return true
    const units = directory.tree.subtreeOn(scope.id, today())
    return directory.groupsOf(units, today()).length < SMALL_UNIT_GROUPS
  }
  /** The grants by which the actor sees this scope. */
  function grantsFor(actor: Actor, scope: Scope) {
    const unitId =
      scope.kind === 'group' ? directory.unitOf(scope.id, today()) : scope.kind === 'unit' && scope.id
    return actor.grants.filter(
      (grant) =>
        ROLE_RIGHTS[grant.role].figures !== 'none' &&
        typeof unitId === 'string' &&
        directory.tree.isWithinOn(unitId, grant.unitId, today()),
    )
  }
  return {
    note(actor, given, way) {
      const scope = typeof given === 'string' ? parseScope(given) : given
      if (scope === undefined || scope.kind === 'org') return
      const now = Math.floor(clock.now() / HOUR_MS)
      if (now !== hour) {
        hour = now
        noted = new Set()
      }
      const key = `${actor.id} ${scopeKey(scope)} ${way}`
      if (noted.has(key)) return
      noted.add(key)
      if (!isSmall(scope)) return
      const grants = grantsFor(actor, scope)
      const roles = [...new Set(grants.map((grant) => grant.role))].sort()
      const detail = { roles, unitId: grants[0]?.unitId ?? '', way }
      const write = () => audit.append(actor.id, 'figures.view', scopeKey(scope), detail)
      writing = writing.then(write).catch((error: unknown) => {
        noted.delete(key)
        report(error)
      })
    },
    async of(groupId, fromMs) {
      await writing
      const rows = await postgres.query<{ at: Date; detail: Seen }>(
        `SELECT at, detail FROM audit_entry WHERE target = $1 AND action = 'figures.view' AND at >= $2 ORDER BY seq DESC LIMIT ${MOST_VIEWS}`,
        [`group:${groupId}`, new Date(fromMs).toISOString()],
      )
      return merge(rows)
    },
    settled: async () => void (await writing),
  }
}
