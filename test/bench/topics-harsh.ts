/**
 * A second, harsher world for hot topics, built unlike the first (topics-world.ts): one dialogue in file order spoken by
 * random people of random groups (so that every scene looks a little like a burst), other shapes of planted topics, words
 * of the truth from another segmenter, and controls the first world has not. Same seed, same stream.
 */
import { addControls } from './topics-harsh-controls.ts'
import { addFurther } from './topics-harsh-further.ts'
import { addMore } from './topics-harsh-more.ts'
import { day, hour, minute, type Harsh, type HarshOptions } from './topics-harsh-kit.ts'
import { createRandom, rows, type Random } from './topics-material.ts'
import type { StreamEvent, Truth } from './topics-world.ts'

const rhythm = [3, 2, 1, 1, 1, 3, 10, 26, 36, 42, 40, 40, 38, 28, 32, 36, 38, 40, 38, 40, 42, 34, 20, 9]
const rhythmMean = rhythm.reduce((sum, value) => sum + value, 0) / 24

const shapes = ['subset', 'two', 'half', 'all', 'title', 'coined', 'few-groups', 'alone', 'one'] as const
type Shape = (typeof shapes)[number]

/** Dialogue and comments in file order, a few of each in turn; reviews, whose file goes from books to hotels, in none. */
function loadTexts(seed: number, random: Random): string[] {
  const reviews = rows('reviews-polarity.tsv.gz').flatMap((row) => row[1]!.split(/[，。！？；]/))
  const lists = [
    rows('cped-utterances.tsv.gz').map((row) => row[3]!),
    rows('cold-train-dev.tsv.gz').map((row) => row[3]!),
    Array.from({ length: 32_000 }, () => reviews[Math.floor(random() * reviews.length)]!),
  ]
  const texts: string[] = []
  const step = 6 + (seed % 5) * 4
  for (let i = 0; i < 32_000; i += step) for (const list of lists) texts.push(...list.slice(i, i + step))
  return texts.filter((text) => text.length > 2)
}

function createWorld(options: HarshOptions): { world: Harsh; events: StreamEvent[]; texts: string[] } {
  const random = createRandom(options.seed * 7919 + 17)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const texts = loadTexts(options.seed, random)
  const titles = [...new Set(rows('hot-search-society-2024-06_2025-05.tsv.gz').map((row) => row[2]!))]
  const segmenter = new Intl.Segmenter('zh', { granularity: 'word' })
  const words = (title: string): string[] => [
    ...new Set(
      [...segmenter.segment(title)]
        .filter((s) => s.isWordLike && s.segment.length >= 2)
        .map((s) => s.segment),
    ),
  ]
  const common = new Map<string, number>()
  for (let i = 0; i < texts.length; i += 4)
    for (const word of words(texts[i]!)) common.set(word, (common.get(word) ?? 0) + 1)
  const { origin, learnDays, countDays } = options
  const groups = 40 + (options.seed % 4) * 15
  const senders = Math.round(options.messagesPerDay / 5) + 100
  const used = new Set<string>()
  const events: StreamEvent[] = []
  const end = origin + (learnDays + countDays) * day
  const world: Harsh = {
    options,
    random,
    pick,
    between: (low, high) => low + random() * (high - low),
    text: () => pick(texts),
    member: (group) => `s${(group * 131 + Math.floor(random() * random() * 70) * 13) % senders}`,
    say(t, sender, group, text) {
      if (t >= origin && t < end) events.push({ t: Math.round(t), sender, group: `g${group}`, text })
    },
    fresh(least) {
      for (;;) {
        const title = pick(titles)
        const terms = words(title)
        if (terms.length < least || terms.some((term) => used.has(term))) continue
        for (const term of terms) used.add(term)
        return { title, terms }
      }
    },
    everyday: (word) => (/\d/.test(word) ? Infinity : (common.get(word) ?? 0)),
    rate: (t) =>
      ((options.messagesPerDay / 1440) * rhythm[Math.floor(((t - origin) % day) / hour)]!) / rhythmMean,
    poisson(mean) {
      let k = 0
      for (let p = random(); p > Math.exp(-mean); p *= random()) k++
      return k
    },
    truth: { topics: [], controls: [] },
    countsFrom: origin + learnDays * day,
    end,
    groups,
  }
  return { world, events, texts }
}

