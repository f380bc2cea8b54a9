import type { Edition, ReportReleasedCell, ReportSection, ReportSentence } from '@guanlan/contract/report'
import { RISK_LEVELS } from '@guanlan/contract/risk'
import type { ReportCell } from '../queries/report-words.ts'
import type { ReportFacts } from './facts.ts'
import { createFigures, figureHash, hashOf } from './figure.ts'
import type { Writing } from './parts.ts'
import { dataQuality, limitsSection, qualitySection } from './section-quality.ts'
import { correctionsSection, responseSection } from './section-response.ts'
import { headlineOf, violationsSection } from './section-violations.ts'
import { actionsSection, alertsSection, registerSection, unitsSection } from './section-work.ts'
import { riskSection, sentimentSection, statedTopics, topicsSection } from './section-words.ts'
import { DateTime } from 'luxon'

/** What an edition says, without what people did with it. */
export type EditionContent = Pick<
  Edition,
  | 'kind'
  | 'scope'
  | 'period'
  | 'subject'
  | 'names'
  | 'sections'
  | 'figures'
  | 'dataQuality'
  | 'basis'
  | 'releasedCells'
  | 'level'
>

const MOST_HEADLINES = 7

/** Content of a report. Pure: the same facts always give the same content. */
export function composeEdition(given: ReportFacts): EditionContent {
  const facts = withTopicNames(given)
  const book = createFigures(facts.at)
  const writing: Writing = { facts, book }
  const sections = [
    violationsSection(writing),
    topicsSection(writing),
    sentimentSection(writing),
    riskSection(writing),
    alertsSection(writing),
    responseSection(writing),
    correctionsSection(writing),
    registerSection(writing),
    unitsSection(writing),
    actionsSection(writing),
    qualitySection(writing),
  ].filter((section) => section !== null)
  const stated = [...sections.flatMap(({ sentences }) => sentences)]
  const urgent = stated.filter(({ tone }) => tone === 'attention').slice(0, MOST_HEADLINES)
  const headline: ReportSection = {
    ...{ key: 'headline', tables: [], charts: [], notes: [] },
    sentences: once([headlineOf(writing), ...urgent]),
  }
  const levels = facts.risk.map(({ level }) => RISK_LEVELS.indexOf(level))
  return {
    kind: facts.kind,
    scope: facts.scope,
    period: periodOfFacts(facts),
    subject: null,
    names: namesUsed(facts, [headline, ...sections]),
    sections: [headline, ...sections, limitsSection()],
    figures: { ...book.all },
    dataQuality: dataQuality(facts),
    basis: facts.basis.map(({ day, events, corrections, groups, lastCorrectionAt }) => ({
      ...{ day, events, corrections, groups },
      lastCorrectionAt: lastCorrectionAt === null ? null : new Date(lastCorrectionAt).toISOString(),
    })),
    releasedCells: quotedCells(writing),
    level: RISK_LEVELS[Math.max(0, ...levels)] ?? 'none',
  }
}

/** Names of what the edition mentions; those of a large organisation would outweigh the report. */
function namesUsed({ names, unitId }: ReportFacts, sections: readonly ReportSection[]): ReportFacts['names'] {
  const text = JSON.stringify(sections)
  const used = <T>(all: Readonly<Record<string, T>>) =>
    Object.fromEntries(
      Object.entries(all).filter(([id]) => id === unitId || text.includes(JSON.stringify(id))),
    )
  return {
    ...names,
    units: used(names.units),
    categories: used(names.categories),
    rules: used(names.rules),
    sources: used(names.sources),
  }
}

function periodOfFacts({ kind, period, timezone }: ReportFacts): Edition['period'] {
  const from = DateTime.fromISO(period.from, { zone: 'utc' })
  const isWeek = kind === 'week'
  return {
    ...{ key: period.key, from: period.from, timezone },
    to: DateTime.fromISO(period.to, { zone: 'utc' }).minus({ days: 1 }).toISODate()!,
    isoYear: isWeek ? from.weekYear : null,
    isoWeek: isWeek ? from.weekNumber : null,
  }
}

const once = (sentences: readonly ReportSentence[]) => {
  const seen = new Set<string>()
  return sentences.filter((sentence) => {
    const key = JSON.stringify([sentence.key, sentence.params])
    return seen.has(key) ? false : (seen.add(key), true)
  })
}

/** Words of the topics that the report names, from the released cell with most people. */
function withTopicNames(facts: ReportFacts): ReportFacts {
  const topics: Record<string, string[]> = {}
  const add = (id: string, words: readonly string[]) => (topics[id] ??= words.slice(0, 8))
  for (const { id, now, before } of statedTopics({ facts, book: createFigures(facts.at) }))
    add(id, (now ?? before)?.words ?? [])
  for (const { subject } of facts.risk) {
    const id = subject.startsWith('topic:') ? subject.slice('topic:'.length) : null
    const cell = facts.topicCells.now.findLast(({ key }) => key === id)
    if (id !== null) add(id, cell?.words ?? [])
  }
  return { ...facts, names: { ...facts.names, topics } }
}

/** Cells that figures rest on: of each topic named the first, the fullest and the newest of both periods; all of mood. */
function quotedCells({ facts, book }: Writing): ReportReleasedCell[] {
  const named = new Set(statedTopics({ facts, book }).map(({ id }) => id))
  const quoted = new Set<ReportCell>()
  for (const cells of [facts.topicCells.before, facts.topicCells.now]) {
    for (const id of named) {
      const own = cells.filter(({ key }) => key === id)
      const [first] = own
      if (first === undefined) continue
      quoted.add(first)
      quoted.add(own.reduce((best, cell) => (cell.people > best.people ? cell : best), first))
      quoted.add(own.at(-1) ?? first)
    }
  }
  return [...quoted].map((cell) => releasedCell(facts.unitId, cell))
}

export const releasedCell = (unitId: string, cell: ReportCell): ReportReleasedCell => ({
  scope: unitId,
  kind: cell.kind,
  key: cell.key,
  from: new Date(cell.from).toISOString(),
  to: new Date(cell.to).toISOString(),
  people: cell.people,
  messages: cell.messages,
  words: [...cell.words],
  sentiment: cell.sentiment,
})

const CONTENT = [
  ...['kind', 'scope', 'period', 'subject', 'names', 'sections', 'figures', 'dataQuality', 'basis'],
  ...['releasedCells', 'level'],
] as const

/** Hash of what an edition says; the same for the same content, whatever people did with it since. */
export function contentHash(edition: EditionContent): string {
  const fields = edition as unknown as Record<string, unknown>
  return hashOf(Object.fromEntries(CONTENT.map((key) => [key, fields[key]])))
}

/** True when every figure, and the whole content, still has the hash that was stored with it. */
export function hashesHold(edition: Edition): boolean {
  return (
    contentHash(edition) === edition.contentHash &&
    Object.values(edition.figures).every((figure) => figureHash(figure) === figure.hash)
  )
}
