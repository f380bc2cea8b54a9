import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { GroupId, UnitId } from '../event.ts'
import { ImportProblem } from '../import-problem.ts'
import {
  AdministratorAccount,
  Filing,
  FindingCode,
  GroupDetail,
  GroupEdit,
  GroupFinding,
  GroupHealth,
  GroupKind,
  GroupPolicy,
  GroupRow,
  GroupState,
  GroupStep,
  GroupTier,
  GroupViews,
  LocalDay,
  Unit,
  UnitBurden,
  UnitDetail,
  UnitRow,
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
  tier: GroupTier.optional(),
  /** Part of the name of a group, whatever its case. */
  name: z
    .string()
    .trim()
    .min(1)
    .max(120)
    .regex(/^\P{Cc}+$/u)
    .optional(),
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
  problems: z.array(ImportProblem),
  problemCount: z.int(),
})
export type ImportAnswer = z.infer<typeof ImportAnswer>

const ReturnCounts = z.strictObject({ filed: z.int(), dissolved: z.int() })

/** Groups filed or dissolved in a span, by the office that is in charge or gets a copy. */
export const Returns = z.strictObject({
  from: LocalDay,
  to: LocalDay,
  offices: z.array(
    z.strictObject({
      officeId: UnitId,
      name: z.string(),
      /** What this office is in charge of; copies are not counted again. */
      byKind: z.partialRecord(GroupKind, ReturnCounts),
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
    /** Left out: stays as it is. */
    leadPost: z.string().trim().max(60).optional(),
    officeId: UnitId.nullable().optional(),
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

export const ReturnsQuery = z.strictObject({
  from: LocalDay,
  to: LocalDay,
  /** One office; left out: all that concern the units of the caller. */
  office: UnitId.optional(),
})

export const returnsEndpoint = endpoint({
  operationId: 'getReturns',
  method: 'get',
  path: '/api/v1/register/returns',
  summary: 'Groups filed or dissolved in a span of days, by the office to which they are reported',
  tag: 'register',
  access: readers,
  query: ReturnsQuery,
  response: Returns,
})

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

export const importWorkbookEndpoint = endpoint({
  operationId: 'importRegisterWorkbook',
  method: 'post',
  path: '/api/v1/register/workbook',
  summary:
    'Take a workbook with the sheets units and groups whole or not at all; `line` of a problem is its row',
  tag: 'register',
  access: editors,
  body: z.strictObject({
    /** The .xlsx file in base64; at most 8 MiB of it. */
    workbook: z.base64().max(12_000_000),
    preview: z.boolean().default(true),
  }),
  bodyLimitBytes: 12 * 1024 * 1024,
  response: ImportAnswer,
})

export const exportWorkbookEndpoint = endpoint({
  operationId: 'exportRegisterWorkbook',
  method: 'get',
  path: '/api/v1/register/register.xlsx',
  summary: 'Units and groups of the caller as a workbook that the import takes back unchanged',
  tag: 'register',
  access: readers,
  produces: XLSX,
})

export const registerTemplateEndpoint = endpoint({
  operationId: 'getRegisterTemplate',
  method: 'get',
  path: '/api/v1/register/template.xlsx',
  summary: 'An empty workbook with the columns of the import and what each takes',
  tag: 'register',
  access: readers,
  produces: XLSX,
})

export const returnsWorkbookEndpoint = endpoint({
  operationId: 'getReturnsWorkbook',
  method: 'get',
  path: '/api/v1/register/returns.xlsx',
  summary: 'The same returns as a workbook with one sheet an office',
  tag: 'register',
  access: readers,
  query: ReturnsQuery,
  produces: XLSX,
})

export const burdenEndpoint = endpoint({
  operationId: 'getBurden',
  method: 'get',
  path: '/api/v1/register/burden',
  summary: 'Groups, members and messages a member and day, unit by unit; most groups first',
  tag: 'register',
  access: readers,
  query: z.strictObject({ unit: UnitId.optional(), ...page }),
  response: z.strictObject({ units: z.array(UnitBurden), total: z.int() }),
})

export const administratorAccountsEndpoint = endpoint({
  operationId: 'listAdministratorAccounts',
  method: 'get',
  path: '/api/v1/units/:id/administrators',
  summary: 'Accounts that may fill a post of the groups of a unit (role group-admin or unit-lead over it)',
  tag: 'register',
  access: editors,
  params: z.strictObject({ id: UnitId }),
  response: z.strictObject({ accounts: z.array(AdministratorAccount) }),
})

export const myGroupsEndpoint = endpoint({
  operationId: 'listMyGroups',
  method: 'get',
  path: '/api/v1/me/groups',
  summary: 'Groups of which the caller’s account fills a post today',
  tag: 'register',
  access: readers,
  response: z.strictObject({ groups: z.array(GroupRow) }),
})

export const groupHealthEndpoint = endpoint({
  operationId: 'getGroupHealth',
  method: 'get',
  path: '/api/v1/groups/:id/health',
  summary: 'One group for the one who answers for it: findings, size, and floored counts of 30 days',
  tag: 'register',
  access: readers,
  params: GroupPath,
  response: GroupHealth,
})

export const groupViewsEndpoint = endpoint({
  operationId: 'listGroupViews',
  method: 'get',
  path: '/api/v1/groups/:id/views',
  summary: 'Which roles looked at the figures of this group, hour by hour, over 90 days',
  tag: 'register',
  access: editors,
  params: GroupPath,
  response: GroupViews,
})

export const listUnitsEndpoint = endpoint({
  operationId: 'listUnits',
  method: 'get',
  path: '/api/v1/units',
  summary: 'Units of which the caller reads the register, as of today',
  tag: 'register',
  access: readers,
  response: z.strictObject({ units: z.array(UnitRow) }),
})

export const getUnitEndpoint = endpoint({
  operationId: 'getUnit',
  method: 'get',
  path: '/api/v1/units/:id',
  summary: 'One unit with where it hung before',
  tag: 'register',
  access: readers,
  params: z.strictObject({ id: UnitId }),
  response: UnitDetail,
})
