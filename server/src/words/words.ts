import type { Analyser } from '@guanlan/analytics/text/analyser'
import type { TopicLink } from '@guanlan/analytics/topics/identity'
import { occasionWords } from '@guanlan/analytics/topics/occasions'
import { createWordWindows, type WarmUp } from '@guanlan/analytics/topics/windows'
import type { ReleasedCell } from '@guanlan/analytics/privacy/released-cell'
import type { UnitTree } from '@guanlan/analytics/unit-tree'
import type { Words } from '@guanlan/contract/panels'
import type { Clock } from '../lib/clock.ts'
import { createCellSaver } from './cell-saver.ts'
import type { CellStore } from './cell-store.ts'
import { createLatestWords } from './latest-words.ts'
import { createWordUnits } from './word-units.ts'

/** A message as the ingest path hands it over, once its decision is durable. Nothing of it outlives the call but counts. */
export interface WordInput {
  /** ms; only messages sent within 24 h of this come here */
  acceptedAt: number
  groupId: string
  unitId: string
  sender: string
  text: string
  category: string | null
}

export interface WordsOptions {
  analyser: Analyser
  store: CellStore
  clock: Clock
  /** random bytes of this process, memory only */
  secret: Uint8Array
  /** names this run in insert tokens; not a secret */
  run: string
  categories: readonly string[]
  tree(): UnitTree
  dayOf(ms: number): string
  dayNumber(day: string): number
  /** pseudonym of a sender on a local day: 32 to 53 bits, memory only */
  pseudonym(sender: string, day: string): number
  /** groups below a unit that may be shown alone today */
  qualifyingGroups(unitId: string): number
  /** an operator's higher floors, as in the configuration */
  floors: { words: number; cellMessages: number; cellPeople: number }
  /** may this term be shown? A word that left the vocabulary keeps its id, but not its place on screens */
  mayShow(term: number): boolean
  /** looks for new words in the message; called before the text is dropped, may pass */
  discover?(text: string, person: number, group: number): void
  /** cells and links that were just released, or restored at the start */
  onRelease(cells: readonly ReleasedCell[], links: readonly TopicLink[]): void
  onError(error: unknown): void
}

export interface WordsService {
  observe(input: WordInput): void
  /** Releases what is due and appends it to the table; what the store does not take is tried again with the next tick. */
  tick(): Promise<void>
  /** Words of the newest release of a unit; the root stands for the organisation. */
  panel(unitId: string): Words
  /** Grows with every release, so that a panel knows whether it is current. */
  version(): number
  warmUp(): WarmUp
  bytes(): number
}

/** Topics keep their identity for this long. */
const RESTORED_MS = 48 * 3_600_000

/** Word windows of this process: analyses text in memory, releases cells that pass the floors, forgets the rest. */
export async function createWords(options: WordsOptions): Promise<WordsService> {
  const { analyser, clock } = options
  const units = createWordUnits()
  const latest = createLatestWords()
  const saver = createCellSaver(options.store, options.run, options.dayOf)
  const groups = new Map<string, number>()
  const categories = new Map(options.categories.map((code, index) => [code, index]))
  let tree = options.tree()
  let treeDay = options.dayOf(clock.now())
  let warmUp: WarmUp = { minutes: 0, of: 30 }
  let version = 0

  const occasions = new Set(occasionWords.map((word) => analyser.vocabulary.idOf(word)))
  const windows = createWordWindows({
    secret: options.secret,
    startedAt: clock.now(),
    units: units.of(tree, treeDay),
    word: (term) => (options.mayShow(term) ? analyser.vocabulary.word(term) : null),
    isOccasion: (term) => occasions.has(term),
    idOf: analyser.vocabulary.idOf,
    qualifyingGroups: (unit) => options.qualifyingGroups(units.idOf(unit)),
    floors: {
      keyPeople: options.floors.words,
      messages: options.floors.cellMessages,
      people: options.floors.cellPeople,
    },
  })
  const released = await options.store.since(clock.now() - RESTORED_MS)
  windows.restore(released)
  latest.add(released)
  options.onRelease(released, [])

  function refreshTree(): void {
    const [current, day] = [options.tree(), options.dayOf(clock.now())]
    if (current === tree && day === treeDay) return
    tree = current
    treeDay = day
    windows.setUnits(units.of(tree, day))
  }

  function observe(input: WordInput): void {
    // A unit that was registered since the last tick; one that is still unknown then has left.
    if (units.indexOf(input.unitId) === undefined) refreshTree()
    const unit = units.indexOf(input.unitId)
    if (unit === undefined) return
    let group = groups.get(input.groupId)
    if (group === undefined) groups.set(input.groupId, (group = groups.size))
    const day = options.dayOf(input.acceptedAt)
    const pseudonym = options.pseudonym(input.sender, day)
    options.discover?.(input.text, pseudonym, group)
    const { terms, count, polarity } = analyser.analyse(input.text)
    windows.observe({
      at: input.acceptedAt,
      day: options.dayNumber(day),
      unit,
      group,
      pseudonym,
      terms,
      count,
      polarity,
      category: input.category === null ? -1 : (categories.get(input.category) ?? -1),
    })
  }

  async function tick(): Promise<void> {
    refreshTree()
    const { cells, links, warmUp: warm } = windows.tick(clock.now())
    if (cells.length > 0 || warm.minutes !== warmUp.minutes) version++
    warmUp = warm
    latest.add(cells)
    if (cells.length > 0 || links.length > 0) options.onRelease(cells, links)
    saver.add(cells)
    await saver.flush().catch(options.onError)
  }

  return {
    observe,
    tick,
    panel: (unitId) => latest.panel(unitId, warmUp),
    version: () => version,
    warmUp: () => warmUp,
    bytes: () => windows.bytes() + analyser.bytes(),
  }
}
