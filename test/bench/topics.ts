/** Hot topics: planted bursts among controls on real background, or a given stream; the shipped code end to end. */
import { createHash } from 'node:crypto'
import { createAnalyser, type Analyser } from '@guanlan/analytics/text/analyser'
import { loadAnalyserResources } from '@guanlan/analytics/text/resources'
import { alarmFigures, score, showTopics, termsOf, withParts, type TopicFigures } from './topics-evaluate.ts'
import { floorDelay, type FloorDelay } from './topics-floor.ts'
import { keptControls, tuningControls, type HarshOptions } from './topics-harsh-kit.ts'
import { buildHarshWorld } from './topics-harsh.ts'
import { runPeers } from './topics-peers.ts'
import { countsFrom, readStream, readTruth, within } from './topics-stream.ts'
import { buildWorld, type WorldOptions } from './topics-world.ts'

const day = 86_400_000

function option(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(`--${name}`)
  return at < 0 ? undefined : args[at + 1]
}

/** Unknown words count, as in the product; a fixed secret keeps runs comparable. */
const openAnalyser = (): Analyser =>
  createAnalyser(loadAnalyserResources(), {
    candidateSecret: createHash('sha256').update('bench candidates').digest(),
  })

function runStream(path: string, truthPath: string, analyser: Analyser): object {
  const { events, outOfOrder, divisor } = readStream(path)
  const [start, end] = [events[0]!.t, events.at(-1)!.t]
  const given = within(readTruth(truthPath, divisor), start, end)
  const truth = withParts(given.truth, analyser)
  const perDay = (events.length / (end - start)) * day
  const { shown, alarms } = showTopics(events, analyser, start)
  const from = countsFrom(truth, start, end)
  const figures = {
    ...score(shown, truth, from, end, perDay),
    ...alarmFigures(alarms, truth, from, end, perDay),
    ...floorDelay(events, given.truth),
  }
  const peers = runPeers(events, truth, from, end, (text) => termsOf(analyser, text))
  return {
    dataset: 'given',
    messages: events.length,
    messagesOutOfOrder: outOfOrder,
    // Nothing is shown that was said in a single group.
    groups: new Set(events.map(({ group }) => group)).size,
    senders: new Set(events.map(({ sender }) => sender)).size,
    topicsOutsideStream: given.outside,
    countedDays: Math.round(((end - from) / day) * 100) / 100,
    ...figures,
    peers,
    [perDay < 16_000 ? 'low' : 'high']: figures,
  }
}

function runPlanted(
  options: Omit<WorldOptions, 'segment'>,
  analyser: Analyser,
): { own: TopicFigures; peers: object } {
  const segment = (text: string): string[] => termsOf(analyser, text)
  const world = buildWorld({ ...options, segment: (text) => segment(text).filter((word) => word[0] !== '#') })
  const truth = withParts(world.truth, analyser)
  const started = process.cpuUsage()
  const { shown, alarms } = showTopics(world.events, analyser, world.events[0]!.t)
  const used = process.cpuUsage(started)
  const figures = score(shown, truth, world.countsFrom, world.end, options.messagesPerDay)
  const own = {
    ...figures,
    ...alarmFigures(alarms, truth, world.countsFrom, world.end, options.messagesPerDay),
    ...floorDelay(world.events, world.truth),
    messagesPerSecond: Math.round((world.events.length * 1e6) / (used.user + used.system)),
  }
  return { own, peers: runPeers(world.events, truth, world.countsFrom, world.end, segment) }
}

/** The second world (topics-harsh.ts) with all its controls; thresholds were chosen on its seeds 21 to 24. */
function runHarsh(
  seed: number,
  style: HarshOptions['style'],
  [messagesPerDay, countDays]: [number, number],
  analyser: Analyser,
  extra: { more: boolean; further: boolean },
): TopicFigures & FloorDelay {
  const controls = [...tuningControls, ...keptControls]
  const origin = Date.UTC(2026, 2, 1 + (seed % 7), 16)
  const world = buildHarshWorld({
    seed,
    messagesPerDay,
    learnDays: 8,
    countDays,
    style,
    controls,
    origin,
    ...extra,
  })
  const { shown, alarms } = showTopics(world.events, analyser, world.events[0]!.t)
  const counted = [withParts(world.truth, analyser), world.countsFrom, world.end, messagesPerDay] as const
  return {
    ...score(shown, ...counted),
    ...alarmFigures(alarms, ...counted),
    ...floorDelay(world.events, world.truth),
  }
}

export function run(args: string[]): Promise<object> {
  const stream = option(args, 'stream')
  const truth = option(args, 'truth')
  if ((stream === undefined) !== (truth === undefined))
    throw new Error('--stream FILE.ndjson and --truth FILE.json go together')
  const analyser = openAnalyser()
  if (stream !== undefined && truth !== undefined) return Promise.resolve(runStream(stream, truth, analyser))
  const seed = Number(option(args, 'seed') ?? 2)
  const only = option(args, 'only')
  if (args.includes('--harsh')) {
    const style = option(args, 'style') ?? 'scenes'
    if (style !== 'scenes' && style !== 'rooms' && style !== 'shuffled')
      throw new Error('--style is scenes, rooms or shuffled')
    const extra = { more: args.includes('--more'), further: args.includes('--further') }
    return Promise.resolve({
      dataset: 'harsh: dialogue, comments and reviews with planted hot-search topics and 17 controls',
      ...extra,
      seed,
      style,
      ...(only !== 'high' && { low: runHarsh(seed, style, [5_000, 6], analyser, extra) }),
      ...(only !== 'low' && { high: runHarsh(seed, style, [27_000, 3], analyser, extra) }),
    })
  }
  const wordsPerMessage = Number(option(args, 'words') ?? 4)
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
