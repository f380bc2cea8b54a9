import type { Server } from 'node:http'
import type { Config } from '../config.ts'
import { createReadNames } from '../http/account-names.ts'
import type { Metrics } from '../http/metrics.ts'
import type { Route } from '../http/route.ts'
import { riskRoutes } from '../http/routes/risk.ts'
import { sessionRoutes } from '../http/routes/session.ts'
import { sourceRoute } from '../http/routes/source.ts'
import { topicRoutes } from '../http/routes/topics.ts'
import { totalsRoute } from '../http/routes/totals.ts'
import { wordRoutes } from '../http/routes/words.ts'
import { mayOpenScope, mayShowPanel } from '../identity/access.ts'
import type { Identity } from '../identity/identity.ts'
import type { Views } from '../identity/views.ts'
import type { Clock } from '../lib/clock.ts'
import type { Lifecycle } from '../lib/lifecycle.ts'
import type { LocalTime } from '../lib/local-day.ts'
import type { Logger } from '../lib/logger.ts'
import { createLive } from '../live/create-live.ts'
import { createFigures } from '../live/figures.ts'
import type { ReadAlerts } from '../live/panels/alerts.ts'
import { createPanels } from '../live/panels/registry.ts'
import type { SourceFigures } from '../live/source-figures.ts'
import type { ClickHouse } from '../ports/clickhouse.ts'
import type { Postgres } from '../ports/postgres.ts'
import type { Directory } from '../register/directory.ts'
import { insightPanels } from '../insight/screens.ts'
import type { EventPath } from './event-path.ts'
import { DECIDE_WITHIN_MS, type WordPath } from './words.ts'

export interface ScreenDeps {
  readonly config: Config
  readonly clickhouse: ClickHouse
  readonly postgres: Postgres
  readonly directory: Directory
  readonly identity: Identity
  readonly views: Views
  readonly path: EventPath
  readonly sources: SourceFigures
  readonly time: LocalTime
  readonly metrics: Metrics
  readonly clock: Clock
  readonly logger: Logger
  readonly lifecycle: Lifecycle
}

/** Routes that read figures and accounts. */
export function screenRoutes(deps: ScreenDeps, words: WordPath): Route[] {
  const { clickhouse, directory, identity, time, clock } = deps
  const names = createReadNames(identity.accounts)
  return [
    ...sessionRoutes({ identity, directory, today: () => time.dayOf(clock.now()) }),
    totalsRoute({ clickhouse, directory, time, clock, categoryFloor: deps.config.floors.categoryEvents }),
    sourceRoute({ clock, ofSource: deps.sources.ofSource }),
    ...topicRoutes(words.insight, names),
    ...riskRoutes(words.insight, names),
    ...wordRoutes({ ...words, root: () => directory.root, names }),
  ]
}

/** Panels and the sockets that carry them. */
export function openLive(
  deps: ScreenDeps,
  httpServer: Server,
  { words, insight }: WordPath,
  alerts: ReadAlerts,
): void {
  const { config, clickhouse, directory, identity, views, path, time, metrics, clock, logger, lifecycle } =
    deps
  const today = () => time.dayOf(clock.now())
  const figures = createFigures({
    clickhouse,
    directory,
    time,
    clock,
    people: {
      group: (id) => path.people.today().people('group', id),
      unit: (id) => path.people.today().shownPeople(id),
    },
    pulse: path.pulse,
    sources: deps.sources.all,
    backlog: path.writer.backlog,
    words: words.panel,
    decideWithinMs: DECIDE_WITHIN_MS,
    peopleFloor: config.floors.people,
    categoryFloor: config.floors.categoryEvents,
  })
  const seconds = metrics.histogram(
    'guanlan_panel_seconds',
    'Time to read a panel',
    [0.01, 0.05, 0.1, 0.3, 1, 5],
    ['panel', 'failed'],
  )
  const live = createLive({
    httpServer,
    publicUrl: config.publicUrl,
    maxSockets: config.liveMaxSockets,
    panels: createPanels(figures, insightPanels(insight), alerts),
    identity,
    mayOpenScope: (actor, scope) => mayOpenScope(actor, scope, directory, today()),
    mayShowPanel,
    viewed: (actor, scope) => views.note(actor, scope, 'screen'),
    scopeExists: (scope) =>
      scope.kind === 'org'
        ? directory.root !== ''
        : scope.kind === 'unit'
          ? directory.unit(scope.id) !== undefined
          : directory.group(scope.id) !== undefined,
    land: path.writer.land,
    clock,
    logger,
    observe: (panel, ms, failed) => seconds.observe({ panel, failed: String(failed) }, ms / 1000),
  })
  metrics.gauges([
    { name: 'guanlan_live_sockets', help: 'Screens connected', read: () => live.figures.sockets },
    { name: 'guanlan_live_panels', help: 'Distinct panels watched', read: () => live.figures.panels },
    { name: 'guanlan_live_slow', help: 'Screens that are behind', read: () => live.figures.slow },
  ])
  // Registered after keys, tokens, roles and the tree: what these listeners loaded is what the sockets are held against.
  for (const topic of ['access', 'register'] as const)
    identity.changes.on(topic, async () => void live.recheck())
  live.start()
  lifecycle.onStop('live', live.stop)
}