function background(world: Harsh, texts: readonly string[]): void {
  const { random, options, groups, member, say } = world
  let line = Math.floor(random() * texts.length)
  const open = (): { group: number; line: number; left: number } => ({
    group: Math.floor(random() * groups),
    line: Math.floor(random() * texts.length),
    left: 5 + Math.floor(random() * 40),
  })
  const rooms = Array.from({ length: 12 }, open)
  const triple = world.countsFrom + Math.floor(random() * options.countDays) * day + 10 * hour
  for (let t = options.origin; t < world.end; t += minute) {
    const factor = options.controls.includes('triple') && t >= triple && t < triple + 2 * hour ? 3 : 1
    for (let i = world.poisson(world.rate(t) * factor); i > 0; i--) {
      const at = t + random() * minute
      if (options.style === 'rooms') {
        const place = Math.floor(random() * rooms.length)
        const room = rooms[place]!
        say(at, member(room.group), room.group, texts[room.line++ % texts.length]!)
        if (--room.left === 0) rooms[place] = open()
        continue
      }
      const group = Math.floor(random() * groups)
      say(at, member(group), group, options.style === 'scenes' ? texts[line++ % texts.length]! : world.text())
    }
  }
}

const coinage = [...'锦澜悦麓樾玺珑璟翡曜沁霁湛煜珺铂禧睿云栖湖畔府苑庭墅']

function termsFor(world: Harsh, shape: Shape): { title: string; terms: string[] } {
  const { title, terms } = world.fresh(shape === 'half' || shape === 'all' ? 5 : 3)
  // A topic of one or two words is about its rarest ones: 这些 and 2060 are nobody's topic.
  const telling = [...terms].sort((a, b) => world.everyday(a) - world.everyday(b))
  if (shape === 'one') return { title, terms: telling.slice(0, 1) }
  if (shape === 'two') return { title, terms: telling.slice(0, 2) }
  if (shape !== 'coined') return { title, terms: shape === 'title' ? terms : terms.slice(0, 6) }
  const name = Array.from({ length: 3 + Math.floor(world.random() * 2) }, () => world.pick(coinage)).join('')
  return { title, terms: [name, ...terms.slice(0, 2)] }
}

function tell(world: Harsh, shape: Shape, title: string, terms: readonly string[]): string {
  const { random, pick } = world
  const filler = world.text().slice(0, 22)
  const cut = Math.floor(random() * filler.length)
  const put = (words: string): string => `${filler.slice(0, cut)}${words}${filler.slice(cut)}`
  if (shape === 'title') return put(title)
  if (shape === 'alone') return random() < 0.25 ? title : put(pick(terms))
  if (shape === 'all') return put([...terms].sort(() => random() - 0.5).join(' '))
  const share = shape === 'half' ? 0.5 : 0.6
  const chosen = terms.filter(() => random() < share)
  return put((chosen.length > 0 ? chosen : [pick(terms)]).join(random() < 0.5 ? '' : ' '))
}

function plantTopics(world: Harsh): void {
  const { options, random } = world
  for (let d = 0; d < options.countDays; d++) {
    for (const [i, shape] of shapes.entries()) {
      const { title, terms } = termsFor(world, shape)
      const start =
        world.countsFrom +
        d * day +
        (7.5 + (12 * ((i * 5) % shapes.length)) / shapes.length + random()) * hour
      const length = world.between(1.5, 5) * hour
      const size = 0.03 * Math.pow(0.25 / 0.03, random())
      const places = shape === 'few-groups' ? 3 : 5 + Math.floor(random() * 12)
      const touched = Array.from({ length: places }, () => Math.floor(random() * world.groups))
      world.truth.topics.push({ id: `${shape}-${d}`, start, end: start + length, terms })
      for (let t = start; t < start + length; t += minute) {
        for (let k = world.poisson(world.rate(t) * size); k > 0; k--) {
          const group = world.pick(touched)
          world.say(t + random() * minute, world.member(group), group, tell(world, shape, title, terms))
        }
      }
    }
  }
}

export function buildHarshWorld(options: HarshOptions): {
  events: StreamEvent[]
  truth: Truth
  countsFrom: number
  end: number
} {
  const { world, events, texts } = createWorld(options)
  background(world, texts)
  plantTopics(world)
  const finish = addControls(world)
  const last = options.more ? addMore(world) : (all: StreamEvent[]): StreamEvent[] => all
  if (options.further) addFurther(world)
  const sorted = last(finish(events)).sort((a, b) => a.t - b.t || (a.sender < b.sender ? -1 : 1))
  return { events: sorted, truth: world.truth, countsFrom: world.countsFrom, end: world.end }
}
