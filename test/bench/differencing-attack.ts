/** Attackers who read everything that is released and know when their target posts; none knows what it says. */
import type { ReleasedCell } from '@guanlan/analytics/privacy/released-cell'
import type { Post, World } from './differencing-world.ts'

interface Claim {
  score: number
  hit: boolean
  /** would be right about somebody whose words never reached the product */
  guess: boolean
}

/** The score from which an attacker's claims serve it best on known targets; Infinity when none do. */
function bestThreshold(claims: readonly Claim[]): number {
  const sorted = [...claims].sort((a, b) => b.score - a.score)
  let best = 0
  let threshold = Infinity
  let excess = 0
  sorted.forEach((claim, i) => {
    excess += (claim.hit ? 1 : 0) - (claim.guess ? 1 : 0)
    const tied = sorted[i + 1]?.score === claim.score
    if (tied || i < 9 || excess * 2 < i + 1 || excess <= best) return
    best = excess
    threshold = claim.score
  })
  return threshold
}

/**
 * Share of the targets' shown words that an attacker pins on them because they were released: right claims beyond those
 * that are as right about a phantom, who talks alike and was never counted (everyday words are guessed without any
 * release). A claim's threshold is learned on the other half of the targets, whose words the attacker may know: taken
 * from the same claims that it is judged on, the best of many thresholds would count luck as knowledge.
 */
function attributable(halves: readonly [Claim[], Claim[]], shown: number): number {
  let excess = 0
  halves.forEach((claims, i) => {
    const threshold = bestThreshold(halves[1 - i]!)
    for (const claim of claims)
      if (claim.score >= threshold) excess += (claim.hit ? 1 : 0) - (claim.guess ? 1 : 0)
  })
  return shown === 0 ? 0 : Math.max(0, excess) / shown
}

interface Window {
  from: number
  to: number
  words: Map<string, ReleasedCell>
  posts: Post[]
}

function windowsOf(world: World, scope: string, inside: (post: Post) => boolean): Window[] {
  const windows = new Map<number, Window>()
  for (const cell of world.cells) {
    if (cell.scope !== scope || cell.kind !== 'term') continue
    const known = windows.get(cell.from) ?? { from: cell.from, to: cell.to, words: new Map(), posts: [] }
    known.words.set(cell.key, cell)
    windows.set(cell.from, known)
  }
  const sorted = [...windows.values()].sort((a, b) => a.from - b.from)
  let i = 0
  for (const post of world.posts) {
    while (i < sorted.length && sorted[i]!.to <= post.at) i++
    if (i < sorted.length && sorted[i]!.from <= post.at && inside(post)) sorted[i]!.posts.push(post)
  }
  return sorted
}

/** The observers: by share of people, by rarity of the word otherwise, and by appearing only when the target posts. */
function observe(windows: readonly Window[], targets: readonly number[]): number {
  const claims = [0, 1, 2].map((): [Claim[], Claim[]] => [[], []])
  let shown = 0
  const rate = new Map<string, number>()
  for (const window of windows)
    for (const word of window.words.keys()) rate.set(word, (rate.get(word) ?? 0) + 1)
  for (const target of targets) {
    const with_ = windows.filter((window) => window.posts.some((post) => post.person === target))
    const together = new Map<string, number>()
    for (const window of with_) {
      for (const word of window.words.keys()) together.set(word, (together.get(word) ?? 0) + 1)
    }
    for (const window of with_) {
      const said = new Set(
        window.posts.filter((p) => p.person === target).flatMap((p) => p.words.map(String)),
      )
      const might = new Set(
        window.posts.filter((p) => p.person === target).flatMap((p) => p.phantom.map(String)),
      )
      for (const [word, cell] of window.words) {
        const guess = might.has(word)
        const hit = said.has(word)
        if (hit) shown++
        const often = (together.get(word) ?? 0) / with_.length
        const otherwise =
          (rate.get(word)! - (together.get(word) ?? 0)) / Math.max(1, windows.length - with_.length)
        claims[0]![target % 2]!.push({ score: cell.people / window.posts.length, hit, guess })
        claims[1]![target % 2]!.push({ score: -rate.get(word)! / windows.length, hit, guess })
        claims[2]![target % 2]!.push({ score: often - otherwise, hit, guess })
      }
    }
  }
  return Math.max(...claims.map((halves) => attributable(halves, shown)))
}

