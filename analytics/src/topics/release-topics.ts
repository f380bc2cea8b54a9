/**
 * Decides the cells of topics. A topic's windows in a scope follow one another without overlap, each from the end of
 * the topic's last cell there (at most two hours back) to a boundary at which the scope itself releases: a topic too
 * small for one window waits until its floor is reached, and each message enters one cell of a topic and scope at most.
 * Its floor is drawn once per cell, so that waiting does not re-draw it. One dimension at a time: mood and harm are
 * given for the organisation; a unit's cell of a topic holds counts only.
 */
import { guardParts } from '../privacy/release-guard.ts'
import { lowerStep, type ReleaseRule } from '../privacy/release.ts'
import type { HarmPart, ReleasedCell } from '../privacy/released-cell.ts'
import type { HotTopic } from './detector.ts'
import { messagesWith } from './postings.ts'
import type { RecentLog } from './recent-log.ts'
import { plainCell } from './release-words.ts'
import type { Scope, ScopeTree } from './scopes.ts'
import { createDayPeople, tallyTopic, type Part, type TopicTally } from './topic-tally.ts'

export interface TopicReleaseOptions {
  rule: ReleaseRule
  tree: ScopeTree
  log: RecentLog
  word(term: number): string | null
}

export interface TopicRelease {
  /** cells of topics for the scopes that close at `to`; call before those scopes are emptied */
  release(due: ReadonlySet<Scope>, to: number, hot: readonly HotTopic[]): ReleasedCell[]
  /** unknown words that passed the floor in a topic's cell and wait for an operator's approval, since the last call */
  awaiting(): number[]
  restore(cells: readonly ReleasedCell[]): void
}

const reachMs = 2 * 3_600_000
const keepMs = 48 * 3_600_000
const topicSalt = 0x40000000

/** A topic with the messages of the log that say its words, as serials. */
interface Told extends HotTopic {
  said: readonly number[]
}

/** Where each topic stands in each scope: end of its newest cell, number of cells; and the counts that follow from it. */
interface Ledger {
  rule: ReleaseRule
  endOf(scope: Scope, id: string): number
  mark(scope: Scope, id: string, to: number): void
  restore(cell: ReleasedCell): void
  forget(to: number): void
  windowStart(scope: Scope, id: string, to: number): number
  /** jittered floor of a word of the topic, or with a small `term` of one of its totals, in its open cell */
  floorOf(scope: Scope, id: string, term: number): number
  passes(scope: Scope, id: string, term: number, part: Part): boolean
  tally(scope: Scope, topic: Told, to: number): TopicTally
  /** words of the topic that pass their floor and may be shown */
  words(scope: Scope, topic: HotTopic, tally: TopicTally): string[]
}

function createLedger({ rule, tree, log, word }: TopicReleaseOptions, waiting: Set<number>): Ledger {
  const progress = new Map<string, { to: number; cells: number }>()
  const { grid } = rule.floors
  const keyOf = (scope: string, id: string): string => `${scope}|${id}`
  const note = (key: string, to: number): void => {
    const known = progress.get(key)
    progress.set(key, { to: Math.max(known?.to ?? 0, to), cells: (known?.cells ?? 0) + 1 })
  }
  const ledger: Ledger = {
    rule,
    endOf: (scope, id) => progress.get(keyOf(scope.id, id))?.to ?? 0,
    mark: (scope, id, to) => note(keyOf(scope.id, id), to),
    restore: (cell) => note(keyOf(cell.scope, cell.key), cell.to),
    forget(to) {
      for (const [key, done] of progress) if (to - done.to > keepMs) progress.delete(key)
    },
    windowStart: (scope, id, to) =>
      Math.max(ledger.endOf(scope, id), to - reachMs, Math.floor(scope.since / grid) * grid),
    floorOf(scope, id, term) {
      const drawn = (progress.get(keyOf(scope.id, id))?.cells ?? 0) * grid
      return rule.floorOf(scope.unit, term ^ numberOf(id) ^ topicSalt, drawn)
    },
    passes: (scope, id, term, part) =>
      rule.passes({ people: part.people.size(), groups: part.groups.size }, ledger.floorOf(scope, id, term)),
    tally(scope, topic, to) {
      const inside = (unit: number): boolean =>
        scope.direct ? unit === scope.unit : tree.chainOf(unit).includes(scope)
      const from = ledger.windowStart(scope, topic.track.id, to)
      return tallyTopic(log, topic.said, new Set(topic.core), from, to, inside)
    },
    words(scope, topic, tally) {
      const shown: { text: string; people: number }[] = []
      for (const term of topic.core) {
        const part = tally.words.get(term)
        if (!part || !ledger.passes(scope, topic.track.id, term, part)) continue
        const text = word(term)
        if (text === null) waiting.add(term)
        else shown.push({ text, people: rule.round(part.people.size()) })
      }
      // The detector's own order follows exact counts: of two close words it would tell which one more person said.
      shown.sort((a, b) => b.people - a.people || (a.text < b.text ? -1 : 1))
      return shown.map(({ text }) => text)
    },
  }
  return ledger
}

