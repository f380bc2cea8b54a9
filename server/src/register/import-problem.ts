import type { ImportProblem, ImportProblemCode, ImportProblemValues } from '@guanlan/contract/import-problem'

type Words = { readonly [C in ImportProblemCode]: (values: ImportProblemValues<C>) => string }

/** English, for the command line; the screens have their own words for each code. */
const WORDS: Words = {
  not_csv: () => 'is not CSV: check the quotes on this line',
  empty_file: () => 'the file is empty',
  unknown_column: ({ columns }) => `is not a column of this file: it takes ${columns}`,
  column_twice: () => 'is there twice',
  column_missing: () => 'is missing',
  cell_count: ({ cells, columns }) => `has ${cells} cells, the header has ${columns}`,
  bad_day: () => 'takes a day written YYYY-MM-DD',
  bad_id: () => 'takes 1 to 64 of A-Z a-z 0-9 . _ - (groups also :)',
  empty_cell: () => 'is empty',
  too_long: ({ max }) => `takes at most ${max} characters`,
  control_character: () => 'holds a line break or another control character',
  not_one_of: ({ values }) => `takes one of ${values}`,
  not_a_number: () => 'takes a whole number',
  repeated: ({ line }) => `is on line ${line} already`,
  before_unit_move: ({ day }) => `lies before the last move of this unit (${day})`,
  before_group_move: ({ day }) => `lies before the last move of this group (${day})`,
  before_unit_start: ({ unit, day }) => `lies before the first day of unit ${unit} (${day})`,
  no_such_unit: ({ unit }) => `no unit has the id ${unit}: add it to the units file`,
  unit_closed: ({ unit, day }) => `unit ${unit} is closed since ${day}`,
  filed_on_needed: ({ state }) => `is needed for a ${state} group`,
  dissolved_on_needed: () => 'is needed for a dissolved group',
  must_be_dissolved: () => 'must be dissolved where dissolved_on is given',
  dissolved_before_filed: () => 'lies before filed_on',
  informed_taken_back: ({ day }) => `is not taken back (${day}): leave the column out, or give a later day`,
  informed_earlier: ({ day }) =>
    `would open days that were closed (${day} so far): only a system administrator of the organisation imports that`,
  tree_empty_interval: ({ unit, day }) => `unit ${unit} on ${day}: its time there ends before it begins`,
  tree_overlap: ({ unit, day }) => `unit ${unit} on ${day}: has two places in the tree on one day`,
  tree_gap: ({ unit, day }) => `unit ${unit} on ${day}: has no place in the tree`,
  tree_no_root: ({ day }) => `on ${day} no unit is the organisation (a unit without a parent)`,
  tree_several_roots: ({ unit, day }) =>
    `unit ${unit} on ${day}: has no parent, and neither has the organisation`,
  tree_missing_parent: ({ unit, day }) => `unit ${unit} on ${day}: its parent is not in the tree on that day`,
  tree_cycle: ({ unit, day }) => `unit ${unit} on ${day}: is below itself`,
}

/** A problem of a code at its place, with its words. */
export function importProblem<C extends ImportProblemCode>(
  at: Pick<ImportProblem, 'file' | 'line' | 'column'>,
  code: C,
  values: ImportProblemValues<C>,
): ImportProblem {
  return { ...at, code, values, message: WORDS[code](values) }
}
