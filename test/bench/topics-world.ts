/**
 * A stream with a known truth: real texts in their order as conversations of groups, bursts planted from real hot-search
 * topics, and everything that looks like a burst and is none. Same seed, same stream.
 */
import { createRandom, loadMaterial, poisson, type Random } from './topics-material.ts'

export interface StreamEvent {
  t: number
  sender: string
  group: string
  text: string
}

export interface Truth {
  topics: { id: string; start: number; end: number; terms: string[] }[]
  controls: { kind: string; start: number; end: number; terms: string[] }[]
}

export interface World {
  events: StreamEvent[]
  truth: Truth
  /** ms from which figures count; before it the detector learns */
  countsFrom: number
  end: number
}

export interface WorldOptions {
  messagesPerDay: number
  learnDays: number
  countDays: number
  plantsPerDay: number
  seed: number
  /** most words of a topic in one message; 4 unless told */
  wordsPerMessage?: number
  /** content words of a text, for the truth */
  segment(text: string): string[]
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
/** a Monday, 00:00 in Asia/Shanghai */
const origin = Date.UTC(2026, 8, 6, 16)

/** messages by hour of day, mean 1 */
const rhythm = [4, 2, 1, 1, 1, 2, 8, 22, 34, 40, 42, 38, 34, 28, 34, 38, 38, 36, 34, 36, 40, 36, 22, 10]
const rhythmMean = rhythm.reduce((sum, value) => sum + value, 0) / 24

interface Conversation {
  group: number
  speakers: string[]
  next: number
  left: number
}

export function buildWorld(options: WorldOptions): World {
  const random = createRandom(options.seed)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const { texts, titles } = loadMaterial()
  const end = origin + (options.learnDays + options.countDays) * day
  const countsFrom = origin + options.learnDays * day
  const events: StreamEvent[] = []
  const truth: Truth = { topics: [], controls: [] }
  const people = Math.round(options.messagesPerDay / 4)
  const groups = 60
  const members = Array.from({ length: groups }, () =>
    Array.from({ length: 25 + Math.floor(random() * 40) }, () => `u${Math.floor(random() * people)}`),
  )
  const anyText = (): string => pick(texts)
  const someone = (group: number): string => pick(members[group]!)
  const say = (t: number, sender: string, group: number | string, text: string): void => {
    if (t >= origin && t < end) events.push({ t: Math.round(t), sender, group: `g${group}`, text })
  }
  const world: Build = {
    options,
    random,
    pick,
    say,
    someone,
    anyText,
    truth,
    origin,
    countsFrom,
    end,
    groups,
    titles,
  }
  const special = planSpecialHours(world)
  background(world, texts, members, special)
  const used = plantTopics(world)
  addControls(world, used, special)
  events.sort((a, b) => a.t - b.t || (a.sender < b.sender ? -1 : 1))
  return { events: holdBack(events, special), truth, countsFrom, end }
}

export interface Build {
  options: WorldOptions
  random: Random
  pick<T>(list: readonly T[]): T
  say(t: number, sender: string, group: number | string, text: string): void
  someone(group: number): string
  anyText(): string
  truth: Truth
  origin: number
  countsFrom: number
  end: number
  groups: number
  titles: string[]
}

interface Special {
  triple: number[]
  holiday: number
  gap: [number, number]
}

function planSpecialHours({ options, random, countsFrom }: Build): Special {
  const at = (dayNumber: number, h: number): number =>
    countsFrom + (dayNumber % options.countDays) * day + h * hour
  return {
    triple: [at(0, 10 + Math.floor(random() * 8)), at(2, 10 + Math.floor(random() * 8))],
    holiday: at(options.countDays - 1, 0),
    gap: [at(1, 12), at(1, 16)],
  }
}

/** Normal messages a minute at a time, before holiday and triple hours. */
export function normalRate(options: WorldOptions, t: number): number {
  const h = Math.floor(((t - origin) % day) / hour)
  const weekday = Math.floor((t - origin) / day) % 7
  return ((options.messagesPerDay / 1440) * rhythm[h]! * (weekday >= 5 ? 0.7 : 1.1)) / rhythmMean
}

function background(world: Build, texts: readonly string[], members: string[][], special: Special): void {
  const { options, random, pick, say } = world
  const open = (): Conversation => {
    const group = Math.floor(random() * world.groups)
    const speakers = Array.from({ length: 2 + Math.floor(random() * 7) }, () => pick(members[group]!))
    return { group, speakers, next: Math.floor(random() * texts.length), left: 4 + Math.floor(random() * 30) }
  }
  const talks = Array.from({ length: 12 }, open)
  for (let t = world.origin; t < world.end; t += minute) {
    const triple = special.triple.some((from) => t >= from && t < from + hour) ? 3 : 1
    const holiday = t >= special.holiday && t < special.holiday + day ? 0.5 : 1
    for (let i = poisson(normalRate(options, t) * triple * holiday, random); i > 0; i--) {
      const at = Math.floor(random() * talks.length)
      const talk = talks[at]!
      say(t + random() * minute, pick(talk.speakers), talk.group, texts[talk.next++ % texts.length]!)
      if (--talk.left === 0) talks[at] = open()
    }
  }
}

/** Several topics a day from titles that share no word; a message holds one to four of its words among others. */
function plantTopics(world: Build): Set<string> {
  const { options, random, pick, say, truth } = world
  const used = new Set<string>()
  for (let d = 0; d < options.countDays; d++) {
    for (let k = 0; k < options.plantsPerDay; k++) {
      // Every fourth topic is about something that no dictionary holds.
      const terms = k % 4 === 3 ? coinedTerms(world, used) : freshTerms(world, used)
      const start = world.countsFrom + d * day + (7 + random() * 13) * hour
      const size = 0.03 * Math.pow(0.25 / 0.03, random())
      const length = (2 + random() * 3) * hour
      const touched = Array.from({ length: 4 + Math.floor(random() * 12) }, () =>
        Math.floor(random() * world.groups),
      )
      truth.topics.push({ id: `p${d}-${k}`, start, end: start + length, terms })
      for (let t = start; t < start + length; t += minute) {
        const age = (t - start) / length
        const shape = age < 0.6 ? 1 : 1.6 - age
        for (let i = poisson(normalRate(options, t) * size * shape, random); i > 0; i--) {
          const group = pick(touched)
          say(t + random() * minute, world.someone(group), group, tell(world, terms))
        }
      }
    }
  }
  return used
}

function tell({ random, anyText, options }: Build, terms: readonly string[]): string {
  const count = Math.min(terms.length, 1 + Math.floor(random() * (options.wordsPerMessage ?? 4)))
  const chosen = [...terms].sort(() => random() - 0.5).slice(0, count)
  const filler = anyText().slice(0, 18)
  const cut = Math.floor(random() * filler.length)
  return `${filler.slice(0, cut)} ${chosen.join(random() < 0.5 ? '，' : ' ')} ${filler.slice(cut)}`
}

const coinage = '锦澜悦麓樾玺珑璟翡曜沁霁湛煜瑾槿珺铂禧睿'

/** Two words of a title and a name of two to four characters as estates, shops and products bear them. */
function coinedTerms(world: Build, used: Set<string>): string[] {
  const size = 2 + Math.floor(world.random() * 3)
  const name = Array.from({ length: size }, () => world.pick([...coinage])).join('')
  return [name, ...freshTerms(world, used).slice(0, 2)]
}

/** Words of a title not used before in this world, at least three. */
export function freshTerms({ options, pick, titles }: Build, used: Set<string>): string[] {
  for (;;) {
    const terms = [...new Set(options.segment(pick(titles)).filter((term) => term.length >= 2))]
    if (terms.length < 3 || terms.some((term) => used.has(term))) continue
    for (const term of terms) used.add(term)
    return terms
  }
}

/** The gap: nothing arrives in it, and half of what was said comes in a heap within a quarter of an hour after it. */
function holdBack(events: StreamEvent[], { gap: [from, to] }: Special): StreamEvent[] {
  const kept: StreamEvent[] = []
  events.forEach((event, i) => {
    if (event.t < from || event.t >= to) kept.push(event)
    else if (i % 2 === 0)
      kept.push({ ...event, t: to + Math.round(((event.t - from) / (to - from)) * 15 * minute) })
  })
  return kept.sort((a, b) => a.t - b.t)
}

function addControls(world: Build, used: Set<string>, special: Special): void {
  const { options, random, pick, say, truth } = world
  const days = options.learnDays + options.countDays
  const control = (kind: string, start: number, length: number, terms: string[]): void => {
    truth.controls.push({ kind, start, end: start + length, terms })
  }
  const daily = freshTerms(world, used)
  const weekly = freshTerms(world, used)
  for (let d = 0; d < days; d++) {
    const morning = world.origin + d * day
    // On the last counted days clocks are an hour off.
    const shift = d >= days - 2 ? hour : 0
    crowd(
      world,
      morning + 9 * hour + shift,
      20 * minute,
      25,
      5,
      () => `${daily.join('')} ${pick(['已到', '好的', '收到'])}`,
    )
    control(shift ? 'clock-change' : 'daily', morning + 9 * hour + shift, 2 * hour, daily)
    if (d % 7 === 0) {
      crowd(
        world,
        morning + 14 * hour,
        30 * minute,
        30,
        6,
        () => `${pick(weekly)}${pick(weekly)} ${world.anyText().slice(0, 8)}`,
      )
      control('weekly', morning + 14 * hour, 3 * hour, weekly)
    }
  }
  for (let d = 0; d < options.countDays; d++) {
    const at = (): number => world.countsFrom + d * day + (8 + random() * 12) * hour
    const flood = freshTerms(world, used)
    let start = at()
    for (let i = 0; i < 60; i++)
      say(start + i * 40_000, 'flooder', i % 2, `${flood.join('')}${world.anyText().slice(0, 10)}`)
    control('flood', start, 2 * hour, flood)
    const quarrel = freshTerms(world, used)
    start = at()
    for (let i = 0; i < 80; i++) say(start + i * 50_000, `u${i % 4}`, 3 + (i % 2), tell(world, quarrel))
    control('four-people', start, 3 * hour, quarrel)
    const local = freshTerms(world, used)
    start = at()
    crowd(world, start, hour, 20, 1, () => tell(world, local))
    control('one-group', start, 3 * hour, local)
    const bot = freshTerms(world, used)
    start = at()
    for (let i = 0; i < 60; i++) {
      const number = 100 + Math.floor(random() * 900)
      say(
        start + i * 4 * minute + random() * 20_000,
        `b${d}-${i % 30}`,
        i % 6,
        `${bot.join('')}仅需${number}元`,
      )
    }
    control('bot', start, 5 * hour, bot)
    const title = pickTitle(world, used)
    start = at()
    crowd(world, start, hour, 40, 12, () =>
      random() < 0.5 ? title.text : `${title.text} ${world.anyText().slice(0, 10)}`,
    )
    control('quote', start, 3 * hour, title.terms)
  }
  const drift = freshTerms(world, used)
  for (let t = world.origin; t < world.end; t += minute) {
    const share = (0.02 * (t - world.origin)) / (world.end - world.origin)
    for (let i = poisson(normalRate(options, t) * share, random); i > 0; i--) {
      const group = Math.floor(random() * world.groups)
      say(t + random() * minute, world.someone(group), group, tell(world, [pick(drift)]))
    }
  }
  control('drift', world.countsFrom, world.end - world.countsFrom, drift)
  joinGroups(world, used)
  holiday(world, special)
}

function crowd(
  world: Build,
  start: number,
  length: number,
  people: number,
  groups: number,
  text: () => string,
): void {
  const first = Math.floor(world.random() * world.groups)
  for (let i = 0; i < people; i++) {
    const group = (first + Math.floor(world.random() * groups)) % world.groups
    world.say(start + world.random() * length, world.someone(group), group, text())
  }
}

function pickTitle(world: Build, used: Set<string>): { text: string; terms: string[] } {
  for (;;) {
    const text = world.pick(world.titles)
    const terms = world.options.segment(text).filter((term) => term.length >= 2)
    if (terms.length < 3 || terms.some((term) => used.has(term))) continue
    for (const term of terms) used.add(term)
    return { text, terms }
  }
}

/** A whole unit joins at noon of the second counted day: eight groups, their own words, a tenth more messages. */
function joinGroups(world: Build, used: Set<string>): void {
  const start = world.countsFrom + Math.min(1, world.options.countDays - 1) * day + 17 * hour
  const words = Array.from({ length: 6 }, () => freshTerms(world, used)).flat()
  for (let t = start; t < world.end; t += minute) {
    for (let i = poisson(normalRate(world.options, t) * 0.1, world.random); i > 0; i--) {
      const text =
        world.random() < 0.4 ? tell(world, [world.pick(words), world.pick(words)]) : world.anyText()
      world.say(
        t + world.random() * minute,
        `n${Math.floor(world.random() * 200)}`,
        `new${Math.floor(world.random() * 8)}`,
        text,
      )
    }
  }
  world.truth.controls.push({ kind: 'new-groups', start, end: world.end, terms: words })
}

const greetings = [
  '中秋快乐',
  '祝大家节日快乐',
  '中秋节快乐，阖家团圆',
  '月饼吃了吗，节日快乐',
  '祝各位中秋安康幸福',
  '团圆佳节，万事如意',
]

function holiday(world: Build, special: Special): void {
  for (let t = special.holiday + 7 * hour; t < special.holiday + 22 * hour && t < world.end; t += minute) {
    for (let i = poisson(normalRate(world.options, t) * 0.12, world.random); i > 0; i--) {
      const group = Math.floor(world.random() * world.groups)
      const text = world.pick(greetings) + (world.random() < 0.4 ? world.anyText().slice(0, 8) : '')
      world.say(t + world.random() * minute, world.someone(group), group, text)
    }
  }
  const terms = [
    '中秋',
    '中秋节',
    '快乐',
    '节日',
    '节日快乐',
    '团圆',
    '月饼',
    '安康',
    '佳节',
    '阖家',
    '幸福',
    '万事如意',
    '中秋快乐',
  ]
  world.truth.controls.push({ kind: 'holiday', start: special.holiday, end: special.holiday + day, terms })
}
