/**
 * What the release rule alone costs: the delay of a detector that knows every topic and its words beforehand, with floors
 * drawn as the product draws them (other draws, so single topics differ).
 */
import { createHash } from 'node:crypto'
import { createReleaseRule } from '@guanlan/analytics/privacy/release'
import type { StreamEvent, Truth } from './topics-world.ts'

const minute = 60_000

interface Spoken {
  people: Set<string>
  groups: Set<string>
}

interface Watched {
  number: number
  start: number
  end: number
  all: Spoken
  /** by the place of the word among the topic's terms */
  words: Map<number, Spoken>
}

const silence = (): Spoken => ({ people: new Set(), groups: new Set() })

function hear(spoken: Spoken, { sender, group }: StreamEvent): void {
  spoken.people.add(sender)
  spoken.groups.add(group)
}

/** Median minutes from the start of a topic to the first block of the organisation that may show it; null without topics. */
export function floorDelay(events: readonly StreamEvent[], truth: Truth): number | null {
  const rule = createReleaseRule(createHash('sha256').update('bench').digest())
  const { grid } = rule.floors
  const passes = ({ people, groups }: Spoken, key: number, topic: number): boolean =>
    rule.passes({ people: people.size, groups: groups.size }, rule.floorOf(0, key, topic * grid))
  const waiting = truth.topics
    .map((topic, number) => ({ ...topic, number, all: silence(), words: new Map<number, Spoken>() }))
    .sort((a, b) => a.start - b.start)
  const delays: number[] = []
  let open: (Watched & { terms: string[] })[] = []
  let block = { since: events[0]?.t ?? 0, messages: 0, people: new Set<string>() }
  let boundary = Math.floor(block.since / grid) * grid + grid
  const close = (at: number): void => {
    const { since, messages, people } = block
    if (!rule.due({ since, messages, people: people.size }, at)) return
    block = { since: at, messages: 0, people: new Set() }
    open = open.filter((topic) => {
      const named = [...topic.words].some(([word, spoken]) => passes(spoken, word + 1, topic.number))
      if (!named || !passes(topic.all, 0, topic.number)) return at < topic.end
      delays.push((at - topic.start) / minute)
      return false
    })
  }
  for (const event of events) {
    for (; event.t >= boundary; boundary += grid) close(boundary)
    block.messages++
    block.people.add(event.sender)
    while (waiting[0] !== undefined && waiting[0].start <= event.t) open.push(waiting.shift()!)
    for (const topic of open) {
      const said = topic.terms.flatMap((term, i) => (event.text.includes(term) ? [i] : []))
      for (const i of said) {
        const spoken = topic.words.get(i) ?? silence()
        topic.words.set(i, spoken)
        hear(spoken, event)
        hear(topic.all, event)
      }
    }
  }
  const median = delays.sort((a, b) => a - b)[Math.floor(delays.length / 2)]
  return median === undefined ? null : Math.round(median * 1000) / 1000
}
