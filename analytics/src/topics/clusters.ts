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
  const candidates = new Set(words)
  const messages = new Map<number, number>()
  const pairs = new Map<string, Pair>()
  for (const s of postings.any) countMessage(log, s, candidates, messages, pairs)
  const graph = new UndirectedGraph()
  for (const word of words) graph.addNode(String(word))
  const total = Math.max(2, log.next() - log.first())
  for (const [key, pair] of pairs) {
    const [a, b] = key.split(' ') as [string, string]
    const na = messages.get(Number(a)) ?? 0
    const nb = messages.get(Number(b)) ?? 0
    // Three people in common; two while the rarer word has so few that three would split a young topic.
    if (pair.people.size < (Math.min(na, nb) < 9 ? 2 : 3)) continue
    const weight = npmi(pair.messages, na, nb, total)
    if (weight >= options.npmi) graph.addEdge(a, b, { weight })
  }
  if (graph.size === 0) return words.map((word) => [word])
  const groups = new Map<number, number[]>()
  const communities = louvain(graph, { getEdgeWeight: 'weight', rng: options.random })
  for (const word of words) {
    const community = communities[String(word)]!
    groups.set(community, [...(groups.get(community) ?? []), word])
  }
  return [...groups.values()]
}

const buffer = new Int32Array(64)

function countMessage(
  log: RecentLog,
  serial: number,
  candidates: ReadonlySet<number>,
  messages: Map<number, number>,
  pairs: Map<string, Pair>,
): void {
  const present: number[] = []
  const count = log.terms(serial, buffer)
  for (let i = 0; i < count; i++) if (candidates.has(buffer[i]!)) present.push(buffer[i]!)
  for (const term of present) messages.set(term, (messages.get(term) ?? 0) + 1)
  for (const a of present) {
    for (const b of present) {
      if (a >= b) continue
      const key = `${a} ${b}`
      const pair = pairs.get(key) ?? { messages: 0, people: new Set<number>() }
      pair.messages++
      pair.people.add(log.person(serial))
      pairs.set(key, pair)
    }
  }
}

/** ln(p(a,b) / (p(a) p(b))) / -ln p(a,b), in [-1, 1]. */
export function npmi(both: number, a: number, b: number, total: number): number {
  const joint = both / total
  if (joint >= 1) return 1
  return Math.log((both * total) / (a * b)) / -Math.log(joint)
}
