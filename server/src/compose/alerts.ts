import { createAlerts, type AlertsService } from '../alerts/alerts.ts'
import type { Config } from '../config.ts'
import { alertRoutes } from '../http/routes/alerts.ts'
import { alertingRoutes } from '../http/routes/alerts-setup.ts'
import type { Route } from '../http/route.ts'
import { authSecret } from '../identity/auth-secret.ts'
import type { Insight } from '../insight/parts.ts'
import { describeError } from '../lib/logger.ts'
import type { Random } from '../lib/random.ts'
import { repeat } from '../lib/repeat.ts'
import { createLinkKeys } from '../notify/ack-link.ts'
import { createPost } from '../notify/post.ts'
import { createChannels } from '../notify/registry.ts'
import { insightForAlerts } from './alert-sources.ts'
import type { ScreenDeps } from './screens.ts'

const TICK_MS = 1_000
const SEND_TIMEOUT_MS = 10_000

/** Alerting, joined to the way in; its routes. Opened with the start only. */
export async function openAlerts(
  deps: ScreenDeps & { readonly config: Config; readonly random: Random },
  insight: Insight,
) {
  const { config, postgres, identity, path, sources, clock, lifecycle, logger } = deps
  const now = () => clock.now()
  const post = createPost({ allowPrivate: config.notify.allowPrivate, timeoutMs: SEND_TIMEOUT_MS, now })
  const { smtpUrl, from } = config.notify
  const mail = smtpUrl === undefined ? null : { smtpUrl, from, timeoutMs: SEND_TIMEOUT_MS }
  const { channels, close } = createChannels({ postgres, post, now, mail })
  lifecycle.onStop('channels', close)
  const alerts = await createAlerts({
    ...deps,
    seedsDir: config.seedsDir,
    publicUrl: config.publicUrl,
    categoryFloor: config.floors.categoryEvents,
    from: { sources: sources.all, ...insightForAlerts(insight) },
    channels,
    keys: createLinkKeys(await authSecret(postgres, deps.random)),
  })
  lifecycle.onStop('alerts', alerts.stop)
  const again = () => {
    alerts
      .reload()
      .catch((error: unknown) =>
        logger.warn({ error: describeError(error) }, 'alerting could not be read again'),
      )
  }
  for (const topic of ['register', 'access', 'alerting'] as const)
    identity.changes.on(topic, async () => again())
  const soon = repeat('alerts', TICK_MS, alerts.tick, { lifecycle, logger })
  path.setAlerts((seen) => {
    alerts.observe(seen)
    if (seen.category !== null) soon()
  })
  return alerts
}

export function alertingRoutesOf(alerts: AlertsService, deps: ScreenDeps): Route[] {
  const today = () => deps.time.dayOf(deps.clock.now())
  const all = { ...deps, alerts, today }
  return [...alertRoutes(all), ...alertingRoutes(all)]
}
