import { isFresh } from '@guanlan/analytics/is-fresh'
import { maskContactData } from '@guanlan/analytics/text/contact'
import { createDiscovery } from '@guanlan/analytics/text/discovery'
import { createFold, createFoldedText, foldInto, KIND_BREAK } from '@guanlan/analytics/text/fold'
import { createRosterMatcher, type HashedRoster, type RosterMatcher } from '@guanlan/analytics/text/roster'
import type { VocabularyCandidate } from '@guanlan/contract/gazetteer'
import type { Clock } from '../lib/clock.ts'

export interface Candidates {
  /** Looks at one message; a burst beyond `perSecond` is passed over, new words come back. */
  observe(text: string, person: number, group: number): void
  /** Spellings that passed the floors: at least 8 different people in at least 2 groups within a day. */
  list(): VocabularyCandidate[]
  bytes(): number
}

export interface CandidateOptions {
  secret: Uint8Array
  clock: Clock
  /** Local day of a moment: pseudonyms are of one day. */
  dayOf(ms: number): string
  /** pairs of characters, traditional before simplified */
  traditional: string
  /** surnames: a short spelling that begins with one may be a name */
  surnames: string
  isKnown(spelling: string): boolean
  roster(): { roster: HashedRoster; secret: Uint8Array } | undefined
  /** an operator's higher floor for words */
  floor: number
}

const LONGEST_TEXT = 500
const PER_SECOND = 50
/** The highest value of the jittered floor: whoever it is drawn for, this passes. */
const JITTER = 3
const REFRESH_MS = 60_000

interface Tally {
  people: Set<number>
  groups: Set<number>
}

/** New words in the making: sketches below the floor, sets in memory for the few that were spelled out, nothing on disk. */
export function createCandidates(options: CandidateOptions): Candidates {
  const { clock, floor } = options
  const fold = createFold(options.traditional)
  const text = createFoldedText(LONGEST_TEXT)
  const marks = new Uint8Array(LONGEST_TEXT + 3)
  const surnames = new Set(options.surnames)
  const looksLikeName = (word: string) => word.length <= 4 && surnames.has(word[0] ?? '')
  const { isKnown, secret } = options
  const discovery = createDiscovery({ secret, senders: floor, isKnown, looksLikeName, sketchBits: 17 })
  const tallies = new Map<string, Tally>()
  let spelled = new Map<string, boolean>()
  let matcher: { of: HashedRoster; matcher: RosterMatcher } | undefined
  let [second, left, refreshedAt] = [0, PER_SECOND, clock.now()]
  let day = options.dayOf(clock.now())

  function maskNames(): void {
    const current = options.roster()
    if (current === undefined) return
    if (matcher?.of !== current.roster)
      matcher = { of: current.roster, matcher: createRosterMatcher(current.roster, current.secret) }
    marks.fill(0)
    matcher.matcher.mark(text, marks)
    for (let i = 0; i < text.length; i++) if (marks[i] === 1) text.kinds[i] = KIND_BREAK
  }

  /** Pseudonyms change at midnight: whoever wrote on both days would count as two. */
  function turnOver(now: number): void {
    const today = options.dayOf(now)
    if (today === day) return
    day = today
    discovery.fade()
    tallies.clear()
  }

  function refresh(now: number): void {
    refreshedAt = now
    spelled = new Map(discovery.candidates().map((each) => [each.word, each.looksLikeName]))
    for (const word of tallies.keys()) if (!spelled.has(word)) tallies.delete(word)
  }

  function tally(message: string, person: number, group: number): void {
    for (const word of spelled.keys()) {
      if (!message.includes(word)) continue
      const known = tallies.get(word) ?? { people: new Set(), groups: new Set() }
      known.people.add(person)
      known.groups.add(group)
      tallies.set(word, known)
    }
  }

  return {
    observe(message, person, group) {
      const now = clock.now()
      if (Math.floor(now / 1000) !== second) [second, left] = [Math.floor(now / 1000), PER_SECOND]
      if (left-- <= 0) return
      turnOver(now)
      if (!isFresh(refreshedAt, now, REFRESH_MS)) refresh(now)
      const cut = message.slice(0, LONGEST_TEXT)
      foldInto(fold, cut, text)
      maskContactData(text)
      maskNames()
      discovery.observe(text, person | 0)
      if (spelled.size > 0) tally(cut, person, group)
    },
    list() {
      turnOver(clock.now())
      return [...spelled]
        .filter(([word]) => {
          const known = tallies.get(word)
          return (
            known !== undefined &&
            known.people.size >= floor + JITTER &&
            known.groups.size >= 2 &&
            !isKnown(word)
          )
        })
        .map(([spelling, name]) => ({ spelling, looksLikeName: name }))
        .slice(0, 200)
    },
    bytes: () => discovery.bytes(),
  }
}
