import type { Alert } from '@guanlan/analytics/alerting/alert-state'
import { readHighestRisk, readReportCells, type ReportCell } from '@guanlan/analytics/queries/report-words'
import type { EditionContent } from '@guanlan/analytics/reporting/edition'
import { releasedCell } from '@guanlan/analytics/reporting/edition'
import { createFigures, type FigureSource } from '@guanlan/analytics/reporting/figure'
import { column, row, say } from '@guanlan/analytics/reporting/parts'
import { topicCourses } from '@guanlan/analytics/reporting/topics'
import { appError } from '@guanlan/contract/errors'
import type { ReportSection, ReportSentence, ReportSubject } from '@guanlan/contract/report'
import { readerOf, type ReportDeps } from './report-deps.ts'

const LOOK_BACK_MS = 48 * 3_600_000
const iso = (ms: number) => new Date(ms).toISOString()

interface Page {
  readonly sentences: readonly ReportSentence[]
  readonly tables?: ReportSection['tables']
  readonly figures: EditionContent['figures']
  readonly level: EditionContent['level']
  readonly topics?: Record<string, string[]>
  readonly cells?: readonly ReportCell[]
  readonly category?: string | null
  readonly unit?: string
}

/** One page about an alert or a topic, for reporting up. @throws appError not_found when there is no such thing in the unit */
export async function composeFlash(
  deps: ReportDeps,
  unitId: string,
  subject: ReportSubject,
): Promise<{ content: EditionContent; cells: readonly ReportCell[] }> {
  const { directory, time, clock } = deps
  const now = clock.now()
  const day = time.dayOf(now)
  const page =
    subject.kind === 'alert'
      ? await alertPage(deps, unitId, subject.id)
      : await topicPage(deps, unitId, subject.id)
  const nameOf = (id: string) => directory.unit(id)?.name ?? id
  const category = directory.taxonomy.get(page.category ?? '')
  const units = [unitId, ...(page.unit === undefined ? [] : [page.unit])]
  const content: EditionContent = {
    kind: 'flash',
    scope: unitId === directory.root ? 'org' : `unit:${unitId}`,
    period: { key: day, from: day, to: day, isoYear: null, isoWeek: null, timezone: time.timezone },
    subject,
    names: {
      organisation: nameOf(directory.root),
      units: Object.fromEntries(units.map((id) => [id, nameOf(id)])),
      categories:
        category === undefined
          ? {}
          : { [category.code]: { zh: category.zh, en: category.en, tier: category.tier } },
      sources: {},
      topics: page.topics ?? {},
      rules: { ...deps.ruleNames() },
    },
    sections: [
      {
        key: 'subject',
        sentences: [...page.sentences],
        tables: page.tables ?? [],
        charts: [],
        notes: [say('flash.receipt', {}, [], 'attention')],
      },
    ],
    figures: page.figures,
    dataQuality: { silentSources: [], gaps: [], lateCorrections: 0, hiddenDays: [] },
    basis: [],
    releasedCells: (page.cells ?? []).map((cell) => releasedCell(unitId, cell)),
    level: page.level,
  }
  return { content, cells: page.cells ?? [] }
}

const sourceOf = (queryId: string, parameters: FigureSource['parameters']): FigureSource => ({
  ...{ queryId, parameters, events: null, corrections: null },
})

async function alertPage(deps: ReportDeps, unitId: string, id: string): Promise<Page> {
  const { postgres, directory, time, clock } = deps
  const now = clock.now()
  const rows = await postgres.query<{ state: Alert; acknowledged: Date | null }>(
    `SELECT a.state, e.acknowledged_at AS acknowledged FROM alert AS a
     LEFT JOIN alert_episode AS e ON e.alert_id = a.id AND e.episode = (a.state->>'episode')::int
     WHERE a.id = $1 AND NOT a.quiet`,
    [id],
  )
  const alert = rows[0]?.state
  // A sign of distress goes to the care role and into no report; what lies outside the unit is as good as absent.
  if (alert === undefined || !directory.tree.isWithinOn(alert.subject.unitId, unitId, time.dayOf(now)))
    throw appError('not_found', 'no such alert in this scope')
  const book = createFigures(iso(now))
  const source = sourceOf('alert@1', { alert: id })
  const minutes = (until: number) => Math.max(0, Math.round((until - alert.openedAt) / 6000) / 10)
  const { unitId: unit, category } = alert.subject
  const taken = (rows[0]?.acknowledged ?? alert.taken) !== null
  const sentences = [
    say('flash.alert', {
      ...{ unit, level: alert.level, status: alert.status, at: iso(alert.openedAt) },
    }),
    ...(alert.ruleId === null
      ? [say('flash.rule', { rule: alert.origin === 'flood' ? 'flood' : 'by-hand' })]
      : [say('flash.rule', { rule: alert.ruleId })]),
    ...(category === null ? [] : [say('flash.category', { category })]),
  ]
  // How long it took is the time of the one person who was on duty: said of many only.
  if (taken) sentences.push(say('flash.acknowledged', {}))
  else if (alert.resolved === null)
    sentences.push(
      say(
        'flash.waiting',
        { minutes: minutes(now) },
        [book.add('alert.waitingMinutes', minutes(now), source)],
        'attention',
      ),
    )
  if (alert.resolved !== null) sentences.push(say('flash.resolved', { outcome: alert.resolved.outcome }))
  return { sentences, figures: { ...book.all }, level: alert.level, category, unit }
}

async function topicPage(deps: ReportDeps, unitId: string, id: string): Promise<Page> {
  const { time, clock } = deps
  const now = clock.now()
  const read = readerOf(deps)
  const span = {
    ...{ fromMs: now - LOOK_BACK_MS, toMs: now },
    ...{ from: time.dayOf(now - LOOK_BACK_MS), to: time.dayOf(now) },
  }
  const cells = (await readReportCells(read, unitId, 'topic', span)).filter(({ key }) => key === id)
  const [course] = topicCourses(cells, [], new Map(), false)
  const topic = course?.now ?? null
  if (topic === null) throw appError('not_found', 'no such topic in this scope')
  const scores = await readHighestRisk(read, unitId, [], span)
  const score = scores.find(({ subject }) => subject === `topic:${id}`)
  const book = createFigures(iso(now))
  const source = sourceOf('cells@1', { topic: id, from: span.from, to: span.to })
  const refs = [
    book.add('topic.messages', topic.messages, source),
    book.add('topic.peak', topic.peak, source),
  ]
  const sentences = [
    say(
      'flash.topic',
      {
        ...{ topic: id, from: iso(topic.first), cells: topic.cells },
        ...{ count: topic.messages, people: topic.peak },
      },
      refs,
    ),
  ]
  if (score !== undefined)
    sentences.push(
      say('flash.score', { score: score.score, level: score.level }, [
        book.add('topic.score', score.score, sourceOf('risk@1', { topic: id })),
      ]),
    )
  const recent = cells.slice(-12)
  const table = {
    id: 'timeline',
    captionKey: 'table.timeline',
    columns: [
      column('from', 'instant'),
      column('to', 'instant'),
      column('messages', 'integer', 'messages'),
      column('peak', 'integer', 'people'),
    ],
    rows: recent.map((cell) => row([iso(cell.from), iso(cell.to), cell.messages, cell.people])),
  }
  return {
    ...{ sentences, tables: [table], figures: { ...book.all }, cells },
    level: score?.level ?? 'none',
    topics: { [id]: topic.words.slice(0, 8) },
  }
}
