import {
  exportRegisterEndpoint,
  exportWorkbookEndpoint,
  importRegisterEndpoint,
  importWorkbookEndpoint,
  listPoliciesEndpoint,
  registerTemplateEndpoint,
  returnsEndpoint,
  returnsWorkbookEndpoint,
  saveUnitEndpoint,
  setPolicyEndpoint,
} from '@guanlan/contract/endpoints/register'
import { appError } from '@guanlan/contract/errors'
import type { Response } from 'express'
import { groupsCsv } from '../../register/export-csv.ts'
import { exportGroups } from '../../register/group-queries.ts'
import { readPolicies, setPolicy } from '../../register/policies.ts'
import { registerImport } from '../../register/register-import.ts'
import { readReturns } from '../../register/returns.ts'
import { saveUnit } from '../../register/unit-edit.ts'
import { readUnitRows } from '../../register/units.ts'
import { readWorkbook } from '../../register/workbook-read.ts'
import { registerTemplate, registerWorkbook, returnsWorkbook } from '../../register/workbook-write.ts'
import type { Route } from '../route.ts'
import { route } from '../route.ts'
import type { RegisterRouteDeps } from './groups.ts'
import { createReach } from './groups.ts'

/** The register as a whole: import, export, returns, units and the rules for each kind. */
export function registerRoutes(deps: RegisterRouteDeps): Route[] {
  const { postgres, audit, directory, today } = deps
  const reach = createReach(deps)
  return [
    route(listPoliciesEndpoint, async () => ({ policies: [...(await readPolicies(postgres)).values()] })),
    route(setPolicyEndpoint, async ({ actor, params, body }) =>
      setPolicy(deps, reach.requireEdit(actor, directory.root), { kind: params.kind, ...body }),
    ),
    route(saveUnitEndpoint, async ({ actor, params, body }) => {
      const unit = { id: params.id, name: body.name, parentId: body.parentId }
      // Both where the unit is and where it goes must be in the caller's care; the root only in that of the organisation.
      const known = directory.tree.parentOn(unit.id, today())
      const by = reach.requireEdit(
        actor,
        known ?? (known === null || unit.parentId === null ? directory.root : unit.parentId),
      )
      if (unit.parentId !== null) reach.requireEdit(actor, unit.parentId)
      // Naming the office that decides is for those above the unit: nobody makes themselves the office of their own groups.
      if (body.officeId !== undefined && known !== undefined && known !== null)
        reach.requireEdit(actor, known)
      const { movedOn, leadPost, officeId } = body
      await saveUnit(deps, by, { ...unit, movedOn, leadPost, officeId })
      return unit
    }),
    route(importRegisterEndpoint, async ({ actor, body }) => {
      const answer = await registerImport(deps, reach.requireEdit(actor, directory.root), body, {
        mayOpenDays: reach.administers(actor),
      })
      return { ...answer, problems: [...answer.problems] }
    }),
    route(exportRegisterEndpoint, async ({ actor, res }) => {
      if (actor === undefined) throw appError('unauthenticated')
      const rows = await exportGroups(postgres, today(), reach.readable(actor))
      await audit.append(actor.id, 'register.export', 'register', { groups: rows.length })
      res.setHeader('Content-Disposition', 'attachment; filename="groups.csv"')
      return groupsCsv(rows)
    }),
    route(returnsEndpoint, async ({ actor, query }) => readReturns(deps, query, reach.readable(actor))),
    ...workbookRoutes(deps),
  ]
}

/** The same as spreadsheets are passed on between offices. */
function workbookRoutes(deps: RegisterRouteDeps): Route[] {
  const { postgres, audit, directory, today } = deps
  const reach = createReach(deps)
  const asFile = (res: Response, name: string) =>
    res.setHeader('Content-Disposition', `attachment; filename="${name}"`)
  return [
    route(importWorkbookEndpoint, async ({ actor, body }) => {
      const by = reach.requireEdit(actor, directory.root)
      const sheets = await readWorkbook(body.workbook)
      const answer = await registerImport(
        deps,
        by,
        { ...sheets, preview: body.preview },
        { mayOpenDays: reach.administers(actor) },
      )
      return { ...answer, problems: [...answer.problems] }
    }),
    route(exportWorkbookEndpoint, async ({ actor, res }) => {
      const readable = reach.readable(actor)
      const groups = await exportGroups(postgres, today(), readable)
      const units = await readUnitRows(postgres, today(), readable)
      await audit.append(actor?.id ?? '', 'register.export', 'register', {
        groups: groups.length,
        units: units.length,
      })
      asFile(res, 'register.xlsx')
      return registerWorkbook(units, groups)
    }),
    route(registerTemplateEndpoint, async ({ res }) => {
      asFile(res, 'register-template.xlsx')
      return registerTemplate()
    }),
    route(returnsWorkbookEndpoint, async ({ actor, query, res }) => {
      const returns = await readReturns(deps, query, reach.readable(actor))
      await audit.append(actor?.id ?? '', 'register.returns', query.office ?? 'register', {
        from: query.from,
        to: query.to,
      })
      asFile(res, `returns-${query.from}-${query.to}.xlsx`)
      return returnsWorkbook(returns)
    }),
  ]
}
