import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AdminCommands } from './admin/command.ts'
import { serveAdmin } from './admin/socket.ts'
import { accessCommands } from './admin/access-commands.ts'
import { registerCommands } from './admin/register-commands.ts'
import { ingestCommands } from './admin/ingest-commands.ts'
import { maintenanceCommands } from './admin/maintenance-commands.ts'
import { riskCommands } from './admin/risk-commands.ts'
import { openEventPath } from './compose/event-path.ts'
import type { EventPath } from './compose/event-path.ts'
import { alertingRoutesOf, openAlerts } from './compose/alerts.ts'
import { openAdministration } from './compose/administration.ts'
import { openReports } from './compose/reports.ts'
import { openLive, screenRoutes } from './compose/screens.ts'
import { openWords, prepareAnalyser } from './compose/words.ts'
import type { PreparedAnalyser, Rehearsal } from './compose/words.ts'
import type { Config } from './config.ts'
import { createHttp } from './http/create-http.ts'
import { createMetrics } from './http/metrics.ts'
import { operationRoutes } from './http/routes/operation.ts'
import { createAudit } from './identity/audit.ts'
import type { Audit } from './identity/audit.ts'
import { createIdentity } from './identity/identity.ts'
import type { Link } from './identity/links.ts'
import { createViews } from './identity/views.ts'
import type { Clock } from './lib/clock.ts'
import { createLifecycle } from './lib/lifecycle.ts'
import type { Lifecycle } from './lib/lifecycle.ts'
import { createLocalTime } from './lib/local-day.ts'
import type { LocalTime } from './lib/local-day.ts'
import { describeError } from './lib/logger.ts'
import type { Logger } from './lib/logger.ts'
import type { Random } from './lib/random.ts'
import { startError } from './lib/start-error.ts'
import { createSourceFigures } from './live/source-figures.ts'
import { createSaltKeeper } from './protection/salts.ts'
import { createChanges } from './register/changes.ts'
import { createDirectory } from './register/directory.ts'
import { loadTaxonomy } from './register/taxonomy.ts'
import { scopeOfReport } from './reports/report-store.ts'
import { openStores } from './store/open-stores.ts'
import type { Stores } from './store/open-stores.ts'

export interface AppDeps {
  readonly clock: Clock
  readonly logger: Logger
  readonly random: Random
  /** True when `start` will follow: what takes long is begun while the stores open. */
  readonly serves?: boolean
  /** Told when an embedded engine ends by itself: this process cannot go on without it. */
  readonly onLost?: (why: string) => void
  /** What the demo lives through before it serves. */
  readonly rehearsal?: Rehearsal
}

export interface App {
  /** Takes requests from now on. @returns the port listened on, and the link for the first account while there is none @throws StartError when the port is taken */
  start(): Promise<{ port: number; firstRun: Link | undefined }>
  /** Answers 503 to newcomers, finishes what is under way, drains the spool's writer and closes the engines. */
  stop(): Promise<void>
  /** Runs once what is repeated within so much time: after the clock that was passed in was moved on. */
  tick(passedMs: number): Promise<void>
  /** What the command line may have done, with or without `start`. */
  readonly admin: AdminCommands
}

/**
 * Composes the product. Resources register their own teardown, so the last opened is closed first; a failure half way
 * closes what was opened.
 * @throws StartError with one line when the operator has to mend something
 */
export async function createApp(config: Config, deps: AppDeps): Promise<App> {
  const lifecycle = createLifecycle((name, error) =>
    deps.logger.error({ name, error: describeError(error) }, 'could not be stopped cleanly'),
  )
  try {
    return await compose(config, deps, lifecycle)
  } catch (error) {
    await lifecycle.stop()
    throw error
  }
}

async function compose(config: Config, deps: AppDeps, lifecycle: Lifecycle): Promise<App> {
  let prepared: PreparedAnalyser | undefined
  const meanwhile = () => void (deps.serves === true && (prepared = prepareAnalyser(deps.random)))
  const stores = await openStores(config, { ...deps, lifecycle, meanwhile })
  const metrics = createMetrics()
  const time = createLocalTime(config.timezone)
  const register = await openRegister(config, deps, lifecycle, stores)
  const identity = await openIdentity(config, deps, lifecycle, stores, register)
  const watch = openWatch(deps, lifecycle, { ...stores, ...register, ...identity, time })
  const common = {
    ...deps,
    config,
    lifecycle,
    metrics,
    time,
    identity,
    directory: register.directory,
    ...watch,
  }
  // Everything that reads the register finds it loaded, also in a command without a server.
  await register.changes.poll()
  const path = await openEventPath({ ...common, stores })
  const admin = commandsOf(config, deps, { stores, register, identity, path, time })
  const { postgres } = stores
  const sources = createSourceFigures({ ...common, postgres, keys: identity.keys, health: path.health })
  const screens = { ...common, ...stores, path, sources }
  return {
    admin,
    stop: () => lifecycle.stop(),
    tick: lifecycle.tick,
    async start() {
      await watch.salts.begin()
      register.changes.start()
      const words = await openWords({ ...common, ...stores, prepared, audit: identity.audit }, path)
      const alerts = await openAlerts({ ...screens, random: deps.random }, words.insight)
      words.insight.setUnanswered(alerts.unansweredSince)
      // Longer than producers and balancers keep an idle connection: they close it, so that no request meets one that is closing.
      const server = createServer({ keepAliveTimeout: 75_000 })
      // Nothing is awaited between here and the request listener: a request that comes in between would never be answered.
      const port = await listen(server, config, lifecycle)
      const routes = [
        ...screenRoutes(screens, words),
        ...openAdministration({ ...screens, random: deps.random }),
        ...alertingRoutesOf(alerts, screens),
        ...openReports({ ...screens, random: deps.random }, words, alerts),
      ]
      const checks = readyChecks(stores, path)
      const handle = createHttp({
        ...{ config, identity, metrics, ...deps },
        viewed: (actor, scope) => watch.views.note(actor, scope, 'page'),
        scopeOfReport: (id) => scopeOfReport(stores.postgres, id),
        routes: [
          ...routes,
          ...operationRoutes({ ...config, metrics, checks, root: () => register.directory.root }, routes),
        ],
      })
      openLive(screens, server, words, alerts.panel)
      server.on('request', (req, res) => {
        // socket.io answers its own path; ingest comes before express, which costs it too much.
        if (req.url?.startsWith('/socket.io/') || path.ingest.handle(req, res)) return
        handle(req, res)
      })
      const socket = await serveAdmin(stores.dataDir.adminSocket, admin, deps.logger)
      lifecycle.onStop('administration', socket.stop)
      // Stopped first: who comes while the rest closes is told to come again.
      lifecycle.onStop('ingest', path.ingest.stop)
      return { port, firstRun: await identity.firstRun.open() }
    },
  }
}

