import { z } from 'zod'

/** What can be wrong with a file of the register, by code, and the values that its words take. Codes are stable. */
export const IMPORT_PROBLEMS = {
  not_csv: [],
  empty_file: [],
  unknown_column: ['columns'],
  column_twice: [],
  column_missing: [],
  cell_count: ['cells', 'columns'],
  bad_day: [],
  bad_id: [],
  empty_cell: [],
  too_long: ['max'],
  control_character: [],
  not_one_of: ['values'],
  not_a_number: [],
  repeated: ['line'],
  before_unit_move: ['day'],
  before_group_move: ['day'],
  before_unit_start: ['unit', 'day'],
  no_such_unit: ['unit'],
  unit_closed: ['unit', 'day'],
  filed_on_needed: ['state'],
  dissolved_on_needed: [],
  must_be_dissolved: [],
  dissolved_before_filed: [],
  informed_taken_back: ['day'],
  informed_earlier: ['day'],
  tree_empty_interval: ['unit', 'day'],
  tree_overlap: ['unit', 'day'],
  tree_gap: ['unit', 'day'],
  tree_no_root: ['day'],
  tree_several_roots: ['unit', 'day'],
  tree_missing_parent: ['unit', 'day'],
  tree_cycle: ['unit', 'day'],
} as const satisfies Readonly<Record<string, readonly string[]>>

export type ImportProblemCode = keyof typeof IMPORT_PROBLEMS
export type ImportProblemValues<C extends ImportProblemCode> = Readonly<
  Record<(typeof IMPORT_PROBLEMS)[C][number], string | number>
>

/** One place that has to be mended. Lines count from 1, the header is line 1; of a workbook, `line` is the row. */
export const ImportProblem = z.strictObject({
  file: z.enum(['units', 'groups']),
  line: z.int(),
  column: z.string().optional(),
  code: z.enum(Object.keys(IMPORT_PROBLEMS) as [ImportProblemCode, ...ImportProblemCode[]]),
  /** What the words of the code take. */
  values: z.record(z.string(), z.union([z.string(), z.number()])),
  /** The same in English, for the command line and for logs. */
  message: z.string(),
})
export type ImportProblem = Readonly<z.infer<typeof ImportProblem>>
