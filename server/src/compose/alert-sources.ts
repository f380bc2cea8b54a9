import { rankOf } from '@guanlan/analytics/risk/level'
import type { AlertSources, MoodSeen } from '../alerts/readers/reader.ts'
import { moodPoints, usualNegative } from '../insight/mood.ts'
import type { Insight } from '../insight/parts.ts'
import type { Subject } from '../insight/score-store.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const TOPIC = 'topic:'
/** So many cells of its own make a topic's usual; before that the organisation's stands in. */
const OWN_CELLS = 3

const topicOf = (subject: Subject) => ({
  topicId: subject.subject.slice(TOPIC.length),
  unitId: subject.unit,
})

/** How much more negative than usual the newest mood of the organisation and of its topics is: released cells only. */
function moodsOf(insight: Insight, now: number): MoodSeen[] {
  const { topics, deps } = insight
  const { root } = deps.directory
  const mood = topics.mood(root).filter((cell) => cell.to > now - DAY)
  const usual = usualNegative(mood.slice(0, -1))
  const newest = mood.at(-1)
  const pointsOf = (low: number | undefined, than: number) =>
    Math.max(0, Math.round(((low ?? 0) - than) * 100))
  const own: MoodSeen[] =
    newest === undefined || mood.length < 2 || now - newest.to > HOUR
      ? []
      : [
          {
            ...{ topicId: null, unitId: root, messages: newest.messages },
            points: pointsOf(newest.sentiment?.negative.low, usual),
          },
        ]
  const ofTopics = topics.list(root, now).flatMap((topic): MoodSeen[] => {
    const cells = topics.cellsOf(root, topic.id).filter(({ sentiment }) => sentiment !== null)
    const cell = cells.at(-1)
    if (cell === undefined || now - cell.to > HOUR) return []
    const before = cells.slice(0, -1)
    const than = before.length < OWN_CELLS ? usual : usualNegative(before)
    const low = cell.sentiment?.negative.low
    return [{ topicId: topic.id, unitId: root, points: pointsOf(low, than), messages: cell.messages }]
  })
  return [...own, ...ofTopics]
}

/** What alert rules may know of topics and mood. */
export function insightForAlerts(insight: Insight): Omit<AlertSources, 'sources'> {
  const { topics, risk, scores } = insight
  return {
    topics(now) {
      if (risk.computedAt() === null) return null
      return topics.scopes().flatMap((unitId) =>
        topics.list(unitId, now).map(({ id }) => ({
          ...{ topicId: id, unitId },
          rank: rankOf(risk.newest({ subject: `${TOPIC}${id}`, unit: unitId })?.level ?? 'none'),
        })),
      )
    },
    moods: (now) => (risk.computedAt() === null ? null : moodsOf(insight, now)),
    async releasedSteps(of, { topicId, unitId }, { from, to, stepMs }) {
      const { deps, released } = insight
      const cells =
        topicId === null
          ? await released.ofScope(unitId, 'sentiment', from)
          : await released.ofTopic(topicId, [unitId])
      return Array.from({ length: Math.round((to - from) / stepMs) }, (_, i) => {
        const end = from + (i + 1) * stepMs
        const own = cells.filter((cell) => cell.to > end - stepMs && cell.to <= end)
        if (of === 'messages')
          return own.length === 0 ? null : own.reduce((sum, { messages }) => sum + messages, 0)
        const [point] = moodPoints(own, deps.calibration(), { from: end - stepMs, to: end, stepMs })
        return point === undefined ? null : Math.floor(point.negative.low * 100 + 1e-9)
      })
    },
    async topicLevels(from) {
      const rows = (await scores.since(from)).filter(({ subject }) => subject.startsWith(TOPIC))
      return rows
        .map((row) => ({ ...topicOf(row), at: row.at, rank: rankOf(row.level) }))
        .sort((a, b) => a.at - b.at)
    },
  }
}
