import type { Config } from '../config.ts'
import type { Clock } from '../lib/clock.ts'
import type { Lifecycle } from '../lib/lifecycle.ts'
import type { Logger } from '../lib/logger.ts'
import type { ClickHouse } from '../ports/clickhouse.ts'
import type { Postgres } from '../ports/postgres.ts'
import type { Spool } from '../ports/spool.ts'
import { openEmbeddedClickHouse } from './clickhouse-embedded.ts'
import { openClickHouseServer } from './clickhouse-server.ts'
import { claimDataDir } from './data-dir.ts'
import type { DataDir } from './data-dir.ts'
import {
  checkInstallation,
  checkRecordedTimezone,
  eventHashKey,
  recordInstallation,
  rosterKey,
} from './installation.ts'
import { applyRetention, migrateClickHouse, migratePostgres } from './migrations.ts'
import { openEmbeddedPostgres } from './postgres-embedded.ts'
import { openPostgresServer } from './postgres-server.ts'
import { openSpool } from './spool-lmdb.ts'

export interface Stores {
  readonly dataDir: DataDir
  readonly clickhouse: ClickHouse
  readonly postgres: Postgres
  readonly spool: Spool
  /** Keys the 128-bit hash of source and upstream id. */
  readonly hashKey: Uint8Array
  /** Keys the hashes of names. */
  readonly rosterKey: Uint8Array
  /** Migrations applied by this start. */
  readonly migrated: { readonly clickhouse: readonly string[]; readonly postgres: readonly string[] }
}

/** Opens the engine that the configuration names. */
export function openClickHouse(config: Config, dataDir: DataDir): Promise<ClickHouse> {
  if (config.clickhouseUrl) return openClickHouseServer(config.clickhouseUrl)
  return openEmbeddedClickHouse({
    dir: dataDir.clickhouse,
    configFile: dataDir.clickhouseConfig,
    backupDir: dataDir.clickhouseBackups,
  })
}

export function openPostgres(
  config: Config,
  dataDir: DataDir,
  options: { meanwhile?: (() => void) | undefined; onLost?: ((why: string) => void) | undefined } = {},
): Promise<Postgres> {
  return config.databaseUrl
    ? openPostgresServer(config.databaseUrl)
    : openEmbeddedPostgres({
        dir: dataDir.postgres,
        meanwhile: options.meanwhile,
        onLost: options.onLost,
      })
}

/**
 * Takes the data directory, opens all stores and brings them to this version's schema. Everything opened is registered
 * for teardown at once, so a failure half way leaves nothing behind once the caller stops the lifecycle. `meanwhile` may be
 * called once, while an engine starts; `onLost` when an embedded one ends by itself later.
 * @throws StartError with one line when the operator has to mend something
 */
export async function openStores(
  config: Config,
  deps: {
    lifecycle: Lifecycle
    clock: Clock
    logger: Logger
    meanwhile?: () => void
    onLost?: ((why: string) => void) | undefined
  },
): Promise<Stores> {
  const { lifecycle, clock, logger } = deps
  const dataDir = await claimDataDir(config.dataDir)
  lifecycle.onStop('data directory', dataDir.release)
  const recorded = await checkInstallation(dataDir.root, config.timezone)
  const opening = [
    openPostgres(config, dataDir, deps).then(
      (postgres) => (lifecycle.onStop('postgres', postgres.close), postgres),
    ),
    openClickHouse(config, dataDir).then(
      (clickhouse) => (lifecycle.onStop('clickhouse', clickhouse.close), clickhouse),
    ),
  ] as const
  // Both are waited for before a failure goes on, so that the other one is closed as well.
  await Promise.allSettled(opening)
  const [postgres, clickhouse] = await Promise.all(opening)
  await recordInstallation(dataDir.root, recorded, config.timezone, clickhouse)
  const migrated = {
    postgres: await migratePostgres(postgres),
    clickhouse: await migrateClickHouse(clickhouse),
  }
  for (const [engine, names] of Object.entries(migrated))
    if (names.length > 0) logger.info({ engine, names }, 'migrations applied')
  await checkRecordedTimezone(postgres, config.timezone)
  const retention = await applyRetention(clickhouse, config.retention)
  if (retention.length > 0) logger.info({ tables: retention }, 'retention set')
  const spool = openSpool(dataDir.spool, {
    maxBytes: config.spoolMaxBytes,
    minFreeBytes: config.spoolMinFreeBytes,
    clock,
  })
  lifecycle.onStop('spool', spool.close)
  const keys = { hashKey: await eventHashKey(postgres), rosterKey: await rosterKey(dataDir.rosterKey) }
  return { dataDir, clickhouse, postgres, spool, ...keys, migrated }
}
