import { access, statfs } from 'node:fs/promises'
import path from 'node:path'
import { readDocuments } from '../alerts/documents.ts'
import { createAudit } from '../identity/audit.ts'
import type { AuditHead } from '../identity/audit.ts'
import { readKeptHeads } from '../identity/audit-heads.ts'
import { rosterKeyCheck } from '../words/roster-keeper.ts'
import type { MaintenanceDeps } from './maintenance-deps.ts'

/** One thing looked at: well, or what to mend. */
export interface Finding {
  readonly check: string
  readonly ok: boolean
  readonly detail: string
}

type Check = (deps: MaintenanceDeps, heads: readonly AuditHead[]) => Promise<Omit<Finding, 'check'>>
const MB = 1024 * 1024
const DAY_MS = 86_400_000
const well = (detail: string) => ({ ok: true, detail })
const mend = (detail: string) => ({ ok: false, detail })

const CHECKS: Readonly<Record<string, Check>> = {
  node: async () => {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
    return major > 20 || (major === 20 && minor >= 19)
      ? well(process.versions.node)
      : mend(`${process.versions.node}: install 20.19 or newer`)
  },
  clickhouse: async ({ stores, config }) => {
    const rows = await stores.clickhouse.query<{ version: string }>('SELECT version() AS version')
    return well(`${config.clickhouseUrl ? 'server' : 'embedded'} ${rows[0]?.version}`)
  },
  'clickhouse parts': async ({ stores }) => {
    const rows = await stores.clickhouse.query<{ parts: number }>(
      'SELECT count() AS parts FROM system.parts WHERE active AND database = currentDatabase()',
    )
    const parts = rows[0]?.parts ?? 0
    return parts < 3_000
      ? well(`${parts} active parts`)
      : mend(`${parts} active parts: merging cannot keep up; give the engine more processor time`)
  },
  postgres: async ({ stores, config }) => {
    const rows = await stores.postgres.query<{ version: string }>(
      "SELECT current_setting('server_version') AS version",
    )
    return well(`${config.databaseUrl ? 'server' : 'embedded'} ${rows[0]?.version}`)
  },
  register: async ({ stores }) => {
    const rows = await stores.postgres.query<{ units: number; groups: number }>(
      'SELECT (SELECT count(*) FROM unit) AS units, (SELECT count(*) FROM chat_group) AS groups',
    )
    const { units = 0, groups = 0 } = rows[0] ?? {}
    return units > 0
      ? well(`${units} units, ${groups} groups`)
      : mend('no units yet: run guanlan register import <units.csv> <groups.csv>')
  },
  names: async ({ stores }) => {
    const rows = await stores.postgres.query<{ former: boolean; here: boolean }>(
      'SELECT key_check IS NULL AS former, coalesce(key_check = $1, false) AS here FROM name_roster',
      [rosterKeyCheck(stores.rosterKey)],
    )
    const [row] = rows
    if (row === undefined) return well('no list of names to keep out of topics')
    if (row.here) return well('hashed under the key of this data directory')
    const under = row.former ? 'that the database holds' : 'that is not here'
    return mend(`the names to keep out of topics are hashed under a key ${under}: load them again`)
  },
  keys: async ({ stores }) => {
    const rows = await stores.postgres.query<{ keys: number }>(
      'SELECT count(*) AS keys FROM ingest_key WHERE revoked_at IS NULL',
    )
    return rows[0]?.keys ? well(`${rows[0].keys} in use`) : mend('no ingest key yet: run guanlan key create')
  },
  spool: async ({ stores: { spool } }) =>
    spool.blocked ? mend(spool.blocked) : well(`${spool.depth} entries waiting`),
  disk: async ({ stores, config }) => {
    const { bavail, bsize } = await statfs(stores.dataDir.root)
    const free = Math.floor((bavail * bsize) / MB)
    const wanted = config.spoolMinFreeBytes / MB
    return free >= 4 * wanted
      ? well(`${free} MB free`)
      : mend(`${free} MB free: below ${wanted} MB nothing more is taken`)
  },
  pages: async ({ config }) =>
    access(path.join(config.webDir, 'index.html')).then(
      () => well(config.webDir),
      () => mend(`${config.webDir} holds no built pages: run npm run build`),
    ),
  audit: async ({ stores, clock }, heads) => {
    const kept = await readKeptHeads(stores.postgres)
    const verdict = await createAudit(stores.postgres, clock).verify([...kept, ...heads])
    return verdict.ok
      ? well(`${verdict.entries} entries, ${kept.length} heads kept here and ${heads.length} given agree`)
      : mend(
          `entry ${verdict.seq} is ${verdict.problem}: ${verdict.detail}; somebody wrote past this product`,
        )
  },
  'audit receiver': async ({ stores, config, clock }) => {
    if (config.auditReceiver === undefined)
      return well('none: a cut tail shows against printed reports only (GUANLAN_AUDIT_RECEIVER)')
    const rows = await stores.postgres.query<{ waiting: number }>(
      'SELECT count(*) AS waiting FROM audit_head WHERE received_at IS NULL AND kept_at < $1',
      [new Date(clock.now() - DAY_MS).toISOString()],
    )
    const waiting = rows[0]?.waiting ?? 0
    return waiting === 0
      ? well('has every head')
      : mend(`has not taken ${waiting} heads: see that it answers`)
  },
  retention: async ({ stores, clock }) => {
    const rows = await stores.postgres.query<{ day: string; at: Date; kept: boolean }>(
      'SELECT day::text, at, kept FROM retention_proof ORDER BY day DESC LIMIT 1',
    )
    const last = rows[0]
    if (last === undefined) return well('no proof yet: the first one comes within minutes of the first start')
    if (!last.kept)
      return mend(`on ${last.day} rows past their time were left: see the page of data protection`)
    return clock.now() - last.at.getTime() < 2 * DAY_MS
      ? well(`nothing past its time was left on ${last.day}`)
      : mend(`the last proof is of ${last.day}: the server has not run, or the log says why`)
  },
  alerting: async ({ stores }) => {
    const { documents, unreadable } = await readDocuments(stores.postgres)
    return unreadable.length === 0
      ? well(`${documents.rules.size} rules, ${documents.rosters.size} rosters`)
      : mend(
          `cannot be read and are switched off, save them anew: ${unreadable.map(({ kind, id, pointers }) => `${kind} ${id} (${pointers.join(' ')})`).join(', ')}`,
        )
  },
  clock: async ({ stores, clock }) => {
    const rows = await stores.postgres.query<{ ms: number }>(
      'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS ms',
    )
    const apart = Math.abs((rows[0]?.ms ?? 0) - clock.now())
    return apart < 2_000
      ? well(`${apart} ms from Postgres`)
      : mend(`${apart} ms from Postgres: set the clocks by NTP`)
  },
}

/**
 * Looks at every part of the installation; a check that fails to run is a finding too. `heads`: of the audit, as somebody
 * outside has kept them.
 */
export async function examine(
  deps: MaintenanceDeps,
  heads: readonly AuditHead[] = [],
): Promise<{ ok: boolean; findings: Finding[] }> {
  const findings: Finding[] = []
  for (const [check, look] of Object.entries(CHECKS)) {
    const result = await look(deps, heads).catch(() => mend('could not be looked at: see the log'))
    findings.push({ check, ...result })
  }
  return { ok: findings.every((finding) => finding.ok), findings }
}
