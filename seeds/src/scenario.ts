import type { GuanlanEvent } from '@guanlan/contract/event'
import type { DemoGroup, DemoOrganisation } from './organisation.ts'
import { createRandom, type Random } from './random.ts'
import { minuteShare, wakefulness } from './rhythm.ts'
import { answered, createHistoryStories, intensity, liveStories, type Story } from './stories.ts'
import { DAILY, SLOTS } from './texts/daily.ts'
import { HARM, HARM_WEIGHTS } from './texts/harm.ts'
import { STORY_LINES, STORY_SLOTS } from './texts/stories.ts'

/** An event and when the moderation system would send it: a human decides minutes later than a machine. */
export interface TimedEvent {
  /** Milliseconds after the start of the message's minute at which the event is sent. */
  sendAfterMs: number
  event: GuanlanEvent
}

export interface Minute {
  /** Minute on the scenario's clock: where its stories stand. */
  index: number
  /** Chooses the random numbers, so that the same key always tells the same. */
  key: number
  /** Starts every event id of this minute; unique per minute and run. */
  idPrefix: string
  /** Real length of the minute in ms: 60,000, or less when the scenario is played faster. */
  lengthMs: number
  /** Start of the minute in real time, ms since epoch. */
  at: number
  hour: number
  weekday: number
  stories: readonly Story[]
}

const SLOT = /\{(\w+)\}/g
const KINDS = ['text', 'text', 'text', 'text', 'text', 'text', 'text', 'image', 'link', 'voice'] as const
const STAFF_RATE = 0.008
const SERVICE_RATE = 0.03
const OVERTURN_RATE = 0.035

const totalWeight = HARM_WEIGHTS.reduce((sum, [, weight]) => sum + weight, 0)

function fill(line: string, place: string, random: Random): string {
  const text = line.replace(SLOT, (_, slot: string) =>
    slot === 'place' ? place : random.pick(SLOTS[slot] ?? STORY_SLOTS[slot] ?? ['']),
  )
  const tail = random.next()
  return tail < 0.08 ? `${text}。` : tail < 0.12 ? `请问，${text}` : tail < 0.16 ? `@所有人 ${text}` : text
}

function harmCategory(random: Random): string {
  let left = random.below(totalWeight)
  for (const [code, weight] of HARM_WEIGHTS) {
    left -= weight
    if (left < 0) return code
  }
  return 'uncategorised'
}

const iso = (ms: number) => new Date(ms + 8 * 3_600_000).toISOString().replace('Z', '+08:00')

interface Message {
  group: DemoGroup
  sender: string
  text: string
  category: string | null
  overturned: number
}

/** Turns one message into the decision about it and, sometimes, its later correction. */
function decide(message: Message, id: string, { at, lengthMs }: Minute, random: Random): TimedEvent[] {
  const sentAt = at + random.below(lengthMs)
  const human = message.category !== null && random.chance(0.14)
  const delay = human ? random.logNormal(6 * 60_000, 0.9) : random.logNormal(900, 0.5)
  const decidedAt = Math.round(sentAt + delay)
  const grave =
    message.category !== null &&
    !['ads', 'offtopic', 'vulgar', 'clickbait', 'spam.flood'].includes(message.category)
  const decision =
    message.category === null
      ? 'allowed'
      : random.chance(grave ? 0.7 : 0.35)
        ? 'removed'
        : random.chance(0.5)
          ? 'restricted'
          : 'warned'
  const kind = random.pick(KINDS)
  const event: GuanlanEvent = {
    id,
    type: 'message.moderated',
    time: iso(sentAt),
    group: message.group.id,
    sender: message.sender,
    content: kind === 'image' || kind === 'voice' ? { kind } : { kind, text: message.text },
    moderation: {
      decision,
      ...(message.category === null
        ? {}
        : { category: message.category, confidence: Math.round(60 + random.next() * 40) / 100 }),
      by: human ? 'human' : 'automated',
      decidedAt: iso(decidedAt),
    },
  }
  const first: TimedEvent = { sendAfterMs: decidedAt - at, event }
  if (message.category === null || human || !random.chance(message.overturned)) return [first]
  const correctedAt = Math.round(decidedAt + random.logNormal(14 * 60_000, 0.7))
  const correction: GuanlanEvent = {
    id: `${id}.c`,
    type: 'message.corrected',
    corrects: id,
    moderation: { decision: 'allowed', by: 'human', decidedAt: iso(correctedAt) },
  }
  return [first, { sendAfterMs: correctedAt - at, event: correction }]
}

/** Plays the city minute by minute. Pure: the seed, the organisation and the minute decide everything. */
export function createScenario(organisation: DemoOrganisation, seed: number) {
  const byId = new Map(organisation.groups.map((group) => [group.id, group]))

  function storyMessages(story: Story, minute: Minute, random: Random): Message[] {
    const lines = STORY_LINES[story.kind]
    const count = random.poisson(story.peak * intensity(story, minute.index) * wakefulness(minute.hour))
    return Array.from({ length: count }, () => {
      const group = byId.get(random.pick(story.groupIds))!
      const harm = random.chance(story.harmShare)
      const [category, harmLine] = random.pick(lines.harm)
      const calm = answered(story, minute.index) && random.chance(0.75)
      const line = harm ? harmLine : random.pick(calm ? lines.answer : lines.ask)
      const sender = story.singleSender && harm ? `x-${story.start}` : random.pick(group.members)
      return {
        group,
        sender,
        text: fill(line, story.place, random),
        category: harm ? category : null,
        overturned: story.overturned,
      }
    })
  }

  function dailyMessages(minute: Minute, random: Random): Message[] {
    const messages: Message[] = []
    for (const group of organisation.groups) {
      const count = random.poisson(group.daily * minuteShare(group.kind, minute.hour, minute.weekday))
      for (let n = 0; n < count; n++) {
        const harm = random.chance(
          group.kind === 'staff' || group.kind === 'temporary' ? STAFF_RATE : SERVICE_RATE,
        )
        const category = harm ? harmCategory(random) : null
        const line = random.pick(
          category === null ? DAILY[group.theme] : (HARM[category] ?? HARM.uncategorised!),
        )
        // A few people write most messages, as in real groups.
        const sender = group.members[Math.floor(random.next() ** 1.6 * group.members.length)]!
        messages.push({
          group,
          sender,
          text: fill(line, group.place, random),
          category,
          overturned: OVERTURN_RATE,
        })
      }
    }
    return messages
  }

  /** Events about the messages of one minute, in the order in which they are sent. */
  function minute(input: Minute): TimedEvent[] {
    const random = createRandom(seed, input.key)
    const messages = [
      ...dailyMessages(input, random),
      ...input.stories.flatMap((story) => storyMessages(story, input, random)),
    ]
    return messages
      .flatMap((message, n) => decide(message, `${input.idPrefix}-${n}`, input, random))
      .sort((a, b) => a.sendAfterMs - b.sendAfterMs)
  }

  return {
    minute,
    liveStories: (index: number) => liveStories(organisation, seed, index),
    historyStories: createHistoryStories(organisation, seed),
  }
}
