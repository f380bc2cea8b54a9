import type { ReportChart, ReportSection, ReportSentence, ReportTable } from '@guanlan/contract/report'
import type { ReportCell } from '../queries/report-words.ts'
import { moodOf, moodShift, type Mood } from './mood.ts'
import { column, gapsOf, labelColumn, row, say, sourceOf, type Writing } from './parts.ts'
import { daysOf } from './period.ts'
import { stepsOf } from './section-violations.ts'
import { topicCourses, type TopicCourse } from './topics.ts'

const MOST_TOPICS = 10
const STATED = 4
const HOUR = 3_600_000

/** Topics as the report states them: the largest now, and what fell from the period before. */
export function statedTopics({ facts }: Writing): TopicCourse[] {
  const { now, before } = facts.topicCells
  const all = topicCourses(now, before, facts.answers, before.length > 0, gapsOf(facts))
  const here = all.filter((topic) => topic.now !== null).slice(0, MOST_TOPICS)
  const gone = all.filter((topic) => topic.now === null && topic.status === 'fell').slice(0, STATED)
  return [...here, ...gone]
}

function note(writing: Writing, topic: TopicCourse): string[] {
  const { facts, book } = writing
  const now = sourceOf(writing, 'cells@1')
  const before = sourceOf(writing, 'cells@1', facts.previous.period)
  const more = { topic: topic.id }
  return [
    book.add(`topic.${topic.id}.now`, topic.now?.messages ?? null, now, more),
    book.add(`topic.${topic.id}.before`, topic.before?.messages ?? null, before, more),
    book.add(`topic.${topic.id}.peak`, topic.now?.peak ?? null, now, more),
  ]
}

/** Topics that rose and fell, with their answers; from released cells only. */
export function topicsSection(writing: Writing): ReportSection {
  const { facts, book } = writing
  const topics = statedTopics(writing)
  const here = new Set(facts.topicCells.now.map(({ key }) => key)).size
  const count = book.add('topics.count', here, sourceOf(writing, 'cells@1'))
  const rising = topics.filter(({ status }) => status === 'new' || status === 'rose').slice(0, STATED)
  const falling = topics.filter(({ status }) => status === 'fell').slice(0, STATED)
  const answerable = [...rising, ...topics.filter((topic) => topic.now !== null)].slice(0, STATED)
  return {
    key: 'topics',
    sentences: [
      here === 0 ? say('topics.none', {}, [count]) : say('topics.count', { count: here }, [count]),
      ...[...rising, ...falling].map((topic) => courseSentence(writing, topic)),
      ...[...new Set(answerable)].map((topic) => answerSentence(writing, topic)),
    ],
    tables: topics.length === 0 ? [] : [topicTable(writing, topics)],
    charts: topicChart(writing, topics),
    notes: [],
  }
}

function courseSentence(writing: Writing, topic: TopicCourse): ReportSentence {
  const refs = note(writing, topic)
  const counts = { topic: topic.id, count: topic.now?.messages ?? 0 }
  if (topic.status === 'new') return say('topics.new', counts, refs.slice(0, 1), 'attention')
  const rose = topic.status === 'rose'
  return say(
    rose ? 'topics.rose' : 'topics.fell',
    { ...counts, previous: topic.before?.messages ?? 0 },
    refs.slice(0, 2),
    rose ? 'attention' : 'plain',
  )
}

/** Minutes from the first released cell to the answer. */
const answeredAfter = ({ answeredAt, now, before }: TopicCourse) => {
  const first = Math.min(now?.first ?? Infinity, before?.first ?? Infinity)
  return answeredAt === null || !Number.isFinite(first) ? null : Math.max(0, answeredAt - first) / 60_000
}

function answerSentence(writing: Writing, topic: TopicCourse): ReportSentence {
  const minutes = answeredAfter(topic)
  const id = writing.book.add(`topic.${topic.id}.answered`, minutes, sourceOf(writing, 'answers@1'), {
    topic: topic.id,
  })
  return minutes === null
    ? say('topics.unanswered', { topic: topic.id }, [id], 'attention')
    : say('topics.answered', { topic: topic.id, minutes }, [id])
}

function topicTable(writing: Writing, topics: readonly TopicCourse[]): ReportTable {
  return {
    id: 'topics',
    captionKey: 'table.topics',
    columns: [
      column('words', 'text'),
      column('messages', 'integer', 'messages'),
      column('messagesBefore', 'integer', 'messages'),
      labelColumn('status', 'topicStatus'),
      column('peak', 'integer', 'people'),
      labelColumn('answer', 'answer'),
      column('answeredAfter', 'minutes'),
    ],
    rows: topics.map((topic) => {
      const words = (topic.now ?? topic.before)?.words.slice(0, 5).join(' ') ?? ''
      const after = answeredAfter(topic)
      return row(
        [
          ...[words, topic.now?.messages ?? null, topic.before?.messages ?? null, topic.status],
          ...[topic.now?.peak ?? null, after === null ? 'none' : 'answered', after],
        ],
        note(writing, topic),
      )
    }),
  }
}

