import { alertFigures } from '../alerts/alert-figures.ts'
import type { AlertsService } from '../alerts/alerts.ts'
import type { Config } from '../config.ts'
import type { Route } from '../http/route.ts'
import { reportRoutes } from '../http/routes/reports.ts'
import type { Random } from '../lib/random.ts'
import { repeat } from '../lib/repeat.ts'
import { createFormRenderer } from '../reports/forms/renderer.ts'
import { createReportsService } from '../reports/service.ts'
import type { ScreenDeps } from './screens.ts'
import { DECIDE_WITHIN_MS, type WordPath } from './words.ts'

const TICK_MS = 5_000

/** Reports: drafts by plan, their routes. Opened after alerts, whose outbox carries the messages. */
export function openReports(
  deps: ScreenDeps & { readonly config: Config; readonly random: Random },
  words: Pick<WordPath, 'calibration'>,
  alerts: AlertsService,
): Route[] {
  const { config, postgres, identity, lifecycle, logger } = deps
  const forms = createFormRenderer()
  lifecycle.onStop('report forms', forms.stop)
  const service = createReportsService(
    {
      ...deps,
      accounts: identity.accounts,
      audit: identity.audit,
      retention: config.retention,
      decideWithinMs: DECIDE_WITHIN_MS,
      categoryFloor: config.floors.categoryEvents,
      calibration: words.calibration.current,
      alertFigures: (from, to, units) => alertFigures(postgres, from, to, units),
      ruleNames: () =>
        Object.fromEntries([...alerts.documents().rules].map(([id, { body }]) => [id, body.name])),
      calendar: () => alerts.documents().calendar,
      channelsOf: (accountId) =>
        [...alerts.channels.keys()]
          .filter((channel) => {
            const own = alerts.reach().channel(accountId, channel)
            return own !== undefined && own.verified && !own.disabled
          })
          .map((channel) => ({ channel, lane: alerts.reach().laneOf(accountId, channel) })),
    },
    forms,
  )
  repeat('reports', TICK_MS, service.plans.tick, { lifecycle, logger })
  return reportRoutes(service)
}
