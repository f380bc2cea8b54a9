/** Hot topics: planted bursts among controls on real background, or a given stream; the shipped code end to end. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createAnalyser, type Analyser } from '@guanlan/analytics/text/analyser'
import { loadAnalyserResources } from '@guanlan/analytics/text/resources'
import { score, showTopics, termsOf, withParts, type TopicFigures } from './topics-evaluate.ts'
import { runPeers } from './topics-peers.ts'
import { buildWorld, type StreamEvent, type Truth, type WorldOptions } from './topics-world.ts'

function option(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(`--${name}`)
  return at < 0 ? undefined : args[at + 1]
}

/** Unknown words count, as in the product; a fixed secret keeps runs comparable. */
const openAnalyser = (): Analyser =>
  createAnalyser(loadAnalyserResources(), {
    candidateSecret: createHash('sha256').update('bench candidates').digest(),
  })

/** Milliseconds of an ISO string, or of a number (also as a string) in seconds or milliseconds. */
function instant(value: number | string): number {
  const number = Number(value)
  const at =
    Number.isFinite(number) && value !== ''
      ? number < 1e11
        ? number * 1000
        : number
      : Date.parse(String(value))
  if (!Number.isFinite(at)) throw new Error(`not a time: ${value}`)
  return at
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
  const given = readTruth(truthPath)
  const truth = withParts(given, analyser)
  const start = events[0]!.t
  const end = events.at(-1)!.t
  const perDay = (events.length / Math.max(1, end - start)) * 86_400_000
  const shown = showTopics(events, analyser, start)
  // Figures count from the first planted topic or control on, at the latest after a week: before it the detector learns.
  const known = [...truth.topics, ...truth.controls].map((item) => item.start)
  const from = Math.min(start + 7 * 86_400_000, ...known)
  const figures = score(shown, truth, from, end, perDay)
  const peers = runPeers(events, truth, from, end, (text) => termsOf(analyser, text))
  return { dataset: 'given', ...figures, peers, [perDay < 16_000 ? 'low' : 'high']: figures }
}

function runPlanted(
  options: Omit<WorldOptions, 'segment'>,
  analyser: Analyser,
): { own: TopicFigures; peers: object } {
  const segment = (text: string): string[] => termsOf(analyser, text)
  const world = buildWorld({ ...options, segment: (text) => segment(text).filter((word) => word[0] !== '#') })
  const truth = withParts(world.truth, analyser)
  const started = process.cpuUsage()
  const shown = showTopics(world.events, analyser, world.events[0]!.t)
  const used = process.cpuUsage(started)
  const figures = score(shown, truth, world.countsFrom, world.end, options.messagesPerDay)
  const own = {
    ...figures,
    messagesPerSecond: Math.round((world.events.length * 1e6) / (used.user + used.system)),
  }
  return { own, peers: runPeers(world.events, truth, world.countsFrom, world.end, segment) }
}

export function run(args: string[]): Promise<object> {
  const analyser = openAnalyser()
  const stream = option(args, 'stream')
  if (stream !== undefined) {
    const truth = option(args, 'truth')
    if (truth === undefined) throw new Error('--stream needs --truth FILE.json')
    return Promise.resolve(runStream(stream, truth, analyser))
  }
  const seed = Number(option(args, 'seed') ?? 2)
  const wordsPerMessage = Number(option(args, 'words') ?? 4)
  const only = option(args, 'only')
  const common = { learnDays: 8, plantsPerDay: 8, seed, wordsPerMessage }
  const low =
    only === 'high' ? null : runPlanted({ ...common, messagesPerDay: 5_000, countDays: 8 }, analyser)
  const high =
    only === 'low' ? null : runPlanted({ ...common, messagesPerDay: 27_000, countDays: 4 }, analyser)
  return Promise.resolve({
    dataset: 'COLD and CPED texts with planted hot-search topics',
    seed,
    ...(low && { low: low.own }),
    ...(high && { high: high.own }),
    peers: { ...(low && { low: low.peers }), ...(high && { high: high.peers }) },
  })
}
