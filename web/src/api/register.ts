import type {
  FindingCode,
  GroupEdit,
  GroupKind,
  GroupPolicy,
  GroupState,
  GroupStep,
  GroupTier,
} from '@guanlan/contract/register'
import {
  administratorAccountsEndpoint,
  burdenEndpoint,
  exportRegisterEndpoint,
  exportWorkbookEndpoint,
  followFindingEndpoint,
  getGroupEndpoint,
  getUnitEndpoint,
  groupHealthEndpoint,
  groupViewsEndpoint,
  importRegisterEndpoint,
  importWorkbookEndpoint,
  listFindingsEndpoint,
  listGroupsEndpoint,
  listPoliciesEndpoint,
  listUnitsEndpoint,
  myGroupsEndpoint,
  registerTemplateEndpoint,
  returnsEndpoint,
  returnsWorkbookEndpoint,
  saveGroupEndpoint,
  saveUnitEndpoint,
  setPolicyEndpoint,
  stepGroupEndpoint,
} from '@guanlan/contract/endpoints/register'
import { at } from './address.ts'
import { call } from './client.ts'

export interface UnitEdit {
  name: string
  parentId: string | null
  movedOn?: string
  leadPost?: string
  officeId?: string | null
}

export interface GroupsAsked {
  unit?: string | undefined
  kind?: GroupKind | undefined
  state?: GroupState | undefined
  finding?: FindingCode | undefined
  tier?: GroupTier | undefined
  name?: string | undefined
  limit?: number
  offset?: number
}

/** The register. Each rejects with ApiFailure only. */
export const registerApi = {
  groups: (asked: GroupsAsked) => call(at(listGroupsEndpoint, {}, { ...asked })),
  group: (id: string) => call(at(getGroupEndpoint, { id })),
  saveGroup: (id: string, edit: GroupEdit) => call(at(saveGroupEndpoint, { id }), edit),
  step: (id: string, step: GroupStep, note: string) => call(at(stepGroupEndpoint, { id }), { step, note }),
  findings: (asked: {
    unit?: string | undefined
    code?: FindingCode | undefined
    limit?: number
    offset?: number
  }) => call(at(listFindingsEndpoint, {}, { ...asked })),
  follow: (id: string, code: FindingCode, state: 'open' | 'in-progress', note: string) =>
    call(at(followFindingEndpoint, { id, code }), { state, note }),
  policies: async () => (await call(listPoliciesEndpoint)).policies,
  setPolicy: ({ kind, ...rules }: GroupPolicy) => call(at(setPolicyEndpoint, { kind }), rules),
  units: async () => (await call(listUnitsEndpoint)).units,
  unit: (id: string) => call(at(getUnitEndpoint, { id })),
  saveUnit: (id: string, unit: UnitEdit) => call(at(saveUnitEndpoint, { id }), unit),
  importFiles: (units: string, groups: string, preview: boolean) =>
    call(importRegisterEndpoint, { units, groups, preview }),
  importWorkbook: (workbook: string, preview: boolean) => call(importWorkbookEndpoint, { workbook, preview }),
  csvFile: exportRegisterEndpoint.path,
  workbookFile: exportWorkbookEndpoint.path,
  templateFile: registerTemplateEndpoint.path,
  returns: (from: string, to: string) => call(at(returnsEndpoint, {}, { from, to })),
  returnsFile: (from: string, to: string) => at(returnsWorkbookEndpoint, {}, { from, to }).path,
  burden: (asked: { unit?: string | undefined; limit?: number; offset?: number }) =>
    call(at(burdenEndpoint, {}, { ...asked })),
  administrators: async (unitId: string) =>
    (await call(at(administratorAccountsEndpoint, { id: unitId }))).accounts,
  myGroups: async () => (await call(myGroupsEndpoint)).groups,
  health: (id: string) => call(at(groupHealthEndpoint, { id })),
  views: (id: string) => call(at(groupViewsEndpoint, { id })),
}