function topicChart({ facts }: Writing, topics: readonly TopicCourse[]): ReportChart[] {
  const shown = topics.filter((topic) => topic.now !== null).slice(0, 5)
  if (shown.length === 0) return []
  const steps = facts.hours?.now.map(({ label }) => label) ?? daysOf(facts.period)
  const stepOf = (at: number) => {
    const { hours } = facts
    if (hours === null) return steps.indexOf(facts.dayOf(at))
    return hours.now.findIndex((hour) => at > hour.at && at <= hour.at + HOUR)
  }
  const rate = (cell: ReportCell) => (cell.people * HOUR) / Math.max(1, cell.to - cell.from)
  const rows = shown.map((topic) => {
    const values = new Array<number | null>(steps.length).fill(null)
    for (const cell of facts.topicCells.now) {
      const step = cell.key === topic.id ? stepOf(cell.to - 1) : -1
      if (step >= 0) values[step] = Math.max(values[step] ?? 0, Math.round(rate(cell)))
    }
    return { id: topic.id, words: [...(topic.now?.words ?? [])].slice(0, 5), values }
  })
  return [
    {
      id: 'topics',
      kind: 'topics',
      captionKey: 'chart.topics',
      data: { steps, rows, gaps: stepsOf(facts).gaps },
    },
  ]
}

/** Mood as intervals; a change is stated only where they do not touch. Never of units beside each other. */
export function sentimentSection(writing: Writing): ReportSection {
  const { facts, book } = writing
  const now = moodOf(facts.moodCells.now)
  const before = moodOf(facts.moodCells.before)
  const notes = facts.calibratedAt === null && now !== null ? [say('sentiment.uncalibrated', {})] : []
  const calibration = { calibratedAt: facts.calibratedAt }
  const source = sourceOf(writing, 'mood@1')
  if (now === null) {
    const id = book.add('mood.negative.now', null, source, calibration)
    return { key: 'sentiment', sentences: [say('sentiment.none', {}, [id])], tables: [], charts: [], notes }
  }
  const id = book.add('mood.negative.now', now.negative, source, calibration)
  const sentences = [say('sentiment.interval', { ...now.negative, messages: now.messages }, [id])]
  if (before !== null) {
    const { low: beforeLow, high: beforeHigh } = before.negative
    const past = sourceOf(writing, 'mood@1', facts.previous.period)
    const earlier = book.add('mood.negative.before', before.negative, past, calibration)
    const shift = moodShift(now, before)
    const tone = shift === 'rose' ? 'attention' : 'plain'
    sentences.push(say(`sentiment.${shift}`, { beforeLow, beforeHigh }, [id, earlier], tone))
  }
  return { key: 'sentiment', sentences, ...moodByDay(writing), notes }
}

function moodByDay(writing: Writing): Pick<ReportSection, 'tables' | 'charts'> {
  const { facts, book } = writing
  const days = daysOf(facts.period)
  const moods = days.map((day): Mood | null =>
    moodOf(facts.moodCells.now.filter((cell) => facts.dayOf(cell.to - 1) === day)),
  )
  const source = sourceOf(writing, 'mood@1')
  const table: ReportTable = {
    id: 'sentiment',
    captionKey: 'table.sentiment',
    columns: [
      column('day', 'date'),
      column('negative', 'interval'),
      column('positive', 'interval'),
      column('messages', 'integer', 'messages'),
    ],
    rows: days.flatMap((day, i) => {
      const mood = moods[i]
      if (!mood) return [row([day, null, null, null])]
      const more = { day, calibratedAt: facts.calibratedAt }
      const ref = book.add(`mood.${day}`, mood.negative, source, more)
      return [row([day, mood.negative, mood.positive, mood.messages], [ref])]
    }),
  }
  const chart: ReportChart = {
    ...{ id: 'sentiment', kind: 'sentiment', captionKey: 'chart.sentiment' },
    data: {
      steps: days,
      negative: moods.map((mood) => mood?.negative ?? null),
      positive: moods.map((mood) => mood?.positive ?? null),
      gaps: stepsOf(facts).gaps,
    },
  }
  return { tables: [table], charts: days.length > 1 ? [chart] : [] }
}

/** Highest scores: how urgently answers were owed. */
export function riskSection(writing: Writing): ReportSection {
  const { facts, book } = writing
  const source = sourceOf(writing, 'risk@1')
  const subjectOf = (subject: string) => {
    const id = subject.slice(subject.indexOf(':') + 1)
    if (subject.startsWith('topic:')) return { subjectKind: 'topic', topic: id }
    return id === facts.unitId && facts.scope === 'org'
      ? { subjectKind: 'org' }
      : { subjectKind: 'unit', unit: id }
  }
  const refs = facts.risk.map(({ subject, score }) => book.add(`risk.${subject}`, score, source, { subject }))
  const raised = facts.risk.filter(({ level }) => level !== 'none')
  const [highest] = raised
  const sentences =
    highest === undefined
      ? [say(facts.risk.length === 0 ? 'risk.unknown' : 'risk.none', {}, refs.slice(0, 1))]
      : [
          say(
            'risk.highest',
            {
              ...subjectOf(highest.subject),
              ...{ score: highest.score, level: highest.level, at: new Date(highest.at).toISOString() },
            },
            refs.slice(0, 1),
            highest.level === 'orange' || highest.level === 'red' ? 'attention' : 'plain',
          ),
        ]
  const name = (subject: string) => {
    const { subjectKind, ...rest } = subjectOf(subject)
    if (subjectKind === 'topic') return facts.names.topics[rest.topic ?? '']?.slice(0, 5).join(' ') ?? ''
    return facts.names.units[rest.unit ?? facts.unitId] ?? facts.names.organisation
  }
  const table: ReportTable = {
    id: 'risk',
    captionKey: 'table.risk',
    columns: [
      column('subject', 'text'),
      column('score', 'integer', 'points'),
      labelColumn('level', 'riskLevel'),
      column('at', 'instant'),
    ],
    rows: raised.map(({ subject, score, level, at }) =>
      row([name(subject), score, level, new Date(at).toISOString()], [`risk.${subject}`]),
    ),
  }
  return { key: 'risk', sentences, tables: raised.length === 0 ? [] : [table], charts: [], notes: [] }
}
