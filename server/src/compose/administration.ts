import { addDays } from '@guanlan/analytics/days'
import { readGroupLastDays } from '@guanlan/analytics/queries/group-last-days'
import type { Config } from '../config.ts'
import type { Route } from '../http/route.ts'
import { administrationRoutes } from '../http/routes/administration.ts'
import type { Identity } from '../identity/identity.ts'
import type { Clock } from '../lib/clock.ts'
import type { Lifecycle } from '../lib/lifecycle.ts'
import type { LocalTime } from '../lib/local-day.ts'
import type { Logger } from '../lib/logger.ts'
import { repeat } from '../lib/repeat.ts'
import type { ClickHouse } from '../ports/clickhouse.ts'
import type { Postgres } from '../ports/postgres.ts'
import type { Directory } from '../register/directory.ts'
import { createFindingsKeeper } from '../register/findings-keeper.ts'

export interface AdministrationDeps {
  readonly config: Pick<Config, 'publicUrl'>
  readonly clickhouse: ClickHouse
  readonly postgres: Postgres
  readonly directory: Directory
  readonly identity: Identity
  readonly time: LocalTime
  readonly clock: Clock
  readonly logger: Logger
  readonly lifecycle: Lifecycle
}

/** Findings also open as days pass, without any change: looked at hourly, so that they are there soon after midnight. */
const FINDINGS_EVERY_MS = 3_600_000
const LOOK_EVERY_MS = 5000
/** Longer than the span after which a group counts as silent. */
const ACTIVITY_DAYS = 120

/** Routes of access, register and audit; keeps the findings of the register current. */
export function openAdministration(deps: AdministrationDeps): Route[] {
  const { clickhouse, postgres, identity, time, clock, lifecycle, logger } = deps
  const today = () => time.dayOf(clock.now())
  const findings = createFindingsKeeper({
    postgres,
    audit: identity.audit,
    today,
    lastMessages: () =>
      readGroupLastDays(
        (sql, params) => clickhouse.query(sql, params, { lane: 'reader' }),
        addDays(today(), -ACTIVITY_DAYS),
      ),
  })
  // Looked at soon after a change, but not within it: a large register takes seconds, and keys are revoked in the same round.
  let lookAt = 0
  identity.changes.on('register', async () => void (lookAt = 0))
  repeat('register findings', LOOK_EVERY_MS, () => look(), { lifecycle, logger })
  async function look(): Promise<void> {
    if (clock.now() < lookAt) return
    lookAt = clock.now() + FINDINGS_EVERY_MS
    await findings.refresh()
  }
  return administrationRoutes({ ...deps, audit: identity.audit, changes: identity.changes, findings, today })
}
