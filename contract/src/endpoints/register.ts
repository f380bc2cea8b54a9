import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { GroupId, UnitId } from '../event.ts'
import {
  Filing,
  FindingCode,
  GroupDetail,
  GroupEdit,
  GroupFinding,
  GroupKind,
  GroupPolicy,
  GroupRow,
  GroupState,
  GroupStep,
  LocalDay,
  Unit,
} from '../register.ts'

const readers = {
  roles: ['duty', 'group-admin', 'unit-lead', 'communications', 'leader', 'sysadmin'],
} as const
const editors = { roles: ['group-admin', 'unit-lead', 'communications', 'sysadmin'] } as const
const page = {
  limit: z.coerce.number().int().min(1).max(500).default(100),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
}
const GroupPath = z.strictObject({ id: GroupId })

export const GroupsQuery = z.strictObject({
  /** A unit and everything below it; left out: all units of the caller. */
  unit: UnitId.optional(),
  kind: GroupKind.optional(),
  state: GroupState.optional(),
  finding: FindingCode.optional(),
  ...page,
})
export const FindingsQuery = z.strictObject({
  unit: UnitId.optional(),
  code: FindingCode.optional(),
  ...page,
})
export const FindingsAnswer = z.strictObject({
  findings: z.array(GroupFinding),
  total: z.int(),
  byCode: z.partialRecord(FindingCode, z.int()),
})
export type FindingsAnswer = z.infer<typeof FindingsAnswer>

const ImportCounts = z.strictObject({ added: z.int(), changed: z.int(), moved: z.int(), unchanged: z.int() })
export const ImportAnswer = z.strictObject({
  ok: z.boolean(),
  written: z.boolean(),
  units: ImportCounts,
  groups: ImportCounts,
  problems: z.array(
    z.strictObject({
      file: z.enum(['units', 'groups']),
      line: z.int(),
      column: z.string().optional(),
      message: z.string(),
    }),
  ),
  problemCount: z.int(),
})
export type ImportAnswer = z.infer<typeof ImportAnswer>

/** Groups filed or dissolved in a span, by the office that is in charge or gets a copy. */
export const Returns = z.strictObject({
  from: LocalDay,
  to: LocalDay,
  offices: z.array(
    z.strictObject({
      officeId: UnitId,
      groups: z.array(
        z.strictObject({
          id: GroupId,
          name: z.string(),
          kind: GroupKind,
          unitId: UnitId,
          filing: Filing,
          filedOn: LocalDay.nullable(),
          dissolvedOn: LocalDay.nullable(),
          copy: z.boolean(),
        }),
      ),
    }),
  ),
})
export type Returns = z.infer<typeof Returns>

export const listGroupsEndpoint = endpoint({
  operationId: 'listGroups',
  method: 'get',
  path: '/api/v1/groups',
  summary: 'Groups of the register in the units of the caller',
  tag: 'register',
  access: readers,
  query: GroupsQuery,
  response: z.strictObject({ groups: z.array(GroupRow), total: z.int() }),
})

export const getGroupEndpoint = endpoint({
  operationId: 'getGroup',
  method: 'get',
  path: '/api/v1/groups/:id',
  summary: 'Everything that the register says about one group',
  tag: 'register',
  access: readers,
  params: GroupPath,
  response: GroupDetail,
})

export const saveGroupEndpoint = endpoint({
  operationId: 'saveGroup',
  method: 'put',
  path: '/api/v1/groups/:id',
  summary: 'Make a draft, or change what the register says about a group',
  tag: 'register',
  access: editors,
  params: GroupPath,
  body: GroupEdit,
  response: GroupDetail,
})

export const stepGroupEndpoint = endpoint({
  operationId: 'stepGroup',
  method: 'post',
  path: '/api/v1/groups/:id/steps',
  summary: 'Submit, approve, return or dissolve; nobody decides on what they submitted',
  tag: 'register',
  access: editors,
  params: GroupPath,
  body: z.strictObject({ step: GroupStep, note: z.string().max(400).default('') }),
  response: GroupDetail,
})

export const listFindingsEndpoint = endpoint({
  operationId: 'listFindings',
  method: 'get',
  path: '/api/v1/findings',
  summary: 'What the register still lacks, the oldest due first',
  tag: 'register',
  access: readers,
  query: FindingsQuery,
  response: FindingsAnswer,
})

export const followFindingEndpoint = endpoint({
  operationId: 'followFinding',
  method: 'patch',
  path: '/api/v1/groups/:id/findings/:code',
  summary: 'Note what is being done about a finding; it closes by itself once mended',
  tag: 'register',
  access: editors,
  params: z.strictObject({ id: GroupId, code: FindingCode }),
  body: z.strictObject({ state: z.enum(['open', 'in-progress']), note: z.string().max(400) }),
  status: 204,
})

export const listPoliciesEndpoint = endpoint({
  operationId: 'listGroupPolicies',
  method: 'get',
  path: '/api/v1/group-policies',
  summary: 'How groups of each kind are filed and kept',
  tag: 'register',
  access: readers,
  response: z.strictObject({ policies: z.array(GroupPolicy) }),
})

export const setPolicyEndpoint = endpoint({
  operationId: 'setGroupPolicy',
  method: 'put',
  path: '/api/v1/group-policies/:kind',
  summary: 'Change how groups of a kind are filed and kept; for the whole organisation',
  tag: 'register',
  access: editors,
  params: z.strictObject({ kind: GroupKind }),
  body: GroupPolicy.omit({ kind: true }),
  response: GroupPolicy,
})

export const saveUnitEndpoint = endpoint({
  operationId: 'saveUnit',
  method: 'put',
  path: '/api/v1/units/:id',
  summary: 'Add a unit, rename it or move it from a day on; counts follow from that day',
  tag: 'register',
  access: editors,
  params: z.strictObject({ id: UnitId }),
  body: z.strictObject({
    name: z.string().min(1).max(120),
    parentId: UnitId.nullable(),
    movedOn: LocalDay.optional(),
  }),
  response: Unit,
})

export const importRegisterEndpoint = endpoint({
  operationId: 'importRegister',
  method: 'post',
  path: '/api/v1/register/import',
  summary: 'Take units.csv and groups.csv whole or not at all; a preview lists every problem with its line',
  tag: 'register',
  access: editors,
  body: z.strictObject({ units: z.string(), groups: z.string(), preview: z.boolean().default(true) }),
  bodyLimitBytes: 16 * 1024 * 1024,
  response: ImportAnswer,
})

export const exportRegisterEndpoint = endpoint({
  operationId: 'exportRegister',
  method: 'get',
  path: '/api/v1/register/groups.csv',
  summary: 'Groups of the units of the caller, in the columns that the import takes',
  tag: 'register',
  access: readers,
  produces: 'text/csv',
})

export const returnsEndpoint = endpoint({
  operationId: 'getReturns',
  method: 'get',
  path: '/api/v1/register/returns',
  summary: 'Groups filed or dissolved in a span of days, by the office to which they are reported',
  tag: 'register',
  access: readers,
  query: z.strictObject({ from: LocalDay, to: LocalDay }),
  response: Returns,
})
