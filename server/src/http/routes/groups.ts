import { addDays } from '@guanlan/analytics/days'
import {
  administratorAccountsEndpoint,
  followFindingEndpoint,
  getGroupEndpoint,
  groupHealthEndpoint,
  groupViewsEndpoint,
  listFindingsEndpoint,
  listGroupsEndpoint,
  myGroupsEndpoint,
  saveGroupEndpoint,
  stepGroupEndpoint,
} from '@guanlan/contract/endpoints/register'
import { appError } from '@guanlan/contract/errors'
import type { GroupDetail } from '@guanlan/contract/register'
import { hasRightOver, mayOpenScope, ROLE_RIGHTS } from '../../identity/access.ts'
import type { Audit } from '../../identity/audit.ts'
import type { Directory } from '../../register/directory.ts'
import type { FindingsKeeper } from '../../register/findings-keeper.ts'
import type { GroupEditDeps } from '../../register/group-edit.ts'
import { administratorAccounts } from '../../register/group-accounts.ts'
import { saveGroup, stepGroup } from '../../register/group-edit.ts'
import type { ReadGroupDays } from '../../register/group-health.ts'
import { groupHealth, HEALTH_DAYS } from '../../register/group-health.ts'
import { groupsOfAccount, listFindings, listGroups, readGroup } from '../../register/group-queries.ts'
import { officeOf, readUnitOffices } from '../../register/offices.ts'
import { policyOf } from '../../register/policies.ts'
import { OFFICE_STEPS } from '../../register/workflow.ts'
import type { Views } from '../../identity/views.ts'
import type { Caller, Route } from '../route.ts'
import { route } from '../route.ts'

export interface RegisterRouteDeps extends GroupEditDeps {
  readonly audit: Audit
  readonly directory: Directory
  readonly findings: FindingsKeeper
  readonly groupDays: ReadGroupDays
  readonly views: Views
}

const VIEW_DAYS = 90

/** How far a caller's rights over the register reach, by the tree of today. */
export function createReach({ directory, today }: Pick<RegisterRouteDeps, 'directory' | 'today'>) {
  return {
    /** Units whose register the caller reads. */
    readable(actor: Caller | undefined): string[] {
      const units = new Set<string>()
      for (const { role, unitId } of actor?.grants ?? []) {
        if (ROLE_RIGHTS[role].readRegister)
          for (const id of directory.tree.subtreeOn(unitId, today())) units.add(id)
      }
      return [...units]
    },
    /** Is the caller a system administrator of the whole organisation? */
    administers: (actor: Caller | undefined): boolean =>
      actor !== undefined && hasRightOver(actor, 'manageAccess', directory.root, directory, today()),
    /** @returns id of the caller @throws appError forbidden */
    requireEdit(actor: Caller | undefined, unitId: string): string {
      if (actor === undefined || !hasRightOver(actor, 'editRegister', unitId, directory, today()))
        throw appError('forbidden', 'this unit is not in your care')
      return actor.id
    },
  }
}

function createGroupAccess(deps: RegisterRouteDeps) {
  const { postgres, directory, today } = deps
  const reach = createReach(deps)
  async function read(actor: Caller | undefined, id: string): Promise<GroupDetail> {
    const detail = await readGroup(postgres, today(), id)
    // What does not exist and what is another unit's look the same.
    if (detail === undefined || !reach.readable(actor).includes(detail.group.unitId))
      throw appError('not_found', 'no group has this id')
    return detail
  }
  async function requireStep(actor: Caller | undefined, id: string, isOffice: boolean): Promise<string> {
    const { group } = await read(actor, id)
    if (!isOffice) return reach.requireEdit(actor, group.unitId)
    const policy = await policyOf(postgres, group.kind)
    const named = await readUnitOffices(postgres)
    return reach.requireEdit(actor, officeOf(policy, named, directory.tree, group.unitId, today()))
  }
  function unitsFor(actor: Caller | undefined, unit: string | undefined): string[] {
    const readable = reach.readable(actor)
    if (unit === undefined) return readable
    const below = new Set(directory.tree.subtreeOn(unit, today()))
    return readable.filter((id) => below.has(id))
  }
  return { ...reach, read, requireStep, unitsFor }
}

