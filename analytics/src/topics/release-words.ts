/** Closes the scopes that are due and decides their word and sentiment cells, parents before children. */
import { guardParts } from '../privacy/release-guard.ts'
import { lowerStep, type ReleaseRule } from '../privacy/release.ts'
import type { CellKind, ReleasedCell } from '../privacy/released-cell.ts'
import type { Scope } from './scopes.ts'
import { everyone } from './scope-table.ts'

export interface WordReleaseOptions {
  rule: ReleaseRule
  /** how a word is shown, or null when it may not be (unknown and not approved) */
  word(term: number): string | null
  /** groups of the unit that qualify by their active people (scope.md, harm counts) */
  qualifyingGroups(unit: number): number
  /** most words of one scope and window */
  maxCells: number
}

/**
 * Scopes whose window may close at `to`. A child closes only together with its parent, so that its windows are unions
 * of its parent's and no finer cut of the parent exists.
 */
export function dueScopes(scopes: readonly Scope[], rule: ReleaseRule, to: number): Set<Scope> {
  const due = new Set<Scope>()
  for (const scope of scopes) {
    if (scope.parent && !due.has(scope.parent)) continue
    const { table } = scope
    if (table.rows() === 0) continue
    const totals = {
      since: Math.max(scope.from, scope.since),
      messages: table.messages(0),
      people: table.people(0),
    }
    if (rule.due(totals, to)) due.add(scope)
  }
  return due
}

/** Decides every due scope's cells, then empties their windows. */
export function releaseWords(
  due: ReadonlySet<Scope>,
  to: number,
  options: WordReleaseOptions,
): ReleasedCell[] {
  const cells: ReleasedCell[] = []
  const decided = new Map<Scope, Set<number>>()
  for (const scope of due) {
    if (scope.direct) continue
    const candidates = decided.get(scope) ?? candidateRows(scope, options)
    for (const row of candidates) cells.push(termCell(scope, row, to, options))
    sentimentCell(scope, to, options, cells)
    markShown(scope, candidates, to)
    guardChildren(scope, due, options, decided)
  }
  for (const scope of due) withhold(scope, decided.get(scope), to)
  for (const scope of due) restart(scope, to)
  return cells
}

/** Rows that pass the floor of their own window, at most maxCells: those with most people, as rounded for release. */
function candidateRows(scope: Scope, options: WordReleaseOptions): Set<number> {
  const { table } = scope
  const { rule } = options
  const rows: number[] = []
  for (let row = 0; row < table.rows(); row++) {
    const people = table.people(row)
    if (people < rule.floors.keyPeople || table.term(row) === everyone) continue
    const floor = rule.floorOf(scope.unit, table.term(row), scope.from)
    if (!rule.passes({ people, groups: table.groups(row) }, floor)) continue
    if (options.word(table.term(row)) !== null) rows.push(row)
  }
  // Which of two close words is left out must not tell which of them a single person said.
  const coarse = (row: number) => rule.round(table.people(row))
  rows.sort((a, b) => coarse(b) - coarse(a) || table.term(a) - table.term(b))
  return new Set(rows.slice(0, options.maxCells))
}

function overlaps(scope: Scope, term: number, from: number): boolean {
  return (scope.shown.get(term) ?? -1) > from
}

/** The nearest ancestor that showed the word in a window overlapping the scope's, or null. */
function shownAbove(scope: Scope, term: number): Scope | null {
  for (let above = scope.parent; above; above = above.parent)
    if (overlaps(above, term, scope.from)) return above
  return null
}

/** Decides all due children of one scope together, word by word. */
function guardChildren(
  parent: Scope,
  due: ReadonlySet<Scope>,
  options: WordReleaseOptions,
  decided: Map<Scope, Set<number>>,
): void {
  const byTerm = new Map<number, Scope[]>()
  for (const child of parent.children) {
    if (!due.has(child)) continue
    decided.set(child, new Set())
    if (child.direct) continue
    for (const row of candidateRows(child, options)) {
      const term = child.table.term(row)
      byTerm.set(term, [...(byTerm.get(term) ?? []), child])
    }
  }
  for (const [term, candidates] of byTerm) {
    for (const child of guardTerm(parent, due, term, candidates, options.rule)) {
      decided.get(child)!.add(child.table.find(term))
    }
  }
}

function guardTerm(
  parent: Scope,
  due: ReadonlySet<Scope>,
  term: number,
  candidates: readonly Scope[],
  rule: ReleaseRule,
): Scope[] {
  // Without a shown total there is nothing to subtract from; below a hidden part its own parts stay hidden.
  const free = candidates.filter((child) => shownAbove(child, term) === null)
  const guarded = candidates.filter((child) => shownAbove(child, term) === parent)
  if (guarded.length === 0) return free
  const from = Math.min(...guarded.map((child) => child.from))
  const family = parent.children.filter((child) => child.heard)
  const parts = family.map((child) => ({
    passes: guarded.includes(child) || free.includes(child),
    people: peopleOf(child, term),
    published: overlaps(child, term, from),
  }))
  const among = (hidden: readonly number[]): Scope[] => hidden.map((i) => family[i]!)
  const shown = guardParts(
    parts,
    (hidden) => hiddenRest(parent, term, among(hidden), from),
    rule.floorOf(parent.unit, term, parent.from),
    (hidden) =>
      hiddenRest(
        parent,
        term,
        among(hidden).filter((child) => due.has(child)),
        -Infinity,
      ),
  )
  return family.filter((_, i) => shown[i])
}

