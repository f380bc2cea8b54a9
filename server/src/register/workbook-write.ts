import type ExcelJS from 'exceljs'
import type { Returns } from '@guanlan/contract/endpoints/register'
import { GROUP_VALUES } from './export-csv.ts'
import type { GroupExportRow } from './group-queries.ts'
import { GROUP_COLUMNS, UNIT_COLUMNS } from './import-rows.ts'

export interface UnitExportRow {
  readonly id: string
  readonly name: string
  readonly parentId: string | null
}

type Cell = string | number | null

/** Cells are values, never formulas: a name that begins with = stays a name. */
function addSheet(
  workbook: ExcelJS.Workbook,
  name: string,
  header: readonly string[],
  rows: Iterable<readonly Cell[]>,
): ExcelJS.Worksheet {
  const sheet = workbook.addWorksheet(name, { views: [{ state: 'frozen', ySplit: 1 }] })
  sheet.addRow([...header]).font = { bold: true }
  for (const row of rows) sheet.addRow(row.map((cell) => (cell === '' ? null : cell)))
  for (const [index, title] of header.entries())
    sheet.getColumn(index + 1).width = Math.max(12, Math.min(40, title.length + 4))
  return sheet
}

/** The library is loaded with the first workbook: it would hold up every start. */
async function newWorkbook(): Promise<ExcelJS.Workbook> {
  const { default: Excel } = await import('exceljs')
  return new Excel.Workbook()
}

async function bytesOf(workbook: ExcelJS.Workbook): Promise<Buffer> {
  workbook.creator = 'Guanlan'
  return Buffer.from(await workbook.xlsx.writeBuffer())
}

/** The register as the import takes it back unchanged. */
export async function registerWorkbook(
  units: readonly UnitExportRow[],
  groups: readonly GroupExportRow[],
): Promise<Buffer> {
  const workbook = await newWorkbook()
  addSheet(
    workbook,
    'units',
    UNIT_COLUMNS,
    units.map(({ id, name, parentId }) => [id, name, parentId, null]),
  )
  addSheet(
    workbook,
    'groups',
    GROUP_COLUMNS,
    groups.map((row) => GROUP_COLUMNS.map((column) => GROUP_VALUES[column](row))),
  )
  return bytesOf(workbook)
}

const TAKES: Readonly<Record<string, string>> = {
  id: '编号 id: A-Z a-z 0-9 . _ -',
  name: '名称 name',
  parent_id: '上级单位编号，全单位留空 id of the unit above; empty for the organisation',
  from_day: '起始日 YYYY-MM-DD，可空 day, may be empty',
  kind: 'staff | service | temporary | public',
  unit_id: '所属单位编号 id of its unit',
  platform: '平台 platform',
  purpose: '用途 purpose',
  state: 'draft | submitted | returned | filed | dissolved',
  filed_on: '备案日 YYYY-MM-DD day of filing',
  informed_on: '告知成员日 YYYY-MM-DD day on which members were informed',
  informed_how: '告知方式 how they were informed',
  dissolved_on: '解散日 YYYY-MM-DD day of dissolution',
  expires_on: '到期日 YYYY-MM-DD day of expiry',
  next_review_on: '下次核查日 YYYY-MM-DD day of the next review',
  real_names_confirmed_on: '实名确认日 YYYY-MM-DD day on which real names were confirmed',
  size: '人数 number of members',
  administrator_post: '负责岗位，多个用 ; 分隔 posts, several separated by ;',
  administrator_from: '任职起始日，可空 since when, may be empty',
}

/** Empty sheets with the columns, and a third one that says what each takes. */
export async function registerTemplate(): Promise<Buffer> {
  const workbook = await newWorkbook()
  addSheet(workbook, 'units', UNIT_COLUMNS, [])
  addSheet(workbook, 'groups', GROUP_COLUMNS, [])
  const lines = [
    ...UNIT_COLUMNS.map((column) => ['units', column, TAKES[column] ?? '']),
    ...GROUP_COLUMNS.map((column) => ['groups', column, TAKES[column] ?? '']),
  ]
  addSheet(workbook, '说明 columns', ['sheet', 'column', 'takes'], lines).getColumn(3).width = 70
  return bytesOf(workbook)
}

const FORBIDDEN_IN_NAMES = /[\\/*?:[\]']/g

/** A name that sheets may have: 31 characters, none of a few, each once. */
function sheetName(wanted: string, taken: Set<string>): string {
  const base = wanted.replaceAll(FORBIDDEN_IN_NAMES, ' ').trim().slice(0, 28) || 'office'
  let name = base
  for (let count = 2; taken.has(name.toLowerCase()); count++) name = `${base.slice(0, 25)} ${count}`
  taken.add(name.toLowerCase())
  return name
}

/** Consolidated returns: a summary, and one sheet an office to hand in. */
export async function returnsWorkbook({ from, to, offices }: Returns): Promise<Buffer> {
  const workbook = await newWorkbook()
  const taken = new Set(['汇总 summary'])
  addSheet(
    workbook,
    '汇总 summary',
    ['office', '部门', 'kind', '备案 filed', '解散 dissolved', 'from', 'to'],
    offices.flatMap(({ officeId, name, byKind }) =>
      Object.entries(byKind).map(([kind, count]) => [
        officeId,
        name,
        kind,
        count.filed,
        count.dissolved,
        from,
        to,
      ]),
    ),
  )
  for (const { name, groups } of offices)
    addSheet(
      workbook,
      sheetName(name, taken),
      [
        'id',
        '群名 name',
        'kind',
        '单位 unit',
        '备案方式 filing',
        '备案日 filed',
        '解散日 dissolved',
        '抄送 copy',
      ],
      groups.map((group) => [
        ...[group.id, group.name, group.kind, group.unitId, group.filing],
        ...[group.filedOn, group.dissolvedOn, group.copy ? '抄送 copy' : ''],
      ]),
    )
  return bytesOf(workbook)
}
