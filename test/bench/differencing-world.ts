/** What a scope says, and the products that it says it to: the shipped release code, and controls that protect less. */
import { createHash } from 'node:crypto'
import type { ReleasedCell } from '@guanlan/analytics/privacy/released-cell'
import type { ReleaseFloors } from '@guanlan/analytics/privacy/release'
import { createWordWindows } from '@guanlan/analytics/topics/windows'
import { createRandom, type Random } from './topics-material.ts'

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

export function inProcessTarget(start: number, seed: number, floors: Partial<ReleaseFloors> = {}): Target {
  const units = [{ id: 'scope', parent: -1 }]
  for (let i = 1; i <= 4; i++) units.push({ id: `part${i}`, parent: 0 })
  const windows = createWordWindows({
    secret: createHash('sha256').update(`differencing ${seed}`).digest(),
    startedAt: start,
    units,
    word: (term) => String(term),
    qualifyingGroups: () => 2,
    floors,
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

/**
 * No product: the words of at least `people` people are released every `tickMs`, whole and parts, exact and unguarded. What
 * the attackers find here shows that they can see.
 */
export function nakedTarget(start: number, { people, tickMs }: { people: number; tickMs: number }): Target {
  let from = start
  let posts: Post[] = []
  const release = (to: number): ReleasedCell[] => {
    const cells: ReleasedCell[] = []
    for (const scope of ['scope', 'part1', 'part2', 'part3', 'part4']) {
      const words = new Map<number, Set<number>>()
      for (const post of posts) {
        if (post.at >= to) break
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
    posts = posts.filter((post) => post.at >= to)
    from = to
    return cells
  }
  return {
    post: (post) => void posts.push(post),
    released: (now) => (now - from < tickMs ? [] : release(Math.floor(now / tickMs) * tickMs)),
  }
}

export interface World {
  posts: Post[]
  cells: ReleasedCell[]
}

export const day = 86_400_000
export const SIZES = [200, 500, 1000, 5000, 50_000] as const
export const start = Date.UTC(2026, 8, 6, 16)

/** Words of the dictionary that the product is fed with. */
export const EVERYDAY_WORDS = 10_400
export const RARE_WORDS = 800

/** The place of a word of the simulation in the dictionary. */
export const keyOf = (word: number): number =>
  word < EVERYDAY_WORDS ? word : EVERYDAY_WORDS + ((word - 50_000) % RARE_WORDS)

/** Zipf-like everyday words, and for each person five words shared with a dozen others only. */
export function drawWords(person: number, random: Random): number[] {
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

/** A world under one product. */
export function simulate(perDay: number, days: number, seed: number, target: Target): World {
  const world: World = { posts: drawPosts(perDay, days, seed), cells: [] }
  for (const post of world.posts) {
    target.post(post)
    world.cells.push(...target.released(post.at))
  }
  return world
}
