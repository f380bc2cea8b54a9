import type { ReportChart, ReportSection, ReportSentence, ReportTable } from '@guanlan/contract/report'
import type { Tier } from '@guanlan/contract/taxonomy'
import type { PeriodCounts, StepCounts } from '../queries/report-counts.ts'
import { criticalPoint, dispersion, PERCENT_BASE, usualRange } from './compare.ts'
import type { HeldCounts, ReportFacts } from './facts.ts'
import { judge, judgedParams, type Judged } from './judge.ts'
import { column, earlier, gapsOf, labelColumn, row, say, sourceOf, type Writing } from './parts.ts'
import { daysOf } from './period.ts'

const TIERS = ['illegal', 'harmful', 'conduct'] as const
/** From this share on a category that says nothing is a warning about the upstream. */
const VAGUE_SHARE = 0.2
const MOST_CATEGORIES = 5

const acted = (counts: PeriodCounts) => counts.violations
const tierCount = (tier: Tier) => (counts: PeriodCounts) => counts.byTier[tier]
const categoryCount = (code: string) => (counts: PeriodCounts) =>
  counts.byCategory.find((each) => each.code === code)?.count ?? 0

const isVague = (code: string) => ['offtopic', 'uncategorised'].includes(code.split('.')[0] ?? '')

/** Judges a count of this period against the one before, with the dispersion of its own history. */
function judged(facts: ReportFacts, of: (counts: PeriodCounts) => number, critical?: number): Judged {
  return judge(of(facts.current.counts), earlier(facts.previous, of), circumstances(facts, of, critical))
}

function circumstances(facts: ReportFacts, of: (counts: PeriodCounts) => number, critical?: number) {
  const past = facts.history.filter(({ held }) => held).map(({ counts }) => of(counts))
  return {
    phi: dispersion(past),
    ...gapsOf(facts),
    ...(critical === undefined ? {} : { critical }),
  }
}

/** Notes a count of this period and of the one before; refs of both. */
function noteCounts(
  writing: Writing,
  id: string,
  of: (counts: PeriodCounts) => number,
  more: Record<string, string> = {},
): string[] {
  const { facts, book } = writing
  const before = earlier(facts.previous, of)
  return [
    book.add(`${id}.now`, of(facts.current.counts), sourceOf(writing, 'counts@1'), more),
    book.add(`${id}.before`, before, sourceOf(writing, 'counts@1', facts.previous.period), more),
  ]
}

export const isEmpty = ({ current }: ReportFacts) => current.counts.shownDays.length === 0

export function headlineOf(writing: Writing): ReportSentence {
  const refs = noteCounts(writing, 'violations', acted)
  if (isEmpty(writing.facts)) return say('headline.empty', {}, refs, 'attention')
  return say('headline.total', judgedParams(judged(writing.facts, acted)), refs)
}

export function violationsSection(writing: Writing): ReportSection {
  const { facts } = writing
  const refs = noteCounts(writing, 'violations', acted)
  const sentences = [
    say('headline.total', judgedParams(judged(facts, acted)), refs),
    ...TIERS.map((tier) =>
      say(
        'violations.tier',
        { tier, ...judgedParams(judged(facts, tierCount(tier))) },
        noteCounts(writing, `violations.${tier}`, tierCount(tier), { tier }),
      ),
    ),
    ...yearSentence(writing),
    ...usualSentence(writing),
    ...categorySentences(writing),
  ]
  return {
    key: 'violations',
    sentences: isEmpty(facts) ? [say('headline.empty', {}, refs)] : sentences,
    tables: isEmpty(facts) ? [] : [tierTable(writing), categoryTable(writing)],
    charts: isEmpty(facts) ? [] : charts(writing),
    notes: notes(writing),
  }
}

function yearSentence(writing: Writing): ReportSentence[] {
  const { facts, book } = writing
  const { yearAgo } = facts
  if (!yearAgo.held) return []
  const found = judge(acted(facts.current.counts), acted(yearAgo.counts), {
    ...circumstances(facts, acted),
    gapBefore: yearAgo.gaps.length > 0,
  })
  const id = book.add(
    'violations.yearAgo',
    acted(yearAgo.counts),
    sourceOf(writing, 'counts@1', yearAgo.period),
  )
  return [say('violations.year', judgedParams(found), ['violations.now', id])]
}

function usualOf(facts: ReportFacts) {
  const past = facts.history.filter(({ held }) => held).map(({ counts }) => acted(counts))
  return { range: usualRange(past), periods: past.length }
}

