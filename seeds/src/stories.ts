import type { DemoGroup, DemoOrganisation } from './organisation.ts'
import { createRandom } from './random.ts'
import type { StoryKind } from './texts/stories.ts'

/** One thing that happens in the city: rises, is answered, falls. Minutes are counted on the scenario's own clock. */
export interface Story {
  kind: StoryKind
  place: string
  /** First minute, and lengths in minutes of rise, plateau and fall. */
  start: number
  rise: number
  plateau: number
  fall: number
  /** Messages a minute at the top, over all groups. */
  peak: number
  /** Share of its messages that moderation acts on. */
  harmShare: number
  groupIds: string[]
  /** One sender posts everything (a flood), instead of many people. */
  singleSender: boolean
  /** Share of automated decisions that a human overturns later. */
  overturned: number
}

const SHAPES: Record<StoryKind, Omit<Story, 'kind' | 'place' | 'start' | 'groupIds'>> = {
  outage: {
    rise: 12,
    plateau: 35,
    fall: 30,
    peak: 14,
    harmShare: 0.06,
    singleSender: false,
    overturned: 0.25,
  },
  powerCut: {
    rise: 10,
    plateau: 30,
    fall: 25,
    peak: 12,
    harmShare: 0.05,
    singleSender: false,
    overturned: 0.25,
  },
  gasSmell: {
    rise: 8,
    plateau: 40,
    fall: 25,
    peak: 10,
    harmShare: 0.08,
    singleSender: false,
    overturned: 0.2,
  },
  refundFraud: {
    rise: 20,
    plateau: 60,
    fall: 45,
    peak: 6,
    harmShare: 0.55,
    singleSender: false,
    overturned: 0.02,
  },
  internalLeak: {
    rise: 5,
    plateau: 20,
    fall: 20,
    peak: 4,
    harmShare: 0.35,
    singleSender: false,
    overturned: 0.05,
  },
  falseFlood: {
    rise: 6,
    plateau: 25,
    fall: 25,
    peak: 12,
    harmShare: 0.3,
    singleSender: false,
    overturned: 0.45,
  },
  adsFlood: {
    rise: 2,
    plateau: 14,
    fall: 12,
    peak: 18,
    harmShare: 0.75,
    singleSender: true,
    overturned: 0,
  },
}

const length = (story: Story) => story.rise + story.plateau + story.fall

/** Intensity of a story at a minute, 0 to 1: linear rise, plateau, linear fall. */
export function intensity(story: Story, minute: number): number {
  const since = minute - story.start
  if (since < 0 || since >= length(story)) return 0
  if (since < story.rise) return (since + 1) / (story.rise + 1)
  if (since < story.rise + story.plateau) return 1
  return 1 - (since - story.rise - story.plateau + 1) / (story.fall + 1)
}

/** Whether the answer has come: people then mostly repeat it. */
export function answered(story: Story, minute: number): boolean {
  return minute - story.start >= story.rise + story.plateau * 0.7
}

function groupsFor(
  kind: StoryKind,
  organisation: DemoOrganisation,
  random: ReturnType<typeof createRandom>,
): { place: string; groups: DemoGroup[] } {
  const some = (groups: DemoGroup[], count: number) =>
    [...groups]
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .filter((_, n, all) => random.chance(count / all.length) || n === 0)
  if (['outage', 'powerCut', 'gasSmell', 'adsFlood'].includes(kind)) {
    const estates = organisation.groups.filter((group) => group.theme === 'estate')
    const place = random.pick(estates).place
    const near = estates.filter((group) => group.place === place)
    return { place, groups: kind === 'adsFlood' ? near.slice(0, 3) : near }
  }
  if (kind === 'internalLeak')
    return {
      place: '机关',
      groups: some(
        organisation.groups.filter((group) => group.kind === 'staff'),
        8,
      ),
    }
  if (kind === 'falseFlood') {
    const unit = random.pick(
      organisation.units.filter(
        (candidate) =>
          candidate.id.includes('-') &&
          organisation.groups.some((g) => g.unitId === candidate.id && g.theme === 'estate'),
      ),
    )
    return {
      place: unit.name,
      groups: organisation.groups.filter(
        (group) => group.unitId === unit.id || (group.theme === 'estate' && random.chance(0.08)),
      ),
    }
  }
  return {
    place: '全市',
    groups: some(
      organisation.groups.filter((group) => group.kind === 'service'),
      60,
    ),
  }
}

