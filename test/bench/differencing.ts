/**
 * Attackers against released cells. Each reads everything that is released and knows when its target posts; none knows
 * what. The world posts through a Target, so that the same attackers can run against the API and its sockets.
 */
import { createHash } from 'node:crypto'
import type { ReleasedCell } from '@guanlan/analytics/privacy/released-cell'
import { createWordWindows } from '@guanlan/analytics/topics/windows'
import { keyOf, serverTarget } from './differencing-server.ts'
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

export /**
 * No product: every word of four people is released each minute, whole and parts, exact and unguarded. What the attackers
 * find here shows that they can see.
 */
function nakedTarget(start: number, people = 4): Target {
  let from = start
  let posts: Post[] = []
  const release = (to: number): ReleasedCell[] => {
    const cells: ReleasedCell[] = []
    for (const scope of ['scope', 'part1', 'part2', 'part3', 'part4']) {
      const words = new Map<number, Set<number>>()
      for (const post of posts) {
        if (scope !== 'scope' && scope !== `part${post.unit}`) continue
        for (const word of post.words) words.set(word, (words.get(word) ?? new Set()).add(post.person))
      }
      for (const [word, set] of words) {
        if (set.size < people) continue
        const counts = { people: set.size, messages: set.size, groups: 1, units: 0 }
        const rest = { sentiment: null, harm: [], terms: [] }
        cells.push({ scope, from, to, kind: 'term', key: String(word), ...counts, ...rest })
      }
    }
    posts = []
    from = to
    return cells
  }
  return {
    post: (post) => void posts.push(post),
    released: (now) => (now - from < 60_000 ? [] : release(Math.floor(now / 60_000) * 60_000)),
  }
}

interface World {
  posts: Post[]
  cells: ReleasedCell[]
}

const day = 86_400_000
const SIZES = [200, 500, 1000, 5000, 50_000] as const
const start = Date.UTC(2026, 8, 6, 16)

/** Zipf-like everyday words, and for each person five words shared with a dozen others only. */
function drawWords(person: number, random: Random): number[] {
  const words = new Set<number>()
  for (let i = 0; i < 6; i++) words.add(Math.floor(Math.pow(8000, random())))
  if (random() < 0.3) words.add(10_000 + ((person * 7 + Math.floor(random() * 5) * 131) % 400))
  return [...words]
}

/** What a scope of a size says in some days, in time order. */
export function drawPosts(perDay: number, days: number, seed: number, from = start): Post[] {
  const random = createRandom(seed)
  const people = Math.max(30, Math.round(perDay / 6))
  const posts: Post[] = []
  let at = from
  while (at < from + days * day) {
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
    posts.push(post)
  }
  return posts
}