function usualSentence(writing: Writing): ReportSentence[] {
  const { facts, book } = writing
  const { range, periods } = usualOf(facts)
  if (range === null || facts.current.gaps.length > 0 || !facts.current.held) return []
  const count = acted(facts.current.counts)
  const place = count > range.high ? 'above' : count < range.low ? 'below' : 'within'
  const oldest = facts.history[0]?.period.key ?? ''
  const id = book.add('violations.usual', range, sourceOf(writing, 'counts@1'), { history: periods, oldest })
  return [
    say(
      'violations.usual',
      { count, ...range, periods, place },
      ['violations.now', id],
      place === 'above' ? 'attention' : 'plain',
    ),
  ]
}

function categoriesOf({ current, previous }: ReportFacts) {
  const codes = new Map<string, Tier>()
  for (const each of [...current.counts.byCategory, ...(previous.held ? previous.counts.byCategory : [])])
    if (each.tier !== 'care') codes.set(each.code, each.tier)
  return [...codes].map(([code, tier]) => ({ code, tier }))
}

function judgedCategories(facts: ReportFacts) {
  const all = categoriesOf(facts)
  const critical = criticalPoint(all.length)
  return all
    .map((each) => ({ ...each, found: judged(facts, categoryCount(each.code), critical) }))
    .sort(
      (a, b) =>
        b.found.current - a.found.current ||
        (b.found.previous ?? 0) - (a.found.previous ?? 0) ||
        (a.code < b.code ? -1 : 1),
    )
}

/** Only what changed significantly, with all categories tested at once, rises first; offtopic and uncategorised never. */
function categorySentences(writing: Writing): ReportSentence[] {
  const rows = judgedCategories(writing.facts)
  const strength = ({ current, previous }: Judged) =>
    Math.abs(Math.sqrt(current + 0.375) - Math.sqrt((previous ?? 0) + 0.375))
  const changed = rows
    .filter(({ code, found }) => (found.verdict === 'rose' || found.verdict === 'fell') && !isVague(code))
    .sort(
      (a, b) =>
        Number(b.found.verdict === 'rose') - Number(a.found.verdict === 'rose') ||
        strength(b.found) - strength(a.found) ||
        (a.code < b.code ? -1 : 1),
    )
    .slice(0, MOST_CATEGORIES)
  if (changed.length === 0)
    return rows.some(({ found }) => found.verdict === 'steady') ? [say('violations.noCategory', {})] : []
  return changed.map(({ code, found }) =>
    say(
      'violations.category',
      { category: code, ...judgedParams(found) },
      noteCounts(writing, `category.${code}`, categoryCount(code), { category: code }),
      found.verdict === 'rose' ? 'attention' : 'plain',
    ),
  )
}

function tierTable(writing: Writing): ReportTable {
  const { facts } = writing
  const line = (tier: (typeof TIERS)[number] | 'all') => {
    const of = tier === 'all' ? acted : tierCount(tier)
    const found = judged(facts, of)
    const past = facts.history.filter(({ held }) => held).map(({ counts }) => of(counts))
    const id = tier === 'all' ? 'violations' : `violations.${tier}`
    const year = facts.yearAgo.held ? of(facts.yearAgo.counts) : null
    return row(
      [tier, found.current, found.previous, found.verdict, shareChange(found), year, usualRange(past)],
      noteCounts(writing, id, of, tier === 'all' ? {} : { tier }),
      tier === 'all',
    )
  }
  return {
    id: 'tiers',
    captionKey: 'table.tiers',
    columns: [
      labelColumn('tier', 'tier'),
      column('count', 'integer', 'messages'),
      column('previous', 'integer', 'messages'),
      labelColumn('verdict', 'verdict'),
      column('percentChange', 'percent'),
      column('yearAgo', 'integer', 'messages'),
      column('usual', 'integer'),
    ],
    rows: [...TIERS.map(line), line('all')],
  }
}

/** Stated only with a stated change and on a base of at least 20. */
const shareChange = ({ percent, verdict }: Judged) =>
  percent === null || (verdict !== 'rose' && verdict !== 'fell') ? null : percent / 100

function categoryTable(writing: Writing): ReportTable {
  return {
    id: 'categories',
    captionKey: 'table.categories',
    columns: [
      labelColumn('category', 'category'),
      labelColumn('tier', 'tier'),
      column('count', 'integer', 'messages'),
      column('previous', 'integer', 'messages'),
      labelColumn('verdict', 'verdict'),
      column('percentChange', 'percent'),
    ],
    rows: judgedCategories(writing.facts).map(({ code, tier, found }) =>
      row(
        [code, tier, found.current, found.previous, found.verdict, shareChange(found)],
        noteCounts(writing, `category.${code}`, categoryCount(code), { category: code }),
      ),
    ),
  }
}