function peopleOf(scope: Scope, term: number): number {
  const row = scope.table.find(term)
  return row < 0 ? 0 : scope.table.people(row)
}

/** People in hidden children: those of open windows, and of windows decided earlier that overlap. */
function hiddenRest(
  parent: Scope,
  term: number,
  hidden: readonly Scope[],
  from: number,
): { people: number; parts: number } {
  const people = new Set<number>()
  const parts = new Set<Scope>()
  let least = 0
  for (const child of hidden) {
    const row = child.table.find(term)
    if (row < 0) continue
    parts.add(child)
    child.table.eachPerson(row, (person) => people.add(person))
    least = Math.max(least, child.table.people(row))
  }
  for (const past of parent.withheld.get(term) ?? []) {
    if (past.to <= from) continue
    parts.add(past.child)
    least = Math.max(least, past.people)
  }
  return { people: Math.max(people.size, least), parts: parts.size }
}

function markShown(scope: Scope, rows: ReadonlySet<number>, to: number): void {
  for (const row of rows) scope.shown.set(scope.table.term(row), to)
}

/** Remembers, for words that the parent showed meanwhile, how many people this child hides. */
function withhold(scope: Scope, shown: ReadonlySet<number> | undefined, to: number): void {
  const { parent, table } = scope
  if (!parent) return
  for (let row = 0; row < table.rows(); row++) {
    const term = table.term(row)
    if (term === everyone || shown?.has(row) || !overlaps(parent, term, scope.from)) continue
    const people = table.people(row)
    const list = parent.withheld.get(term) ?? []
    const kept = list.filter((past) => past.child !== scope || past.people > people)
    parent.withheld.set(term, [...kept, { child: scope, to, people }])
  }
}

const withheldMs = 24 * 3_600_000

/**
 * Forgets shown entries that no open window of a child overlaps any more, and withheld ones once all children's windows
 * begin at one moment: only then can nothing shown later be subtracted together with what was shown before. After a
 * day they are forgotten anyway.
 */
export function forgetShown(scope: Scope): void {
  const oldest = oldestBelow(scope, Infinity)
  for (const [term, to] of scope.shown) if (to <= oldest) scope.shown.delete(term)
  const starts = new Set(scope.children.filter((child) => child.heard).map((child) => child.from))
  const sealed = starts.size === 1 ? [...starts][0]! : scope.from - withheldMs
  for (const [term, list] of scope.withheld) {
    const kept = list.filter((past) => past.to > sealed)
    if (kept.length === 0) scope.withheld.delete(term)
    else if (kept.length < list.length) scope.withheld.set(term, kept)
  }
}

function oldestBelow(scope: Scope, oldest: number): number {
  for (const child of scope.children) oldest = oldestBelow(child, Math.min(oldest, child.from))
  return oldest
}

function restart(scope: Scope, to: number): void {
  scope.table.reset()
  scope.from = to
  scope.negative = 0
  scope.positive = 0
}

export function plainCell(kind: CellKind, scope: Scope, to: number): ReleasedCell {
  return {
    scope: scope.id,
    from: scope.from,
    to,
    kind,
    key: '',
    people: 0,
    messages: 0,
    groups: 0,
    units: 0,
    sentiment: null,
    harm: [],
    terms: [],
  }
}

function termCell(scope: Scope, row: number, to: number, { rule, word }: WordReleaseOptions): ReleasedCell {
  const { table } = scope
  return {
    ...plainCell('term', scope, to),
    key: word(table.term(row)) ?? '',
    people: rule.round(table.people(row)),
    messages: rule.round(table.messages(row)),
    groups: lowerStep(table.groups(row)),
  }
}

function sentimentCell(scope: Scope, to: number, options: WordReleaseOptions, cells: ReleasedCell[]): void {
  const { rule } = options
  const { table, negative, positive } = scope
  if (options.qualifyingGroups(scope.unit) < rule.floors.sentimentGroups) return
  if (table.groups(0) < rule.floors.sentimentGroups) return
  const counts = { messages: table.messages(0), people: table.people(0), negative, positive }
  const sentiment = rule.sentiment(counts)
  if (!sentiment) return
  cells.push({
    ...plainCell('sentiment', scope, to),
    people: rule.round(counts.people),
    messages: rule.round(counts.messages),
    groups: lowerStep(table.groups(0)),
    sentiment,
  })
}
