import { addDays } from '@guanlan/analytics/days'
import { createCounting } from '@guanlan/analytics/queries/counted'
import { readGroupActivity } from '@guanlan/analytics/queries/group-activity'
import { readGroupDays } from '@guanlan/analytics/queries/group-days'
import { readGroupLastDays } from '@guanlan/analytics/queries/group-last-days'
import { createVisibilityBook } from '@guanlan/analytics/queries/visibility-book'
import { daysOf } from '@guanlan/analytics/queries/window'
import type { Route } from '../http/route.ts'
import { administrationRoutes } from '../http/routes/administration.ts'
import { createAuditExports } from '../identity/audit-exports.ts'
import { createAuditHeads } from '../identity/audit-heads.ts'
import type { Random } from '../lib/random.ts'
import { repeat } from '../lib/repeat.ts'
import { createRound } from '../lib/round.ts'
import { createPost } from '../notify/post.ts'
import { createDeleteHistory } from '../protection/delete-history.ts'
import { createHoldings } from '../protection/holdings.ts'
import { processingRecord } from '../protection/processing-record.ts'
import { createRetentionKeeper } from '../protection/retention.ts'
import type { SaltKeeper } from '../protection/salts.ts'
import { createActivityKeeper } from '../register/activity-keeper.ts'
import { createFindingsKeeper } from '../register/findings-keeper.ts'
import type { ScreenDeps } from './screens.ts'

export interface AdministrationDeps extends ScreenDeps {
  readonly random: Random
  readonly salts: SaltKeeper
}

/** Findings also open as days pass, without any change: looked at hourly, so that they are there soon after midnight. */
const FINDINGS_EVERY_MS = 3_600_000
const LOOK_EVERY_MS = 5000
/** Longer than the span after which a group counts as silent. */
const SILENCE_DAYS = 120
const ACTIVITY_DAYS = 30
/** Both do their work once a day; asked often, so that it is done soon after midnight and again after a failure. */
const DAILY_LOOK_MS = 60_000
const SEND_TIMEOUT_MS = 10_000

/** Routes of access, register, audit and protection; keeps what has to be looked at again as days pass. */
export function openAdministration(deps: AdministrationDeps): Route[] {
  const register = openRegisterKeepers(deps)
  const protection = openProtection(deps)
  return administrationRoutes({
    ...deps,
    ...register,
    ...protection,
    audit: deps.identity.audit,
    changes: deps.identity.changes,
    today: () => deps.time.dayOf(deps.clock.now()),
  })
}

function openRegisterKeepers(deps: AdministrationDeps) {
  const { clickhouse, postgres, identity, directory, time, clock, lifecycle, logger } = deps
  const today = () => time.dayOf(clock.now())
  const read = <T>(sql: string, params: Record<string, unknown>) =>
    clickhouse.query<T>(sql, params, { lane: 'reader' })
  const findings = createFindingsKeeper({
    postgres,
    audit: identity.audit,
    today,
    lastMessages: () => readGroupLastDays(read, addDays(today(), -SILENCE_DAYS)),
  })
  const activity = createActivityKeeper({
    postgres,
    today,
    activity: () =>
      readGroupActivity(read, {
        firstDay: addDays(today(), -ACTIVITY_DAYS),
        lastDay: addDays(today(), -1),
      }),
  })
  // Looked at soon after a change, but not within it: a large register takes seconds, and keys are revoked in the same round.
  const round = createRound(clock, FINDINGS_EVERY_MS, async () => {
    await findings.refresh()
    await activity.refresh()
  })
  identity.changes.on('register', async () => round.hurry())
  repeat('register findings', LOOK_EVERY_MS, round.look, { lifecycle, logger })
  const book = createVisibilityBook({
    read,
    now: () => clock.now(),
    isRecent: (day) => day >= addDays(today(), -1),
  })
  const counting = createCounting(() => directory, book)
  async function groupDays(groupId: string, firstDay: string, lastDay: string) {
    const days = daysOf(time, [
      { from: time.dayStart(firstDay), to: time.dayStart(time.addDays(lastDay, 1)) },
    ])
    const careCodes = directory.taxonomy.all.filter(({ tier }) => tier === 'care').map(({ code }) => code)
    return readGroupDays(read, await counting.atGroup(groupId, days), { firstDay, lastDay }, careCodes)
  }
  return { findings, groupDays }
}

function openProtection(deps: AdministrationDeps) {
  const { config, clickhouse, postgres, identity, directory, path, time, clock, random, lifecycle, logger } =
    deps
  const { audit } = identity
  const today = () => time.dayOf(clock.now())
  const post = createPost({
    allowPrivate: config.notify.allowPrivate,
    timeoutMs: SEND_TIMEOUT_MS,
    now: () => clock.now(),
  })
  const auditHeads = createAuditHeads({
    ...{ postgres, audit, clock, today, post },
    receiver: config.auditReceiver,
  })
  const retentionKeeper = createRetentionKeeper({
    ...{ clickhouse, postgres, audit, clock, time, keep: config.retention },
  })
  repeat('heads of the audit', DAILY_LOOK_MS, auditHeads.tick, { lifecycle, logger })
  repeat('retention', DAILY_LOOK_MS, retentionKeeper.tick, { lifecycle, logger })
  return {
    auditHeads,
    retentionKeeper,
    auditExports: createAuditExports({ postgres, audit, clock, random }),
    holdings: createHoldings({ clickhouse, postgres, clock, timezone: config.timezone }),
    record: () =>
      processingRecord(config, directory.unit(directory.root)?.name ?? directory.root, clock.now()),
    deleteHistory: createDeleteHistory({
      ...{ clickhouse, postgres, audit, directory, today, writer: path.writer, retention: config.retention },
      newToken: () => random(16).toString('hex'),
    }),
  }
}