/** Signs of distress are in no note: they go to the care role, quietly and without a counter. */
function notes(writing: Writing): ReportSentence[] {
  const { facts, book } = writing
  const { counts } = facts.current
  const vague = counts.byCategory
    .filter(({ code }) => isVague(code))
    .reduce((sum, { count }) => sum + count, 0)
  const share = counts.violations === 0 ? 0 : vague / counts.violations
  const out: ReportSentence[] = []
  if (counts.violations >= PERCENT_BASE && share >= VAGUE_SHARE)
    out.push(
      say(
        'violations.vague',
        { share },
        [book.add('vague', share, sourceOf(writing, 'counts@1'))],
        'attention',
      ),
    )
  return out
}

/** A fifth of at least three decisions corrected after the fact: drawn hatched. */
const isCorrected = (step: StepCounts | null | undefined) => {
  if (!step) return false
  const total = step.illegal + step.harmful + step.conduct
  return total >= 3 && step.corrections >= total / 5
}
const all = (step: StepCounts | null | undefined) =>
  step ? step.illegal + step.harmful + step.conduct : null

/** Days of a period, or hours of a day, with their counts, and which of them lack data. */
export function stepsOf(facts: ReportFacts) {
  if (facts.hours !== null) {
    const { now, before } = facts.hours
    const gaps = new Set(facts.current.gaps)
    // By the clock: a day on which it is changed has 23 or 25 hours.
    const past = new Map(before.map(({ label, counts }) => [label.slice(11), counts]))
    return {
      steps: now.map(({ label, counts }) => ({ label, counts })),
      before: now.map(({ label }) => past.get(label.slice(11)) ?? null),
      gaps: now.flatMap(({ at }, i) => (gaps.has(at) ? [i] : [])),
    }
  }
  const stepped = (held: HeldCounts) => {
    const shown = new Set(held.counts.shownDays)
    const none = { messages: 0, illegal: 0, harmful: 0, conduct: 0, corrections: 0 }
    return daysOf(held.period).map((day) => ({
      label: day,
      counts: shown.has(day) ? (held.counts.byDay.get(day) ?? none) : null,
    }))
  }
  const steps = stepped(facts.current)
  const before = stepped(facts.previous)
  const gapDays = new Set(facts.current.gaps.map((at) => facts.dayOf(at)))
  return {
    steps,
    before: steps.map((_, i) => before[i]?.counts ?? null),
    gaps: steps.flatMap(({ label, counts }, i) => (gapDays.has(label) || counts === null ? [i] : [])),
  }
}

function charts(writing: Writing): ReportChart[] {
  const { facts } = writing
  const { steps, before, gaps } = stepsOf(facts)
  const trend: ReportChart = {
    id: 'trend',
    kind: 'trend',
    captionKey: facts.hours === null ? 'chart.trend' : 'chart.trendHours',
    data: {
      steps: steps.map(({ label }) => label),
      illegal: steps.map(({ counts }) => counts?.illegal ?? null),
      harmful: steps.map(({ counts }) => counts?.harmful ?? null),
      conduct: steps.map(({ counts }) => counts?.conduct ?? null),
      previous: before.map(all),
      gaps,
      corrected: steps.flatMap(({ counts }, i) => (isCorrected(counts) ? [i] : [])),
    },
  }
  const bars: ReportChart = {
    id: 'categories',
    kind: 'bars',
    captionKey: 'chart.categories',
    data: {
      vocabulary: 'category',
      rows: judgedCategories(facts)
        .slice(0, 10)
        .map(({ code, tier, found }) => ({ code, tier, value: found.current, previous: found.previous })),
    },
  }
  const held = facts.history.filter((each) => each.held).length
  const past: ReportChart = {
    id: 'history',
    kind: 'history',
    captionKey: 'chart.history',
    data: {
      periods: [...facts.history.map(({ period }) => period.key), facts.period.key],
      values: [...facts.history.map((each) => earlier(each, acted)), acted(facts.current.counts)],
      usual: usualOf(facts).range,
    },
  }
  return [trend, ...(bars.data.rows.length > 0 ? [bars] : []), ...(held > 0 ? [past] : [])]
}