interface Span {
  from: number
  to: number
}

const overlap = (a: Span, b: Span): boolean => a.from < b.to && b.from < a.to

/** The smallest span around a window that cuts through no cell of its word: only there can parts be subtracted. */
function aligned(window: Span, cells: readonly Span[]): Span {
  let span = window
  for (;;) {
    const touched = cells.filter((cell) => overlap(cell, span))
    const from = Math.min(span.from, ...touched.map((cell) => cell.from))
    const to = Math.max(span.to, ...touched.map((cell) => cell.to))
    if (from === span.from && to === span.to) return span
    span = { from, to }
  }
}

/** Windows of parts that show as many words as a list holds: what is missing there may have been released all the same. */
function fullWindows(cells: readonly ReleasedCell[], shownAtMost: number): ReleasedCell[] {
  const windows = new Map<string, { first: ReleasedCell; words: number }>()
  for (const cell of cells) {
    const key = `${cell.scope} ${cell.from}`
    const known = windows.get(key) ?? { first: cell, words: 0 }
    known.words++
    windows.set(key, known)
  }
  return [...windows.values()].filter(({ words }) => words >= shownAtMost).map(({ first }) => first)
}

/**
 * Words and spans in which the whole is known and what no part shows is one to four people, or a single part. A part's
 * cell for a longer window than the whole's tells nothing about a piece of it, so spans are widened until no cell is
 * cut, and a span in which some window of the whole does not show the word has no known total.
 */
function complementLeaks(world: World, shownAtMost: number): number {
  const byWord = new Map<string, ReleasedCell[]>()
  for (const cell of world.cells)
    if (cell.kind === 'term') byWord.set(cell.key, [...(byWord.get(cell.key) ?? []), cell])
  const posts = new Map<string, Post[]>()
  for (const post of world.posts)
    for (const word of post.words) posts.set(String(word), [...(posts.get(String(word)) ?? []), post])
  const full = fullWindows(world.cells, shownAtMost)
  let leaks = 0
  for (const [word, cells] of byWord) {
    const parts = cells.filter((cell) => cell.scope !== 'scope')
    const spans = new Map<number, Span>()
    for (const cell of cells) {
      if (cell.scope !== 'scope' || !parts.some((part) => overlap(part, cell))) continue
      const span = aligned(cell, cells)
      spans.set(span.from, span)
    }
    for (const span of spans.values()) {
      const wholes = cells.filter((cell) => cell.scope === 'scope' && overlap(cell, span))
      const known = wholes.reduce((sum, cell) => sum + cell.to - cell.from, 0)
      if (known < span.to - span.from) continue
      const rest = (posts.get(word) ?? []).filter(
        ({ at, unit }) =>
          at >= span.from &&
          at < span.to &&
          !parts.some((part) => part.scope === `part${unit}` && at >= part.from && at < part.to),
      )
      // A list that is cut at its length says of no word that it is hidden.
      if (
        rest.some(({ at, unit }) => full.some((w) => w.scope === `part${unit}` && at >= w.from && at < w.to))
      )
        continue
      const people = new Set(rest.map((post) => post.person)).size
      const units = new Set(rest.map((post) => post.unit)).size
      if (people > 0 && (people < 5 || units < 2)) leaks++
    }
  }
  return leaks
}

export const round = (value: number): number => Math.round(value * 1e5) / 1e5

/** The attackers on one world: the largest attributable share over its scopes, and complements. */
export function attackWorld(
  world: World,
  shownAtMost = Infinity,
): { attributable: number; complementLeaks: number } {
  const targets = Array.from({ length: 24 }, (_, i) => i)
  const scopes = ['scope', 'part1', 'part2', 'part3', 'part4'].map((scope, i) =>
    observe(
      windowsOf(world, scope, (post) => i === 0 || post.unit === i),
      targets,
    ),
  )
  return { attributable: round(Math.max(...scopes)), complementLeaks: complementLeaks(world, shownAtMost) }
}
