import { csvFile } from '../lib/csv.ts'
import { GROUP_COLUMNS } from './import-rows.ts'
import type { GroupExportRow } from './group-queries.ts'

/** What each column of groups.csv says about a group. */
export const GROUP_VALUES: Record<
  (typeof GROUP_COLUMNS)[number],
  (row: GroupExportRow) => string | number | null
> = {
  id: (row) => row.id,
  name: (row) => row.name,
  kind: (row) => row.kind,
  unit_id: (row) => row.unitId,
  from_day: () => null,
  platform: (row) => row.platform,
  purpose: (row) => row.purpose,
  state: (row) => row.state,
  filed_on: (row) => row.filedOn,
  informed_on: (row) => row.informedOn,
  informed_how: (row) => row.informedHow,
  dissolved_on: (row) => row.dissolvedOn,
  expires_on: (row) => row.expiresOn,
  next_review_on: (row) => row.nextReviewOn,
  real_names_confirmed_on: (row) => row.realNamesConfirmedOn,
  size: (row) => row.size,
  administrator_post: (row) => row.administratorPosts,
  administrator_from: () => null,
}

/** groups.csv with a byte order mark, so that spreadsheets read it as UTF-8; the import takes it back unchanged. */
export function groupsCsv(rows: readonly GroupExportRow[]): string {
  return csvFile([
    GROUP_COLUMNS,
    ...rows.map((row) => GROUP_COLUMNS.map((column) => GROUP_VALUES[column](row))),
  ])
}