function story(kind: StoryKind, start: number, organisation: DemoOrganisation, seed: number): Story {
  const random = createRandom(seed, Math.imul(start, 31) + kind.length)
  const { place, groups } = groupsFor(kind, organisation, random)
  return { kind, place, start, ...SHAPES[kind], groupIds: groups.map((group) => group.id) }
}

const ORDER: readonly StoryKind[] = [
  'outage',
  'adsFlood',
  'refundFraud',
  'falseFlood',
  'internalLeak',
  'powerCut',
  'gasSmell',
]
/**
 * Minutes between a round of live stories and the next, and the start of each inside a round: whoever opens the demo meets a
 * topic that grows and, within minutes, an alert to take.
 */
const ROUND = 240
const OFFSETS: Record<StoryKind, number> = {
  outage: 2,
  internalLeak: 1,
  adsFlood: 9,
  refundFraud: 18,
  falseFlood: 60,
  powerCut: 115,
  gasSmell: 175,
}

/** Stories of the live scenario that can touch a minute: the first minutes already have one, and every four hours a new round begins. */
export function liveStories(organisation: DemoOrganisation, seed: number, minute: number): Story[] {
  const round = Math.floor(minute / ROUND)
  return [round - 1, round]
    .filter((n) => n >= 0)
    .flatMap((n) => ORDER.map((kind) => story(kind, n * ROUND + OFFSETS[kind], organisation, seed + n)))
    .filter((candidate) => intensity(candidate, minute) > 0)
}

const DAY_MINUTES = 1440
/** Between half past seven and half past nine in the evening a story of the last day may begin. */
const isWaking = (minute: number) => minute % DAY_MINUTES >= 450 && minute % DAY_MINUTES < 1290

/** The stories of one day of the weeks before: one every day or two, between eight in the morning and eight in the evening. */
function dayStories(organisation: DemoOrganisation, seed: number, dayIndex: number): Story[] {
  const random = createRandom(seed, 7000 + dayIndex)
  if (!random.chance(0.65)) return []
  const kind = random.pick(ORDER)
  return [story(kind, dayIndex * DAY_MINUTES + 480 + random.below(720), organisation, seed + dayIndex)]
}

/**
 * How the last day goes: where among its waking minutes each story begins, and how large it is beside a live one. The city's
 * memory is a day long: after stories as large as live ones those would be nothing new.
 */
const EVE: readonly (readonly [StoryKind, number, number])[] = [
  ['powerCut', 0.1, 0.6],
  ['internalLeak', 0.12, 1],
  ['adsFlood', 0.62, 0.4],
  ['falseFlood', 0.6, 0.5],
]
const [EVE_FROM, EVE_TO] = [1200, 100]
/** Minutes before the live scenario begins, and size: these are still on then. */
const LATE: readonly (readonly [StoryKind, number, number])[] = [
  ['refundFraud', 80, 0.6],
  ['gasSmell', 45, 0.7],
]

/** The last day before `end` has one story of almost each kind, so that a demo finds them told, answered and over, the last two on. */
function eveStories(organisation: DemoOrganisation, seed: number, end: number): Story[] {
  const waking: number[] = []
  for (let minute = end - EVE_FROM; minute < end - EVE_TO; minute++) if (isWaking(minute)) waking.push(minute)
  const began = (kind: StoryKind, start: number, size: number): Story => {
    const told = story(kind, start, organisation, seed)
    return { ...told, peak: told.peak * size }
  }
  const earlier = EVE.map(([kind, at, size]) => began(kind, waking[Math.floor(at * waking.length)]!, size))
  return [...earlier, ...LATE.map(([kind, before, size]) => began(kind, end - before, size))]
}

/** Stories of history that touch a minute. Minutes count from the start of the first day, `end` is the first one that is live. */
export function createHistoryStories(organisation: DemoOrganisation, seed: number) {
  let known: { end: number; stories: Story[] } | undefined
  const tell = (end: number): Story[] => {
    const days = Array.from({ length: Math.ceil(end / DAY_MINUTES) }, (_, day) => day)
    const before = days.flatMap((day) => dayStories(organisation, seed, day))
    const eve = end - DAY_MINUTES
    return [...before.filter(({ start }) => start < eve), ...eveStories(organisation, seed, end)]
  }
  return (minute: number, end: number): Story[] => {
    if (known?.end !== end) known = { end, stories: tell(end) }
    return known.stories.filter((each) => intensity(each, minute) > 0)
  }
}
