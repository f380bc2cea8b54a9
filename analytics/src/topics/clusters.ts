/**
 * Groups surging words into topics: Louvain (Blondel et al. 2008) on normalised pointwise mutual information (Bouma
 * 2009) of words that the same people used in the same messages.
 */
import { UndirectedGraph } from 'graphology'
import louvain from 'graphology-communities-louvain'
import { type Postings, postingsOf } from './postings.ts'
import type { RecentLog } from './recent-log.ts'

export interface ClusterOptions {
  /** least NPMI of an edge */
  npmi: number
  /** uniform in [0, 1), for Louvain's order of visits */
  random(): number
}

/**
 * At 1 modularity compares with the graph itself, so that one that holds a single story is always cut in pieces (Fortunato and
 * Barthelemy 2007 show the other end of it): on a quiet day one power cut became four topics.
 */
const RESOLUTION = 0.5

interface Pair {
  messages: number
  people: Set<number>
}

/** Groups of words, singletons included, each word in one group. `words` gives the messages of each word. */
export function clusterWords(
  log: RecentLog,
  words: readonly number[],
  options: ClusterOptions,
  postings: Postings = postingsOf(log, words),
): number[][] {
  const places = new Map(words.map((word, i) => [word, i]))
  const messages = new Int32Array(words.length)
  const pairs = new Map<number, Pair>()
  for (const s of postings.any) countMessage(log, s, places, messages, pairs)
  const graph = new UndirectedGraph()
  for (const word of words) graph.addNode(String(word))
  const total = Math.max(2, log.next() - log.first())
  for (const [key, pair] of pairs) {
    const [a, b] = [Math.floor(key / words.length), key % words.length]
    const [na, nb] = [messages[a]!, messages[b]!]
    // Three people in common; two while the rarer word has so few that three would split a young topic.
    if (pair.people.size < (Math.min(na, nb) < 9 ? 2 : 3)) continue
    const weight = npmi(pair.messages, na, nb, total)
    if (weight >= options.npmi) graph.addEdge(String(words[a]), String(words[b]), { weight })
  }
  if (graph.size === 0) return words.map((word) => [word])
  const groups = new Map<number, number[]>()
  const communities = louvain(graph, {
    ...{ getEdgeWeight: 'weight', rng: options.random, resolution: RESOLUTION },
  })
  for (const word of words) {
    const community = communities[String(word)]!
    groups.set(community, [...(groups.get(community) ?? []), word])
  }
  return [...groups.values()]
}

const buffer = new Int32Array(64)

/** Words are numbered by their place among the candidates; a pair is numbered place times their number plus place. */
function countMessage(
  log: RecentLog,
  serial: number,
  places: ReadonlyMap<number, number>,
  messages: Int32Array,
  pairs: Map<number, Pair>,
): void {
  const present: number[] = []
  const count = log.terms(serial, buffer)
  for (let i = 0; i < count; i++) {
    const place = places.get(buffer[i]!)
    if (place === undefined) continue
    present.push(place)
    messages[place]!++
  }
  for (const a of present)
    for (const b of present) {
      if (a >= b) continue
      const key = a * messages.length + b
      let pair = pairs.get(key)
      if (pair === undefined) pairs.set(key, (pair = { messages: 0, people: new Set<number>() }))
      pair.messages++
      pair.people.add(log.person(serial))
    }
}

/** ln(p(a,b) / (p(a) p(b))) / -ln p(a,b), in [-1, 1]. */
export function npmi(both: number, a: number, b: number, total: number): number {
  const joint = both / total
  if (joint >= 1) return 1
  return Math.log((both * total) / (a * b)) / -Math.log(joint)
}