/** What an administrator may do, with or without a server. */
function commandsOf(
  config: Config,
  deps: AppDeps,
  parts: {
    readonly stores: Stores
    readonly register: Register
    readonly identity: Awaited<ReturnType<typeof openIdentity>>
    readonly path: EventPath
    readonly time: LocalTime
  },
): AdminCommands {
  const { stores, register, identity, path, time } = parts
  return {
    ping: async () => ({ pid: process.pid }),
    ...accessCommands({ ...identity, clock: deps.clock }),
    ...registerCommands({
      accounts: identity.accounts,
      register: {
        ...deps,
        ...register,
        ...identity,
        postgres: stores.postgres,
        today: () => time.dayOf(deps.clock.now()),
      },
    }),
    ...ingestCommands({
      ...{ config, time, clock: deps.clock, directory: register.directory, clickhouse: stores.clickhouse },
      ...path,
      newToken: () => deps.random(16).toString('hex'),
    }),
    ...riskCommands({ ...stores, audit: identity.audit, clock: deps.clock, dayOf: time.dayOf }),
    ...maintenanceCommands({ config, stores, clock: deps.clock, writer: path.writer, ids: path.ids }),
  }
}

/** What is written down about the running product itself: who looks at small scopes, and the salts it makes. */
function openWatch(
  deps: AppDeps,
  lifecycle: Lifecycle,
  parts: Pick<Stores, 'postgres'> & Pick<Register, 'directory'> & { audit: Audit; time: LocalTime },
) {
  const report = (error: unknown) =>
    deps.logger.error({ error: describeError(error) }, 'an audit entry could not be written')
  const today = () => parts.time.dayOf(deps.clock.now())
  const views = createViews({ ...deps, ...parts, today, report })
  const salts = createSaltKeeper({ ...deps, ...parts, report })
  lifecycle.onStop('views and salts', async () => {
    await views.settled()
    await salts.settled()
  })
  return { views, salts }
}

type Register = Awaited<ReturnType<typeof openRegister>>

async function openRegister(config: Config, deps: AppDeps, lifecycle: Lifecycle, { postgres }: Stores) {
  const taxonomy = await loadTaxonomy(config.seedsDir).catch((cause: unknown) => {
    throw startError(`GUANLAN_SEEDS_DIR (${config.seedsDir}) holds no readable taxonomy.yaml`, cause)
  })
  const directory = createDirectory({ postgres, taxonomy })
  const changes = createChanges({ postgres, logger: deps.logger })
  changes.on('register', () => directory.reload())
  lifecycle.onStop('register changes', changes.stop)
  return { directory, changes }
}

async function openIdentity(
  config: Config,
  deps: AppDeps,
  lifecycle: Lifecycle,
  { postgres }: Stores,
  register: Register,
) {
  const audit = createAudit(postgres, deps.clock)
  const identity = await createIdentity({ ...deps, ...register, config, postgres, audit })
  lifecycle.onStop('identity', identity.stop)
  return { ...identity, audit }
}

/** Null, or what is wrong in plain words; shown by /readyz. */
function readyChecks({ clickhouse, postgres, spool }: Stores, { writer }: EventPath) {
  return {
    clickhouse: async () => (await clickhouse.query('SELECT 1', undefined, { lane: 'reader' }), null),
    postgres: async () => (await postgres.query('SELECT 1'), null),
    spool: () => spool.blocked,
    writer: () => writer.stats().failing,
  }
}

function listen(server: Server, config: Config, lifecycle: Lifecycle): Promise<number> {
  lifecycle.onStop('http server', () => closeServer(server))
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EADDRINUSE')
        reject(startError(`port ${config.port} is taken by another process: set PORT to a free one`, cause))
      else if (cause.code === 'EACCES')
        reject(startError(`this user may not listen on port ${config.port}: set PORT to 1024 or more`, cause))
      else
        reject(
          startError(
            `HOST ${config.host} cannot be listened on: set it to an address of this machine`,
            cause,
          ),
        )
    })
    server.listen(config.port, config.host, () => resolve((server.address() as AddressInfo).port))
  })
}

/** Lets answers under way finish, for a while. */
async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const late = setTimeout(() => server.closeAllConnections(), 5_000)
  await closed
  clearTimeout(late)
}
