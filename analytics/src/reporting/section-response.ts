import type { ReportChart, ReportSection, ReportSentence, ReportTable } from '@guanlan/contract/report'
import { PERCENT_BASE, shareInterval } from './compare.ts'
import { column, labelColumn, row, say, sourceOf, type Writing } from './parts.ts'
import { isEmpty } from './section-violations.ts'

const minutes = (ms: number | null) => (ms === null ? null : Math.round((ms / 60_000) * 100) / 100)
/** Of fewer a median says little; the numbers themselves are in the table. */
const LEAST = 5

/** Decisions, and the time from message to decision. */
export function responseSection(writing: Writing): ReportSection {
  const { facts, book } = writing
  const { byDecision } = facts.current.counts
  const source = sourceOf(writing, 'counts@1')
  const refs = (['warned', 'restricted', 'removed'] as const).map((decision) =>
    book.add(`decision.${decision}`, byDecision[decision], source, { decision }),
  )
  const sentences = isEmpty(facts)
    ? []
    : [say('decisions.split', { ...byDecision }, refs), ...delaySentences(writing)]
  return {
    key: 'response',
    sentences,
    tables: isEmpty(facts) ? [] : [decisionTable(writing), delayTable(writing)],
    charts: isEmpty(facts) ? [] : [delayChart(writing)],
    notes: [],
  }
}

function delaySentences(writing: Writing): ReportSentence[] {
  const { facts, book } = writing
  const [all] = facts.delay.rows
  const source = sourceOf(writing, 'delay@1')
  const count = all?.count ?? 0
  const counted = book.add('delay.count', count, source)
  const median = minutes(all?.medianMs ?? null)
  const p90 = minutes(all?.p90Ms ?? null)
  if (count < LEAST || median === null || p90 === null) return [say('response.few', { count }, [counted])]
  const refs = [counted, book.add('delay.median', median, source), book.add('delay.p90', p90, source)]
  const out = [say('response.median', { count, median, p90 }, refs)]
  const share = facts.delay.withinTarget
  const interval = share === null ? null : shareInterval(Math.round(share * count), count)
  if (share === null || interval === null || count < PERCENT_BASE) return out
  const target = facts.delay.targetMs / 60_000
  const id = book.add('delay.within', Math.round(share * 1000) / 1000, source, { targetMinutes: target })
  const { low, high } = interval
  out.push(
    say('response.within', { share, low, high, target }, [id, counted], share < 0.9 ? 'attention' : 'plain'),
  )
  return out
}

function decisionTable(writing: Writing): ReportTable {
  const { facts, book } = writing
  const { byDecision, byWhom, violations } = facts.current.counts
  const source = sourceOf(writing, 'counts@1')
  const share = (count: number) => (violations < PERCENT_BASE ? null : count / violations)
  return {
    id: 'decisions',
    captionKey: 'table.decisions',
    columns: [
      labelColumn('decision', 'decision'),
      column('count', 'integer', 'messages'),
      column('share', 'percent'),
    ],
    rows: Object.entries({ ...byDecision, ...byWhom }).map(([decision, count]) =>
      row([decision, count, share(count)], [book.add(`decision.${decision}`, count, source, { decision })]),
    ),
  }
}

function delayTable(writing: Writing): ReportTable {
  const { facts, book } = writing
  const source = sourceOf(writing, 'delay@1')
  return {
    id: 'delay',
    captionKey: 'table.delay',
    columns: [
      labelColumn('tier', 'tier'),
      column('count', 'integer', 'messages'),
      column('median', 'minutes'),
      column('p90', 'minutes'),
    ],
    rows: facts.delay.rows.map(({ tier, count, medianMs, p90Ms }) => {
      const more = tier === 'all' ? {} : { tier }
      const id = tier === 'all' ? 'delay' : `delay.${tier}`
      return row(
        [tier, count, minutes(medianMs), minutes(p90Ms)],
        [
          book.add(`${id}.count`, count, source, more),
          book.add(`${id}.median`, minutes(medianMs), source, more),
          book.add(`${id}.p90`, minutes(p90Ms), source, more),
        ],
        tier === 'all',
      )
    }),
  }
}

function delayChart({ facts }: Writing): ReportChart {
  return {
    id: 'delay',
    kind: 'delay',
    captionKey: 'chart.delay',
    data: {
      targetMinutes: facts.delay.targetMs / 60_000,
      rows: facts.delay.rows.map(({ tier, count, medianMs, p90Ms }) => ({
        ...{ tier, count, medianMinutes: minutes(medianMs), p90Minutes: minutes(p90Ms) },
      })),
    },
  }
}

/** What people changed of the first decisions. */
export function correctionsSection(writing: Writing): ReportSection {
  const { facts, book } = writing
  const { acted, corrected, overturned, overturnRate, rows } = facts.corrections
  const source = sourceOf(writing, 'first-decisions@1')
  const refs = [
    book.add('corrections.decided', acted, source),
    book.add('corrections.corrected', corrected, source),
    book.add('corrections.overturned', overturned, source),
  ]
  const sentences = [say('corrections.total', { decided: acted, corrected, overturned }, refs)]
  const interval = shareInterval(overturned, acted)
  if (overturnRate !== null && interval !== null) {
    const id = book.add('corrections.rate', Math.round(overturnRate * 10_000) / 10_000, source)
    const { low, high } = interval
    sentences.push(say('corrections.rate', { share: overturnRate, low, high }, [id, ...refs]))
  } else sentences.push(say('corrections.few', { decided: acted }, refs.slice(0, 1)))
  const shown = rows.filter((each) => each.overturned > 0)
  const table: ReportTable = {
    id: 'corrections',
    captionKey: 'table.corrections',
    columns: [
      labelColumn('category', 'category'),
      column('decided', 'integer', 'messages'),
      column('overturned', 'integer', 'messages'),
      column('overturnRate', 'percent'),
    ],
    rows: shown.map(({ code, acted: decided, overturned: reversed }) =>
      row(
        [code, decided, reversed, decided < PERCENT_BASE ? null : reversed / decided],
        [
          book.add(`corrections.${code}.decided`, decided, source, { category: code }),
          book.add(`corrections.${code}.overturned`, reversed, source, { category: code }),
        ],
      ),
    ),
  }
  return {
    key: 'corrections',
    sentences: acted === 0 ? [] : sentences,
    tables: table.rows.length === 0 ? [] : [table],
    charts: [],
    notes: [],
  }
}
