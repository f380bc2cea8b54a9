import type { ReportDataQuality, ReportSection, ReportTable } from '@guanlan/contract/report'
import type { ReportFacts } from './facts.ts'
import { column, labelColumn, row, say, sourceOf, type Writing } from './parts.ts'
import { daysOf } from './period.ts'

const MOST_SPANS = 5
const iso = (ms: number) => new Date(ms).toISOString()

/** Silent sources, gaps, corrections after the fact and days that the floors hide. */
export function dataQuality(facts: ReportFacts): ReportDataQuality {
  const shown = new Set(facts.current.counts.shownDays)
  const gaps = new Map<string, number>()
  for (const at of facts.current.gaps) {
    const day = facts.dayOf(at)
    gaps.set(day, (gaps.get(day) ?? 0) + 1)
  }
  return {
    silentSources: facts.silent.map(({ source, from, to }) => ({
      ...{ source, from: iso(from), to: iso(to) },
      minutes: Math.round((to - from) / 60_000),
    })),
    gaps: [...gaps].map(([day, hours]) => ({ day, hours })),
    lateCorrections: facts.basis.reduce((sum, { late }) => sum + late, 0),
    hiddenDays: daysOf(facts.period).filter((day) => !shown.has(day)),
  }
}

export function qualitySection(writing: Writing): ReportSection {
  const { facts, book } = writing
  const quality = dataQuality(facts)
  const source = sourceOf(writing, 'sources@1')
  const hours = quality.gaps.reduce((sum, gap) => sum + gap.hours, 0)
  const gap = book.add('quality.gapHours', hours, source)
  const late = book.add('quality.late', quality.lateCorrections, sourceOf(writing, 'basis@1'))
  const spans = quality.silentSources.slice(0, MOST_SPANS)
  const sentences = spans.map((span) =>
    say(
      'quality.source',
      { source: span.source, from: span.from, minutes: span.minutes },
      [book.add(`quality.silent.${span.source}.${span.from}`, span.minutes, source, { source: span.source })],
      'attention',
    ),
  )
  if (hours > 0)
    sentences.push(
      say('quality.gap', { hours, days: quality.gaps.map(({ day }) => day) }, [gap], 'attention'),
    )
  if (quality.lateCorrections > 0)
    sentences.push(say('quality.late', { count: quality.lateCorrections }, [late]))
  const { hiddenDays } = quality
  if (hiddenDays.length > 0)
    sentences.push(
      say('quality.hidden', { days: hiddenDays }, [], facts.current.held ? 'plain' : 'attention'),
    )
  if (sentences.length === 0) sentences.push(say('quality.good', {}, [gap]))
  return { key: 'quality', sentences, tables: tables(writing, quality), charts: [], notes: [] }
}

function tables({ facts, book }: Writing, quality: ReportDataQuality): ReportTable[] {
  const silent: ReportTable = {
    id: 'silent',
    captionKey: 'table.silent',
    columns: [
      labelColumn('source', 'source'),
      column('from', 'instant'),
      column('to', 'instant'),
      column('duration', 'minutes'),
    ],
    rows: quality.silentSources.map(({ source, from, to, minutes }) => row([source, from, to, minutes])),
  }
  const hidden = new Set(quality.hiddenDays)
  const source = sourceOf({ facts, book }, 'basis@1')
  const days: ReportTable = {
    id: 'days',
    captionKey: 'table.days',
    columns: [
      column('day', 'date'),
      column('events', 'integer', 'messages'),
      column('corrections', 'integer'),
      column('groups', 'integer'),
    ],
    rows: facts.basis
      .filter(({ day }) => !hidden.has(day))
      .map(({ day, events, corrections, groups }) =>
        row(
          [day, events, corrections, groups],
          [
            book.add(`basis.${day}.events`, events, source, { day }),
            book.add(`basis.${day}.corrections`, corrections, source, { day }),
          ],
        ),
      ),
  }
  return [silent, days].filter(({ rows }) => rows.length > 0)
}

/** The same in every report: a number that is not understood is worse than none. */
export function limitsSection(): ReportSection {
  const keys = ['upstream', 'floors', 'cause', 'people', 'small']
  return {
    key: 'limits',
    sentences: keys.map((key) => say(`limits.${key}`, {})),
    tables: [],
    charts: [],
    notes: [],
  }
}
