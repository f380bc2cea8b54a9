/** Hot topics: planted bursts among controls on real background, or a given stream; the shipped code end to end. */
import { readFileSync } from 'node:fs'
import { createAnalyser, type Analyser } from '@guanlan/analytics/text/analyser'
import { loadAnalyserResources } from '@guanlan/analytics/text/resources'
import { score, showTopics, type TopicFigures } from './topics-evaluate.ts'
import { runPeers } from './topics-peers.ts'
import { buildWorld, type StreamEvent, type Truth, type WorldOptions } from './topics-world.ts'

function option(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(`--${name}`)
  return at < 0 ? undefined : args[at + 1]
}

function segmentWith(analyser: Analyser): (text: string) => string[] {
  return (text) => {
    const { terms, count } = analyser.analyse(text)
    return Array.from(terms.subarray(0, count), (term) => analyser.vocabulary.word(term))
  }
}

const instant = (value: number | string): number => {
  if (typeof value === 'string') return Date.parse(value)
  return value < 1e11 ? value * 1000 : value
}

/** NDJSON in time order; times as ISO strings, seconds or milliseconds. */
function readStream(path: string): StreamEvent[] {
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const { t, sender, group, text } = JSON.parse(line) as Record<string, string | number>
      return { t: instant(t!), sender: String(sender), group: String(group), text: String(text) }
    })
}

function readTruth(path: string): Truth {
  const raw = JSON.parse(readFileSync(path, 'utf8')) as Truth
  const fix = <T extends { start: number; end: number }>(item: T): T => ({
    ...item,
    start: instant(item.start),
    end: instant(item.end),
  })
  return { topics: raw.topics.map(fix), controls: (raw.controls ?? []).map(fix) }
}

function runStream(stream: string, truthPath: string, analyser: Analyser): object {
  const events = readStream(stream)
  const truth = readTruth(truthPath)
  const start = events[0]!.t
  const end = events.at(-1)!.t
  const perDay = (events.length / Math.max(1, end - start)) * 86_400_000
  const shown = showTopics(events, analyser, start)
  // Figures count from the first planted topic or control on, at the latest after a week: before it the detector learns.
  const known = [...truth.topics, ...truth.controls].map((item) => item.start)
  const from = Math.min(start + 7 * 86_400_000, ...known)
  const figures = score(shown, truth, from, end, perDay)
  const peers = runPeers(events, truth, from, end, segmentWith(analyser))
  return { dataset: 'given', ...figures, peers, [perDay < 16_000 ? 'low' : 'high']: figures }
}

function runPlanted(
  options: Omit<WorldOptions, 'segment'>,
  analyser: Analyser,
): { own: TopicFigures; peers: object } {
  const segment = segmentWith(analyser)
  const world = buildWorld({ ...options, segment })
  const started = process.cpuUsage()
  const shown = showTopics(world.events, analyser, world.events[0]!.t)
  const used = process.cpuUsage(started)
  const figures = score(shown, world.truth, world.countsFrom, world.end, options.messagesPerDay)
  const own = {
    ...figures,
    messagesPerSecond: Math.round((world.events.length * 1e6) / (used.user + used.system)),
  }
  return { own, peers: runPeers(world.events, world.truth, world.countsFrom, world.end, segment) }
}

export function run(args: string[]): Promise<object> {
  const analyser = createAnalyser(loadAnalyserResources())
  const stream = option(args, 'stream')
  if (stream !== undefined) {
    const truth = option(args, 'truth')
    if (truth === undefined) throw new Error('--stream needs --truth FILE.json')
    return Promise.resolve(runStream(stream, truth, analyser))
  }
  const seed = Number(option(args, 'seed') ?? 1)
  const wordsPerMessage = Number(option(args, 'words') ?? 4)
  const common = { learnDays: 8, plantsPerDay: 8, seed, wordsPerMessage }
  const low = runPlanted({ ...common, messagesPerDay: 5_000, countDays: 8 }, analyser)
  const high = runPlanted({ ...common, messagesPerDay: 27_000, countDays: 4 }, analyser)
  return Promise.resolve({
    dataset: 'COLD and CPED texts with planted hot-search topics',
    low: low.own,
    high: high.own,
    peers: { low: low.peers, high: high.peers },
  })
}
