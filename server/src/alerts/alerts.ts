import { isFresh } from '@guanlan/analytics/is-fresh'
import { createVisibilityBook } from '@guanlan/analytics/queries/visibility-book'
import type { Alerts } from '@guanlan/contract/panels'
import type { Scope } from '@guanlan/contract/scope'
import type { Identity } from '../identity/identity.ts'
import type { Clock } from '../lib/clock.ts'
import { describeError, type Logger } from '../lib/logger.ts'
import type { LocalTime } from '../lib/local-day.ts'
import type { Random } from '../lib/random.ts'
import type { Channel, QueueRow } from '../notify/channel.ts'
import type { LinkKeys } from '../notify/ack-link.ts'
import { render, type Rendered } from '../notify/render.ts'
import { renderReport } from '../notify/report-message.ts'
import { createWorker, type Worker } from '../notify/worker.ts'
import { topUnitOf } from '@guanlan/analytics/alerting/fingerprint'
import type { ClickHouse } from '../ports/clickhouse.ts'
import type { Postgres } from '../ports/postgres.ts'
import type { Directory } from '../register/directory.ts'
import { createCounts, SHORT_WINDOW_MINUTES, type Counts } from './counts.ts'
import { createDocuments, type Documents, type DocumentStore } from './documents.ts'
import { createDrive, type Drive, type DriveDeps } from './engine-drive.ts'
import { createAlertFigures, type AlertFigures } from './figures.ts'
import { createHandovers, type Handovers } from './handover.ts'
import { createLease } from './lease.ts'
import { createReach, readChannels, IN_APP, type Reach } from './reach.ts'
import type { AlertSources } from './readers/reader.ts'
import { unansweredSince } from './unanswered.ts'
import { panelOf, type ViewDeps } from './views.ts'

export interface AlertsDeps {
  readonly postgres: Postgres
  readonly clickhouse: ClickHouse
  readonly directory: Directory
  readonly identity: Pick<Identity, 'accounts' | 'audit' | 'changes'>
  readonly time: LocalTime
  readonly clock: Clock
  readonly logger: Logger
  readonly random: Random
  readonly seedsDir: string
  readonly publicUrl: string
  readonly categoryFloor: number
  readonly from: AlertSources
  readonly channels: ReadonlyMap<string, Channel>
  readonly keys: LinkKeys
  readonly step?: DriveDeps['step']
}

export interface AlertsService extends ViewDeps {
  readonly store: DocumentStore
  readonly drive: Drive
  readonly figures: AlertFigures
  readonly worker: Worker
  readonly handovers: Handovers
  readonly channels: ReadonlyMap<string, Channel>
  readonly keys: LinkKeys
  readonly postgres: Postgres
  readonly clock: Clock
  readonly time: LocalTime
  /** A live message was accepted; `minute`: start of the one it was sent in. */
  observe(seen: { groupId: string; category: string | null; minute: number; acceptedAt: number }): void
  panel(scope: Scope, now: number): Alerts | null
  /** When the oldest alert was opened that nobody took yet, in a unit with everything below it or of a group; null: none. */
  unansweredSince(scope: Scope, now: number): number | null
  /** Once a second. */
  tick(): Promise<void>
  /** Reads documents, accounts and channels again. */
  reload(): Promise<void>
  stop(): Promise<void>
}

const REFRESH_MS = 60_000

/** Says once of each stored document that cannot be read that it is switched off. */
function createReport(logger: Logger): Parameters<typeof createDocuments>[2] {
  const said = new Set<string>()
  return (unreadable) => {
    for (const document of unreadable) {
      const { kind, id, version } = document
      const key = `${kind} ${id} ${version}`
      if (!said.has(key))
        logger.error(
          document,
          'a stored document of alerting cannot be read and is switched off: save it anew',
        )
      said.add(key)
    }
  }
}

/** Alerting of this process: documents, counts, the engine's drive and the outbox. */
export async function createAlerts(deps: AlertsDeps): Promise<AlertsService> {
  const { postgres, clickhouse, directory, identity, time, clock, logger, random } = deps
  const store = createDocuments(postgres, identity.audit, createReport(logger))
  await store.seed(deps.seedsDir)
  let documents: Documents = await store.load()
  let reach: Reach
  const reload = async () => {
    documents = await store.load()
    const [accounts, channels] = await Promise.all([identity.accounts.list(), readChannels(postgres)])
    const day = time.dayOf(clock.now())
    reach = createReach({ documents, accounts, channels, directory, calendar: documents.calendar, day })
  }
  await reload()
  const read: Parameters<typeof createCounts>[0] = (sql, params) =>
    clickhouse.query(sql, params, { lane: 'reader', timeoutSeconds: 10 })
  const counts = createCounts(read, time.dayOf)
  const isRecent = (day: string) => day >= time.addDays(time.dayOf(clock.now()), -1)
  const book = createVisibilityBook({ read, now: () => clock.now(), isRecent })
  const { categoryFloor, from } = deps
  const figures = createAlertFigures({
    ...{ counts, book, read, postgres, directory, time, categoryFloor, from },
  })
  const view: ViewDeps = { directory, documents: () => documents, reach: () => reach }
  const holder = random(8).toString('hex')
  const worker = createWorker({
    ...{ postgres, clock, logger, channels: deps.channels },
    compose: (rows) => compose(rows, view, deps),
    random: () => random(4).readUInt32BE() / 2 ** 32,
    holder,
  })
  const drive = createDrive({
    ...{ postgres, clock, logger, figures, ...view },
    lease: createLease(postgres, holder),
    committed: ({ effects }) => {
      if (effects.some(({ type }) => type === 'notify'))
        worker
          .tick()
          .catch((error: unknown) =>
            logger.warn({ error: describeError(error) }, 'the outbox could not be read'),
          )
    },
    ...(deps.step === undefined ? {} : { step: deps.step }),
  })
  const handovers = createHandovers({ ...view, postgres, clock })
  const refresh = createRefresh(counts, () => documents, deps)
  const remind = createEachMinute(deps, handovers.remind, 'unread hand-over notes could not be looked for')
  return {
    ...view,
    ...{ store, drive, figures, worker, handovers, postgres, clock, time },
    channels: deps.channels,
    keys: deps.keys,
    observe({ groupId, category, minute, acceptedAt }) {
      counts.observe({ groupId, category, minute, acceptedAt })
      if (category !== null) drive.hurry()
    },
    panel: (scope, now) => panelOf(drive.world.alerts.values(), scope, todayOf(time, now), view),
    unansweredSince: (scope, now) =>
      unansweredSince(drive.world.alerts.values(), scope, time.dayOf(now), {
        directory,
        isBelowFloor: (id) => documents.rules.get(id)?.body.belowFloor === true,
      }),
    async tick() {
      await refresh()
      await drive.tick()
      if (drive.leads) await remind()
      await worker.tick()
    },
    async reload() {
      await reload()
      drive.reached()
    },
    async stop() {
      await worker.idle()
      await drive.stop()
    },
  }
}