export function createTopicRelease(options: TopicReleaseOptions): TopicRelease {
  const waiting = new Set<number>()
  const ledger = createLedger(options, waiting)
  return {
    release(due, to, hot) {
      const cells: ReleasedCell[] = []
      const root = [...due].find((scope) => scope.parent === null)
      if (!root) return cells
      for (const each of hot) {
        const topic = { ...each, said: messagesWith(options.log, each.core) }
        const cell = releaseRoot(ledger, root, topic, to)
        if (cell) cells.push(cell)
        releaseBelow(ledger, root, due, topic, to, cells)
      }
      ledger.forget(to)
      return cells
    },
    awaiting() {
      const terms = [...waiting]
      waiting.clear()
      return terms
    },
    restore(cells) {
      for (const cell of cells) if (cell.kind === 'topic') ledger.restore(cell)
    },
  }
}

function emit(
  ledger: Ledger,
  scope: Scope,
  topic: HotTopic,
  to: number,
  tally: TopicTally,
  terms: string[],
): ReleasedCell {
  const { id } = topic.track
  const { rule } = ledger
  const cell: ReleasedCell = {
    ...plainCell('topic', scope, to),
    from: ledger.windowStart(scope, id, to),
    key: id,
    people: rule.round(tally.people.size()),
    messages: rule.round(tally.messages),
    groups: lowerStep(tally.groups.size),
    terms,
  }
  ledger.mark(scope, id, to)
  return cell
}

function releaseRoot(ledger: Ledger, root: Scope, topic: Told, to: number): ReleasedCell | null {
  const { id } = topic.track
  const { rule } = ledger
  const tally = ledger.tally(root, topic, to)
  if (!ledger.passes(root, id, 0, tally)) return null
  const terms = ledger.words(root, topic, tally)
  if (terms.length === 0) return null
  const people = tally.people.size()
  const spread = [...tally.units.values()].filter((part) => part.people.size() >= 2).length
  const harm = harmParts(tally, ledger.floorOf(root, id, 1), rule)
  const { messages, negative, positive } = tally
  const sentiment = rule.sentiment({ messages, people, negative, positive })
  return { ...emit(ledger, root, topic, to, tally, terms), units: lowerStep(spread), sentiment, harm }
}

/** Cells of a topic below a scope that shows it, family by family, under the complement guard. */
function releaseBelow(
  ledger: Ledger,
  parent: Scope,
  due: ReadonlySet<Scope>,
  topic: Told,
  to: number,
  cells: ReleasedCell[],
): void {
  const { id } = topic.track
  const children = parent.children.filter((child) => child.heard)
  if (!children.some((child) => due.has(child))) return
  const from = Math.min(...children.map((child) => ledger.windowStart(child, id, to)))
  if (ledger.endOf(parent, id) <= from) return
  const tallies = children.map((child) => ledger.tally(child, topic, to))
  const words = children.map((child, i) => (child.direct ? [] : ledger.words(child, topic, tallies[i]!)))
  const parts = children.map((child, i) => ({
    passes: due.has(child) && words[i]!.length > 0 && ledger.passes(child, id, 0, tallies[i]!),
    people: tallies[i]!.people.size(),
    published: ledger.endOf(child, id) > from,
  }))
  const rest = (hidden: readonly number[]): { people: number; parts: number } => ({
    people: hidden.reduce((all, i) => all.union(tallies[i]!.people), createDayPeople()).size(),
    parts: hidden.filter((i) => tallies[i]!.messages > 0).length,
  })
  const shown = guardParts(parts, rest, ledger.floorOf(parent, id, 2))
  children.forEach((child, i) => {
    if (!shown[i]) return
    cells.push(emit(ledger, child, topic, to, tallies[i]!, words[i]!))
    releaseBelow(ledger, child, due, topic, to, cells)
  })
}

/** FNV-1a: topic ids are strings, floors are drawn by number. */
function numberOf(id: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < id.length; i++) h = Math.imul(h ^ id.charCodeAt(i), 0x01000193)
  return h
}

function harmParts(tally: TopicTally, floor: number, rule: ReleaseRule): HarmPart[] {
  const entries = [...tally.harm]
  const parts = entries.map(([, part]) => ({
    passes: rule.passes({ people: part.people.size(), groups: part.groups.size }, floor),
    people: part.people.size(),
    published: false,
  }))
  const shown = guardParts(
    parts,
    (hidden) => ({
      people: hidden.reduce((all, i) => all.union(entries[i]![1].people), createDayPeople()).size(),
      parts: hidden.length,
    }),
    floor,
  )
  return entries
    .filter(([category], i) => category >= 0 && shown[i])
    .map(([category, part]) => ({ category, messages: rule.round(part.messages) }))
    .sort((a, b) => b.messages - a.messages || a.category - b.category)
}
