import { isFresh } from '@guanlan/analytics/is-fresh'
import { createCounting } from '@guanlan/analytics/queries/counted'
import type { Read } from '@guanlan/analytics/queries/read'
import { createVisibilityBook } from '@guanlan/analytics/queries/visibility-book'
import { createAnswers } from './answers.ts'
import { createCountSeries } from './count-series.ts'
import { createDriftMarks } from './drift-marks.ts'
import { createFormulas } from './formulas.ts'
import { readHarmBook, type HarmBook } from './harm-hours.ts'
import { judgeAll } from './judge.ts'
import { createMarks } from './marks.ts'
import { calibratedCell, calibratedStore } from './mood.ts'
import type { Insight, InsightDeps, UnansweredSince } from './parts.ts'
import { createRiskKeeper } from './risk.ts'
import { createScoreStore } from './score-store.ts'
import { readSendingHours } from './sending-hours.ts'
import { createTopicBook } from './topic-book.ts'
import { createLinkStore } from './topic-links.ts'

const MINUTE = 60_000

export function createInsight(given: InsightDeps): Insight {
  // Whoever reads a cell, from memory or from the store, gets its mood calibrated.
  const deps = { ...given, cells: calibratedStore(given.cells, given.calibration) }
  const { clickhouse, clock, time, directory } = deps
  const read: Read = (sql, params) => clickhouse.query(sql, params, { lane: 'reader', timeoutSeconds: 30 })
  const isRecent = (day: string) => day >= time.addDays(time.dayOf(clock.now()), -1)
  const book = createVisibilityBook({ read, now: () => clock.now(), isRecent })
  const counting = createCounting(() => directory, book)
  const counted = (scope: string, days: readonly string[]) =>
    scope.startsWith('group:')
      ? counting.atGroup(scope.slice(6), days)
      : counting.atUnit(scope.slice(5), days)
  const topics = createTopicBook((cell) => calibratedCell(cell, deps.calibration()))
  const links = createLinkStore(deps.postgres, deps.onError)
  const scores = createScoreStore(clickhouse, time.dayOf, deps.run)
  const answers = createAnswers(deps)
  const marks = createMarks(deps)
  const formulas = createFormulas({ ...deps, store: scores })
  const risk = createRiskKeeper({ store: scores, formulas, marks, onError: deps.onError })
  let harm: HarmBook | undefined
  let tickedAt = -Infinity
  let judged = -1
  let unanswered: UnansweredSince = () => null

  const insight: Insight = {
    ...{ deps, released: given.cells, topics, answers, marks, formulas, risk, scores },
    series: createCountSeries({
      ...{ read, time, counted },
      sending: (from, to) => readSendingHours(read, time, from, to),
    }),
    drift: createDriftMarks({
      ...{ read, time, counted: (unit, days) => counting.atUnit(unit, days) },
      careCodes: () => directory.taxonomy.all.flatMap(({ code, tier }) => (tier === 'care' ? [code] : [])),
    }),
    harm: () => harm,
    unansweredSince: (scope, now) => unanswered(scope, now),
    setUnanswered: (read) => void (unanswered = read),
    onRelease(cells, parted) {
      topics.apply(cells, parted)
      // A link to a topic that was never shown would say something that no cell says.
      void links.add(parted.filter((link) => topics.isShown(link.from) && topics.isShown(link.into)))
    },
    async restore() {
      await Promise.all([answers.reload(), marks.reload(), formulas.reload()])
      topics.apply([], await links.since(clock.now() - 48 * 60 * MINUTE))
      await risk.restore(clock.now())
    },
    async tick() {
      const now = clock.now()
      const minute = !isFresh(tickedAt, now, MINUTE)
      if (!minute && judged === topics.version()) return
      if (minute) {
        harm = await readHarmBook({ read, book, directory, time, categoryFloor: deps.categoryFloor }, now)
        // Another node may have answered or marked.
        await Promise.all([answers.reload(), marks.reload(), formulas.reload()])
        tickedAt = now
      }
      judged = topics.version()
      await risk.tick(judgeAll(insight, now), now)
    },
  }
  return insight
}
