/**
 * What the release rule alone costs: the delay of a detector that is told every topic and its words beforehand, with floors
 * drawn as the product draws them. One draw moves a median by two minutes, so the mean over many is given, and beside it what
 * blocks and jitter have in it.
 */
import { createHash } from 'node:crypto'
import { mean, median } from 'd3-array'
import { createReleaseRule, type ReleaseRule } from '@guanlan/analytics/privacy/release'
import type { StreamEvent, Truth } from './topics-world.ts'

const minute = 60_000
const draws = 64

/** Median minutes from a topic's start to the moment that may show it, mean over the draws; null without topics. */
export interface FloorDelay {
  floorDelayMin: number | null
  floorParts: {
    /** shown at the moment of the floor, without waiting for a block to close */
    withoutBlocksMin: number | null
    /** with a floor of five people for every word and topic */
    withoutJitterMin: number | null
    withoutBothMin: number | null
  }
}

/** People who said the topic and each of its words so far, 0 while all stay in one group. */
interface Step {
  at: number
  all: number
  words: number[]
}

interface Watched {
  start: number
  /** at ends of blocks, and at each message */
  atBlocks: Step[]
  atOnce: Step[]
}

/** Ends of the organisation's blocks. */
function blockEnds(events: readonly StreamEvent[], rule: ReleaseRule): number[] {
  const { grid } = rule.floors
  const ends: number[] = []
  let block = { since: events[0]?.t ?? 0, messages: 0, people: new Set<string>() }
  let boundary = Math.floor(block.since / grid) * grid + grid
  for (const { t, sender } of events) {
    for (; t >= boundary; boundary += grid) {
      const { since, messages, people } = block
      if (!rule.due({ since, messages, people: people.size }, boundary)) continue
      ends.push(boundary)
      block = { since: boundary, messages: 0, people: new Set() }
    }
    block.messages++
    block.people.add(sender)
  }
  return ends
}

function firstFrom(count: number, at: (i: number) => number, from: number): number {
  let [low, high] = [0, count]
  while (low < high) {
    const middle = (low + high) >> 1
    if (at(middle) < from) low = middle + 1
    else high = middle
  }
  return low
}

function watch(
  events: readonly StreamEvent[],
  ends: readonly number[],
  topic: Truth['topics'][number],
): Watched {
  const spoken = Array.from({ length: topic.terms.length + 1 }, () => ({
    people: new Set<string>(),
    groups: new Set<string>(),
  }))
  const step = (at: number): Step => {
    const [all = 0, ...words] = spoken.map(({ people, groups }) => (groups.size < 2 ? 0 : people.size))
    return { at, all, words }
  }
  const atBlocks: Step[] = []
  const atOnce: Step[] = []
  let next = firstFrom(ends.length, (i) => ends[i]!, topic.start + 1)
  for (let i = firstFrom(events.length, (k) => events[k]!.t, topic.start); i < events.length; i++) {
    const event = events[i]!
    for (; next < ends.length && ends[next]! <= event.t; next++) atBlocks.push(step(ends[next]!))
    if (event.t > topic.end) break
    const said = topic.terms.flatMap((term, k) => (event.text.includes(term) ? [k + 1] : []))
    if (said.length === 0) continue
    for (const k of [0, ...said]) {
      spoken[k]!.people.add(event.sender)
      spoken[k]!.groups.add(event.group)
    }
    atOnce.push(step(event.t))
  }
  return { start: topic.start, atBlocks, atOnce }
}

/** `floorOf(topic, word, draw)`: word -1 is the topic itself. */
type FloorOf = (topic: number, word: number, draw: number) => number

function meanOfMedians(
  topics: readonly Watched[],
  steps: 'atBlocks' | 'atOnce',
  floorOf: FloorOf,
): number | null {
  const medians: number[] = []
  for (let draw = 0; draw < draws; draw++) {
    const delays = topics.flatMap((topic, number) => {
      const shown = topic[steps].find(
        ({ all, words }) =>
          all >= floorOf(number, -1, draw) && words.some((people, k) => people >= floorOf(number, k, draw)),
      )
      return shown ? [(shown.at - topic.start) / minute] : []
    })
    const middle = median(delays)
    if (middle !== undefined) medians.push(middle)
  }
  const all = mean(medians)
  return all === undefined ? null : Math.round(all * 10) / 10
}

export function floorDelay(events: readonly StreamEvent[], truth: Truth): FloorDelay {
  const rule = createReleaseRule(createHash('sha256').update('bench').digest())
  const { grid, keyPeople } = rule.floors
  const ends = blockEnds(events, rule)
  const topics = truth.topics.map((topic) => watch(events, ends, topic))
  const drawn: FloorOf = (topic, word, draw) => rule.floorOf(0, word + 1, (topic * draws + draw) * grid)
  const five: FloorOf = () => keyPeople
  return {
    floorDelayMin: meanOfMedians(topics, 'atBlocks', drawn),
    floorParts: {
      withoutBlocksMin: meanOfMedians(topics, 'atOnce', drawn),
      withoutJitterMin: meanOfMedians(topics, 'atBlocks', five),
      withoutBothMin: meanOfMedians(topics, 'atOnce', five),
    },
  }
}