const todayOf = (time: LocalTime, now: number) => {
  const day = time.dayOf(now)
  return { day, start: time.dayStart(day) }
}

function createEachMinute(
  { clock, logger }: AlertsDeps,
  work: (now: number) => Promise<unknown>,
  failure: string,
): () => Promise<void> {
  let workedAt = -Infinity
  return async () => {
    const now = clock.now()
    if (isFresh(workedAt, now, REFRESH_MS)) return
    workedAt = now
    await work(now).catch((error: unknown) => logger.warn({ error: describeError(error) }, failure))
  }
}

/** Reads the counts again once a minute; long windows only when a rule has one. */
function createRefresh(counts: Counts, documents: () => Documents, deps: AlertsDeps) {
  const refresh = (now: number) => {
    const long = [...documents().rules.values()].some(
      ({ body: { condition } }) =>
        'windowMinutes' in condition && condition.windowMinutes > SHORT_WINDOW_MINUTES,
    )
    return counts.refresh(now, long)
  }
  return createEachMinute(deps, refresh, 'counts could not be read')
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** Names and addresses are looked up when a message leaves, so that what was renamed or removed since counts. */
function compose(rows: readonly QueueRow[], { directory, documents, reach }: ViewDeps, deps: AlertsDeps) {
  const [first] = rows
  if (first === undefined) return null
  const { accountId, channel } = first
  const { names, locales, directory: reachable } = reach()
  const own = reach().channel(accountId, channel)
  const inside = channel === IN_APP
  // In a chat that several people read, a link that acknowledges as one of them would be anybody's.
  const shared = deps.channels.get(channel)?.shared
  if (!names.has(accountId) || (!inside && (own === undefined || own.disabled))) return null
  const locale = locales.get(accountId) ?? 'zh-CN'
  const unitName = (id: string) => directory.unit(id)?.name ?? id
  const target = { accountId, address: own?.address ?? '', secret: own?.secret ?? '' }
  if (first.kind === 'report') {
    const { publicUrl } = deps
    const shown = (id: string) => unitName(own?.external === false ? id : topUnitOf(reachable.units, id))
    return { message: renderReport(rows, { locale, publicUrl, unitName: shown }), target }
  }
  const rendered = rows.map((row): Rendered => {
    const { payload } = row
    const unitId = text(payload.unitId) ?? directory.root
    const origin = text(payload.origin) ?? 'rule'
    const ruleId = text(payload.ruleId)
    const groupId = text(payload.groupId)
    const category = directory.taxonomy.get(text(payload.category) ?? '')
    const because = (payload.because ?? {}) as { step?: number; lastResort?: boolean }
    const key = deps.keys.acknowledge(row.alertId, accountId)
    return {
      ...{ id: row.id, alertId: row.alertId, kind: row.kind as Rendered['kind'], at: row.queuedAt },
      level: (text(payload.level) ?? 'blue') as Rendered['level'],
      ruleName: ruleId === null ? null : (documents().rules.get(ruleId)?.body.name ?? ruleId),
      origin,
      unitName: unitName(unitId),
      topUnitName: unitName(topUnitOf(reachable.units, unitId)),
      groupName: groupId === null ? null : (directory.group(groupId)?.name ?? groupId),
      categoryName: category === undefined ? null : locale === 'en' ? category.en : category.zh,
      step: because.step ?? 0,
      lastResort: because.lastResort === true,
      drill: payload.drill === true,
      link:
        origin === 'handover'
          ? `${deps.publicUrl}/alerts`
          : row.kind === 'page' && shared !== true
            ? `${deps.publicUrl}/a/${row.alertId}?k=${key}`
            : `${deps.publicUrl}/alerts/${row.alertId}`,
      code: text(payload.code),
    }
  })
  const message = render(rendered, locale, inside ? false : (own?.external ?? true))
  return { message, target }
}