function simulate(perDay: number, days: number, seed: number): World {
  const target = inProcessTarget(start, seed)
  const world: World = { posts: drawPosts(perDay, days, seed), cells: [] }
  for (const post of world.posts) {
    target.post(post)
    world.cells.push(...target.released(post.at))
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

/** One trial: everyday talk, four accounts in two groups say a word nobody else says, and the target says it or not. */
function poisonPosts(trial: number, says: boolean, word: number, from: number, random: Random): Post[] {
  const post = (at: number, person: number, group: number, words: number[]): Post => ({
    ...{ at: from + at, person, unit: 1, group, words, phantom: [] },
  })
  return [
    ...Array.from({ length: 40 }, (_, i) => {
      const person = 100 + Math.floor(random() * 60)
      return post(i * 5000, person, 10 + (i % 3), drawWords(person, random))
    }),
    ...Array.from({ length: 4 }, (_, i) => post(210_000 + i, i, 10 + (i % 2), [word])),
    post(220_000, 9, 10, says ? [word] : [9000 + (trial % 1000)]),
  ]
}

const POISON_TRIALS = 200
const TRIAL_MS = 600_000

/** How much does the showing of the poisoners' word tell about one more person? */
async function poisoningGain(
  attack: (posts: readonly Post[], until: number) => Promise<ReleasedCell[]> | ReleasedCell[],
  from: number,
): Promise<number> {
  const shown = [0, 0]
  for (const says of [0, 1]) {
    const random = createRandom(77)
    for (let trial = 0; trial < POISON_TRIALS; trial++) {
      const begin = from + (says * POISON_TRIALS + trial) * TRIAL_MS
      const word = 50_000 + says * POISON_TRIALS + trial
      const cells = await attack(poisonPosts(trial, says === 1, word, begin, random), begin + TRIAL_MS - 1000)
      const key = String(keyOf(word))
      if (cells.some((cell) => cell.scope === 'scope' && [key, String(word)].includes(cell.key)))
        shown[says]!++
    }
  }
  return round((shown[1]! - shown[0]!) / POISON_TRIALS)
}

const round = (value: number): number => Math.round(value * 1e5) / 1e5

/** The attackers on one world: the largest attributable share over its scopes, and complements. */
export function attackWorld(world: World): { attributable: number; complementLeaks: number } {
  const targets = Array.from({ length: 24 }, (_, i) => i)
  const scopes = ['scope', 'part1', 'part2', 'part3', 'part4'].map((scope, i) =>
    observe(
      windowsOf(world, scope, (post) => i === 0 || post.unit === i),
      targets,
    ),
  )
  return { attributable: round(Math.max(...scopes)), complementLeaks: complementLeaks(world) }
}

/** The release code alone, without the product around it: more days, every cell instead of those that screens show. */
async function attackReleaseCode(): Promise<object> {
  const days: Record<number, number> = { 200: 90, 500: 40, 1000: 25, 5000: 6, 50_000: 2 }
  const bySize: Record<string, number> = {}
  let complement = 0
  for (const perDay of SIZES) {
    const figures = attackWorld(simulate(perDay, days[perDay]!, perDay))
    bySize[String(perDay)] = figures.attributable
    complement += figures.complementLeaks
  }
  const target = inProcessTarget(start, 5)
  const attack = (posts: readonly Post[], until: number): ReleasedCell[] => {
    for (const post of posts) target.post(post)
    return target.released(until)
  }
  return {
    attributable: Math.max(...Object.values(bySize)),
    bySize,
    complementLeaks: complement,
    poisoningGain: await poisoningGain(attack, start),
  }
}

/** The product: ingest over HTTP, panels over a socket, the rest of the API. One server, one size after the other. */
async function attackProduct(): Promise<object> {
  const days: Record<number, number> = { 200: 20, 500: 8, 1000: 4, 5000: 2, 50_000: 1 }
  const bySize: Record<string, number> = {}
  const target = await serverTarget(start)
  let from = start + 2 * 3_600_000
  let [complement, intersection, shown] = [0, 0, 0]
  try {
    for (const perDay of SIZES) {
      const posts = drawPosts(perDay, days[perDay]!, perDay, from)
      const cells = await target.attack(posts, from + days[perDay]! * day)
      shown += cells.length
      // The product knows words by their place in a dictionary; so do the attackers.
      const world = { posts: posts.map((post) => ({ ...post, ...numbered(post) })), cells }
      const figures = attackWorld(world)
      bySize[String(perDay)] = figures.attributable
      complement += figures.complementLeaks
      intersection += await target.intersections()
      from += (days[perDay]! + 1) * day
    }
    const gain = await poisoningGain(target.attack, from)
    return {
      ...{ transport: 'ingest API, live sockets, HTTP API', cellsShown: shown, bySize },
      ...{ attributable: Math.max(...Object.values(bySize)), complementLeaks: complement },
      ...{ intersectionLeaks: intersection, poisoningGain: gain, ruleOracleLeaks: await target.oracles() },
    }
  } finally {
    await target.stop()
  }
}

const numbered = (post: Post) => ({ words: post.words.map(keyOf), phantom: post.phantom.map(keyOf) })

export async function run(args: readonly string[] = []): Promise<object> {
  const product = await attackProduct()
  return args.includes('--product-only') ? product : { ...product, releaseCode: await attackReleaseCode() }
}
