/** Identity of topics over time: the same story keeps its id while its words drift, part or flow together. */
import { assign } from './assignment.ts'

/** word -> weight (people) */
export type WordWeights = ReadonlyMap<number, number>

export interface TopicTrack {
  id: string
  words: Map<number, number>
  /** ms of the last tick at which a group of words matched */
  seenAt: number
  /** taken up from released cells: only the proportions of its weights mean anything until it matches */
  restored?: true
}

export interface TopicLink {
  kind: 'split' | 'merge'
  /** split: the old topic and its new part; merge: the topic that ended and the one that goes on */
  from: string
  into: string
  at: number
}

export interface IdentityStep {
  /** the track of each group, in the order given */
  tracks: TopicTrack[]
  links: TopicLink[]
}

export interface TopicIdentity {
  step(groups: readonly WordWeights[], at: number): IdentityStep
  tracks(): readonly TopicTrack[]
  /** topics known before a restart */
  restore(known: readonly TopicTrack[]): void
}

const leastSimilarity = 0.3
const keepMs = 48 * 3_600_000
/** what a track's words keep of their weight from one match to the next */
const memory = 0.85

export function weightedJaccard(a: WordWeights, b: WordWeights): number {
  let least = 0
  let most = 0
  for (const [word, weight] of a) {
    least += Math.min(weight, b.get(word) ?? 0)
    most += Math.max(weight, b.get(word) ?? 0)
  }
  for (const [word, weight] of b) if (!a.has(word)) most += weight
  return most === 0 ? 0 : least / most
}

/** Share of the smaller set's weight that lies in the other: finds parts of a split, which Jaccard misses when small. */
function containment(part: WordWeights, whole: WordWeights): number {
  let inside = 0
  let all = 0
  for (const [word, weight] of part) {
    all += weight
    if (whole.has(word)) inside += weight
  }
  return all === 0 ? 0 : inside / all
}

export function createTopicIdentity(newId: () => string): TopicIdentity {
  let live: TopicTrack[] = []

  return {
    tracks: () => live,
    restore(known) {
      live = [...live, ...known.map((track) => ({ ...track, restored: true as const }))]
    },
    step(groups, at) {
      const before = live.filter((track) => at - track.seenAt <= keepMs)
      const likeness = groups.map((group) => before.map((track) => likenessOf(group, track)))
      const columns = assign(
        likeness.map((row) => row.map((value) => (value >= leastSimilarity ? 1 - value : 2))),
      )
      const links: TopicLink[] = []
      const tracks = groups.map((group, i): TopicTrack => {
        const column = columns[i]!
        if (column >= 0 && likeness[i]![column]! >= leastSimilarity) return before[column]!
        return { id: newId(), words: new Map(group), seenAt: at }
      })
      const matched = new Set(tracks)
      tracks.forEach((track, i) => {
        if (before.includes(track)) return
        const source = before.find((old) => matched.has(old) && containment(groups[i]!, old.words) >= 0.5)
        if (source) links.push({ kind: 'split', from: source.id, into: track.id, at })
      })
      const recent = before.filter((track) => !matched.has(track) && track.seenAt > at - 3_600_000)
      const ended = new Set<TopicTrack>()
      for (const old of recent) {
        const i = groups.findIndex((group) => containment(old.words, group) >= 0.5)
        if (i < 0) continue
        links.push({ kind: 'merge', from: old.id, into: tracks[i]!.id, at })
        ended.add(old)
      }
      tracks.forEach((track, i) => refresh(track, groups[i]!, at))
      live = [
        ...before.filter((track) => !ended.has(track)),
        ...tracks.filter((track) => !before.includes(track)),
      ]
      return { tracks, links }
    },
  }
}

const totalOf = (words: WordWeights): number => [...words.values()].reduce((sum, weight) => sum + weight, 0)

/** By proportions: a story that trebles between two looks is the same story, and released cells count people of minutes only. */
function likenessOf(group: WordWeights, { words }: TopicTrack): number {
  const scale = totalOf(group) / Math.max(1, totalOf(words))
  return weightedJaccard(group, new Map([...words].map(([word, weight]) => [word, weight * scale])))
}

function refresh(track: TopicTrack, group: WordWeights, at: number): void {
  if (track.restored) {
    track.words.clear()
    delete track.restored
  }
  for (const [word, weight] of track.words) {
    const kept = Math.max(weight * memory, group.get(word) ?? 0)
    if (kept < 1) track.words.delete(word)
    else track.words.set(word, kept)
  }
  for (const [word, weight] of group) if (!track.words.has(word)) track.words.set(word, weight)
  track.seenAt = at
}
