import { access, rm } from 'node:fs/promises'
import path from 'node:path'
import {
  readManifest,
  restoreClickHouse,
  restoreIds,
  restoreParked,
  restorePostgres,
  restoreRosterKey,
} from '../admin/backup.ts'
import { isSealed, openBackup } from '../admin/sealed-backup.ts'
import type { Config } from '../config.ts'
import type { Clock } from '../lib/clock.ts'
import { createLifecycle } from '../lib/lifecycle.ts'
import type { Lifecycle } from '../lib/lifecycle.ts'
import { describeError } from '../lib/logger.ts'
import type { Logger } from '../lib/logger.ts'
import { startError } from '../lib/start-error.ts'
import { claimDataDir } from './data-dir.ts'
import { recordInstallation } from './installation.ts'
import { migrateClickHouse, migratePostgres } from './migrations.ts'
import { openClickHouse, openPostgres } from './open-stores.ts'
import { openSpool } from './spool-lmdb.ts'

/**
 * Fills a data directory that holds nothing yet from a backup; every account has to sign in again.
 * @throws StartError when the directory is in use or not empty, AppError when the folder is no backup or does not open
 */
export async function restore(
  config: Config,
  folder: string,
  deps: { clock: Clock; logger: Logger; keyFile?: string },
): Promise<void> {
  if (config.clickhouseUrl)
    throw startError('CLICKHOUSE_URL is set: restore that server with its own tools (docs/operations.md)')
  const lifecycle = createLifecycle((name, error) =>
    deps.logger.error({ name, error: describeError(error) }, 'could not be stopped cleanly'),
  )
  try {
    const dataDir = await claimDataDir(config.dataDir)
    lifecycle.onStop('data directory', dataDir.release)
    const used = await access(path.join(dataDir.root, 'installation.json')).then(
      () => true,
      () => false,
    )
    if (used)
      throw startError(
        `${dataDir.root} holds data already: a backup is restored into an empty data directory`,
      )
    const source = await openSealed(
      folder,
      path.join(dataDir.root, 'restore-staging'),
      deps.keyFile,
      lifecycle,
    )
    const manifest = await readManifest(source)
    if (manifest.timezone !== config.timezone)
      throw startError(`the backup was recorded in ${manifest.timezone}: set GUANLAN_TIMEZONE to it`)
    const postgres = await openPostgres(config, dataDir)
    lifecycle.onStop('postgres', postgres.close)
    const clickhouse = await openClickHouse(config, dataDir)
    lifecycle.onStop('clickhouse', clickhouse.close)
    await migratePostgres(postgres)
    await restorePostgres(postgres, source)
    await restoreClickHouse(clickhouse, dataDir.clickhouseBackups, source)
    await migrateClickHouse(clickhouse)
    await restoreIds(source, dataDir.ids)
    await restoreRosterKey(source, dataDir.rosterKey)
    const spool = openSpool(dataDir.spool, {
      maxBytes: config.spoolMaxBytes,
      minFreeBytes: config.spoolMinFreeBytes,
      clock: deps.clock,
    })
    lifecycle.onStop('spool', spool.close)
    await restoreParked(source, spool)
    // Written last: until then the directory counts as empty and the restore can be tried again after clearing it.
    await recordInstallation(dataDir.root, undefined, config.timezone, clickhouse)
  } finally {
    await lifecycle.stop()
  }
}

/** The backup as it was before it was sealed, inside the data directory until the restore is over. */
async function openSealed(
  folder: string,
  staging: string,
  keyFile: string | undefined,
  lifecycle: Lifecycle,
): Promise<string> {
  if (!(await isSealed(folder))) return folder
  if (keyFile === undefined) throw startError('this backup is sealed: give its passphrase with --key-file')
  await rm(staging, { recursive: true, force: true })
  lifecycle.onStop('opened backup', () => rm(staging, { recursive: true, force: true }))
  await openBackup(folder, staging, keyFile)
  return staging
}
