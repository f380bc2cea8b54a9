/**
 * Attackers against released cells. Each reads everything that is released and knows when its target posts; none knows
 * what. The world posts through a Target, so that the same attackers can run against the API and its sockets.
 */
import { createHash } from 'node:crypto'
import type { ReleasedCell } from '@guanlan/analytics/privacy/released-cell'
import { createWordWindows } from '@guanlan/analytics/topics/windows'
import { createRandom, type Random } from './topics-world.ts'

export interface Post {
  at: number
  person: number
  /** leaf unit 1..4 and group within the scope under attack */
  unit: number
  group: number
  words: number[]
  /** what the same person might as well have said then: drawn alike, never posted */
  phantom: number[]
}

/** The product under attack: takes posts in time order, gives what anybody may read. */
export interface Target {
  post(post: Post): void
  released(now: number): ReleasedCell[]
}

export function inProcessTarget(start: number, seed: number): Target {
  const units = [{ id: 'scope', parent: -1 }]
  for (let i = 1; i <= 4; i++) units.push({ id: `part${i}`, parent: 0 })
  const windows = createWordWindows({
    secret: createHash('sha256').update(`differencing ${seed}`).digest(),
    startedAt: start,
    units,
    word: (term) => String(term),
    qualifyingGroups: () => 2,
  })
  return {
    post: ({ at, person, unit, group, words }) => {
      const day = Math.floor(at / 86_400_000)
      const pseudonym = person * 4096 + (day % 4096) + 4_294_967_296
      const terms = Int32Array.from(words)
      windows.observe({
        at,
        day,
        unit,
        group,
        pseudonym,
        terms,
        count: terms.length,
        polarity: 0,
        category: -1,
      })
    },
    released: (now) => windows.tick(now).cells,
  }
}

interface World {
  posts: Post[]
  cells: ReleasedCell[]
}

const day = 86_400_000
const start = Date.UTC(2026, 8, 6, 16)

/** Zipf-like everyday words, and for each person five words shared with a dozen others only. */
function drawWords(person: number, random: Random): number[] {
  const words = new Set<number>()
  for (let i = 0; i < 6; i++) words.add(Math.floor(Math.pow(8000, random())))
  if (random() < 0.3) words.add(10_000 + ((person * 7 + Math.floor(random() * 5) * 131) % 400))
  return [...words]
}

function simulate(perDay: number, days: number, seed: number): World {
  const random = createRandom(seed)
  const target = inProcessTarget(start, seed)
  const people = Math.max(30, Math.round(perDay / 6))
  const world: World = { posts: [], cells: [] }
  let at = start
  while (at < start + days * day) {
    const hour = Math.floor((at % day) / 3_600_000)
    const awake = hour < 15 || hour === 23 ? 1.4 : 0.2
    at += (-Math.log(1 - random()) * day) / (perDay * awake)
    const person = Math.floor(people * random() * random())
    const unit = 1 + (person % 4)
    const group = unit * 10 + (Math.floor(person / 4) % 3)
    const post = {
      at,
      person,
      unit,
      group,
      words: drawWords(person, random),
      phantom: drawWords(person, random),
    }
    world.posts.push(post)
    target.post(post)
    world.cells.push(...target.released(at))
  }
  return world
}

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

/**
 * Words and spans in which the whole is known and what no part shows is one to four people, or a single part. A part's
 * cell for a longer window than the whole's tells nothing about a piece of it, so spans are widened until no cell is
 * cut, and a span in which some window of the whole does not show the word has no known total.
 */
function complementLeaks(world: World): number {
  const byWord = new Map<string, ReleasedCell[]>()
  for (const cell of world.cells)
    if (cell.kind === 'term') byWord.set(cell.key, [...(byWord.get(cell.key) ?? []), cell])
  const posts = new Map<string, Post[]>()
  for (const post of world.posts)
    for (const word of post.words) posts.set(String(word), [...(posts.get(String(word)) ?? []), post])
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
      const people = new Set(rest.map((post) => post.person)).size
      const units = new Set(rest.map((post) => post.unit)).size
      if (people > 0 && (people < 5 || units < 2)) leaks++
    }
  }
  return leaks
}

/** Four accounts in two groups say a word nobody else says; how much does its showing tell about one more person? */
function poisoningGain(): number {
  const trials = 400
  const shown = [0, 0]
  for (const says of [0, 1]) {
    const random = createRandom(77)
    const target = inProcessTarget(start, 5)
    for (let trial = 0; trial < trials; trial++) {
      const from = start + trial * 600_000
      for (let i = 0; i < 40; i++) {
        const person = 100 + Math.floor(random() * 60)
        target.post({
          at: from + i * 5000,
          person,
          unit: 1,
          group: 11 + (i % 3),
          words: drawWords(person, random),
          phantom: [],
        })
      }
      const word = 50_000 + trial
      for (let i = 0; i < 4; i++) {
        target.post({
          at: from + 210_000 + i,
          person: i,
          unit: 1,
          group: 11 + (i % 2),
          words: [word],
          phantom: [],
        })
      }
      target.post({
        at: from + 220_000,
        person: 9,
        unit: 1,
        group: 11,
        words: says ? [word] : [60_000],
        phantom: [],
      })
      const cells = target.released(from + 599_000)
      if (cells.some((cell) => cell.scope === 'scope' && cell.key === String(word))) shown[says]!++
    }
  }
  return (shown[1]! - shown[0]!) / trials
}

const round = (value: number): number => Math.round(value * 1e5) / 1e5

export function run(): Promise<object> {
  const sizes: [number, number][] = [
    [200, 90],
    [500, 40],
    [1_000, 25],
    [5_000, 6],
    [50_000, 2],
  ]
  const bySize: Record<string, number> = {}
  let complement = 0
  let intersection = 0
  for (const [perDay, days] of sizes) {
    const world = simulate(perDay, days, perDay)
    const targets = Array.from({ length: 24 }, (_, i) => i)
    const scopes = ['scope', 'part1', 'part2', 'part3', 'part4'].map((scope, i) =>
      observe(
        windowsOf(world, scope, (post) => i === 0 || post.unit === i),
        targets,
      ),
    )
    bySize[String(perDay)] = round(Math.max(...scopes))
    complement += complementLeaks(world)
    // One dimension at a time: a cell of a unit and a topic carries neither mood nor harm.
    intersection += world.cells.filter(
      (cell) =>
        cell.kind === 'topic' && cell.scope !== 'scope' && (cell.sentiment !== null || cell.harm.length > 0),
    ).length
  }
  return Promise.resolve({
    transport: 'in-process release code',
    attributable: Math.max(...Object.values(bySize)),
    bySize,
    complementLeaks: complement,
    intersectionLeaks: intersection,
    poisoningGain: round(poisoningGain()),
    // A rule, silence or filter that takes a word exists only behind the API; nothing to attack in process.
    ruleOracleLeaks: null,
  })
}