/** Groups and what the register still lacks about them. */
export function groupRoutes(deps: RegisterRouteDeps): Route[] {
  const { postgres, today, findings } = deps
  const access = createGroupAccess(deps)
  return [
    ...answeringRoutes(deps, access),
    route(listGroupsEndpoint, async ({ actor, query }) => {
      const { unit, kind, state, finding, tier, name, limit, offset } = query
      return listGroups(postgres, today(), {
        unitIds: access.unitsFor(actor, unit),
        ...(kind === undefined ? {} : { kind }),
        ...(state === undefined ? {} : { state }),
        ...(finding === undefined ? {} : { finding }),
        ...(tier === undefined ? {} : { tier }),
        ...(name === undefined ? {} : { name }),
        limit,
        offset,
      })
    }),
    route(getGroupEndpoint, ({ actor, params }) => access.read(actor, params.id)),
    route(saveGroupEndpoint, async ({ actor, params, body }) => {
      const by = access.requireEdit(actor, body.unitId)
      const known = await readGroup(postgres, today(), params.id)
      if (known !== undefined) access.requireEdit(actor, known.group.unitId)
      await saveGroup(deps, by, params.id, body)
      await findings.refresh(params.id)
      return access.read(actor, params.id)
    }),
    route(stepGroupEndpoint, async ({ actor, params, body }) => {
      const by = await access.requireStep(actor, params.id, OFFICE_STEPS.includes(body.step))
      await stepGroup(deps, by, params.id, body.step, body.note)
      await findings.refresh(params.id)
      return access.read(actor, params.id)
    }),
    route(listFindingsEndpoint, async ({ actor, query }) => {
      const { unit, code, limit, offset } = query
      return listFindings(postgres, today(), {
        unitIds: access.unitsFor(actor, unit),
        ...(code === undefined ? {} : { code }),
        limit,
        offset,
      })
    }),
    route(followFindingEndpoint, async ({ actor, params, body }) => {
      const { group } = await access.read(actor, params.id)
      await findings.follow(access.requireEdit(actor, group.unitId), params.id, params.code, body)
      return undefined
    }),
  ]
}

/** For those who answer for groups: which are theirs, how they are, and who looked at them. */
function answeringRoutes(deps: RegisterRouteDeps, access: ReturnType<typeof createGroupAccess>): Route[] {
  const { postgres, directory, today, views, clock } = deps
  const lastDays = () =>
    Array.from({ length: HEALTH_DAYS }, (_, index) => addDays(today(), index - HEALTH_DAYS))
  return [
    route(administratorAccountsEndpoint, async ({ actor, params }) => {
      access.requireEdit(actor, params.id)
      return { accounts: await administratorAccounts(postgres, directory.tree, params.id, today()) }
    }),
    route(myGroupsEndpoint, async ({ actor }) => ({
      groups: await groupsOfAccount(postgres, today(), actor?.id ?? '', access.readable(actor)),
    })),
    route(groupHealthEndpoint, async ({ actor, params }) => {
      const detail = await access.read(actor, params.id)
      const scope = { kind: 'group', id: params.id } as const
      const sees = actor !== undefined && mayOpenScope(actor, scope, directory, today())
      const days = lastDays()
      if (sees) views.note(actor, scope, 'page')
      const counts = sees ? await deps.groupDays(params.id, days[0] ?? '', days.at(-1) ?? '') : null
      return groupHealth(postgres, detail, counts, days)
    }),
    route(groupViewsEndpoint, async ({ actor, params }) => {
      const { group } = await access.read(actor, params.id)
      access.requireEdit(actor, group.unitId)
      const from = addDays(today(), -VIEW_DAYS)
      return { from, views: await views.of(params.id, clock.now() - VIEW_DAYS * 86_400_000) }
    }),
  ]
}
