import type { Alert, Effect, Notify, TimelineEntry } from '@guanlan/analytics/alerting/alert-state'
import type { Instance } from '@guanlan/analytics/alerting/instance'
import type { Transition, World } from '@guanlan/analytics/alerting/world'
import { REMEMBERED_MS } from '@guanlan/analytics/alerting/world'
import type { Silence } from '@guanlan/contract/alert'
import type { Sql } from '../ports/postgres.ts'

const iso = (at: number) => new Date(at).toISOString()

/** What a notification needs when it leaves, decided when it was queued. Ids only. */
export interface DeliveryPayload {
  readonly level: Alert['level']
  readonly quiet: boolean
  readonly origin: Alert['origin'] | 'silence' | 'handover'
  readonly ruleId: string | null
  readonly unitId: string
  readonly groupId: string | null
  readonly category: string | null
  readonly because: Notify['because']
  /** Drill: said in every message. */
  readonly drill: boolean
}

/** Everything unresolved, what was resolved within a day, instances and silences, as they were committed. */
export async function loadWorld(sql: Sql, now: number): Promise<World> {
  const [instances, alerts, silences, rest] = await Promise.all([
    sql.query<{ key: string; state: Instance }>('SELECT key, state FROM alert_instance'),
    sql.query<{ id: string; state: Alert }>(
      'SELECT id, state FROM alert WHERE resolved_at IS NULL OR resolved_at > $1 ORDER BY opened_at, id',
      [iso(now - REMEMBERED_MS)],
    ),
    sql.query<{ id: string; state: Silence }>('SELECT id, state FROM alert_silence WHERE until > $1', [
      iso(now),
    ]),
    sql.query<{ reminded: string[]; flooded: [string, string][] }>(
      'SELECT reminded, flooded FROM alert_evaluator',
    ),
  ])
  return {
    instances: new Map(instances.map(({ key, state }) => [key, state])),
    alerts: new Map(alerts.map(({ id, state }) => [id, state])),
    silences: new Map(silences.map(({ id, state }) => [id, state])),
    reminded: rest[0]?.reminded ?? [],
    flooded: new Map(rest[0]?.flooded ?? []),
  }
}

export interface SaveOptions {
  readonly laneOf: (accountId: string, channel: string) => string
  /** Rosters of a policy, for measures. */
  readonly rostersOf: (policyId: string) => readonly string[]
  readonly isDrill: (alert: Alert) => boolean
}

/** Writes one transition inside a transaction; the caller holds the lease. Repeating it changes nothing. */
export async function saveTransition(
  sql: Sql,
  before: World,
  { world, effects, changed }: Transition,
  options: SaveOptions,
): Promise<void> {
  await saveInstances(sql, world, changed.instances)
  const alerts = [...changed.alerts].flatMap((id) => world.alerts.get(id) ?? [])
  await saveAlerts(sql, alerts)
  await saveSilences(sql, before, world)
  await saveEffects(sql, world, effects, options)
  await saveEpisodes(sql, alerts, effects, options)
}

async function saveInstances(sql: Sql, world: World, keys: ReadonlySet<string>): Promise<void> {
  const kept = [...keys].filter((key) => world.instances.has(key))
  const gone = [...keys].filter((key) => !world.instances.has(key))
  if (gone.length > 0) await sql.query('DELETE FROM alert_instance WHERE key = ANY ($1)', [gone])
  if (kept.length === 0) return
  await sql.query(
    `INSERT INTO alert_instance (key, state) SELECT key, state::jsonb FROM unnest($1::text[], $2::text[]) AS rows (key, state)
     ON CONFLICT (key) DO UPDATE SET state = excluded.state`,
    [kept, kept.map((key) => JSON.stringify(world.instances.get(key)))],
  )
}

async function saveAlerts(sql: Sql, alerts: readonly Alert[]): Promise<void> {
  if (alerts.length === 0) return
  const column = <T>(pick: (alert: Alert) => T) => alerts.map(pick)
  await sql.query(
    `INSERT INTO alert (id, fingerprint, status, level, origin, rule_id, unit_id, quiet, opened_at, resolved_at, state)
     SELECT id, fingerprint, status, level, origin, rule_id, unit_id, quiet, opened_at, resolved_at, state::jsonb
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::boolean[],
                 $9::timestamptz[], $10::timestamptz[], $11::text[])
       AS rows (id, fingerprint, status, level, origin, rule_id, unit_id, quiet, opened_at, resolved_at, state)
     ON CONFLICT (id) DO UPDATE SET status = excluded.status, level = excluded.level, opened_at = excluded.opened_at,
       resolved_at = excluded.resolved_at, state = excluded.state`,
    [
      column(({ id }) => id),
      column(({ fingerprint }) => fingerprint),
      column(({ status }) => status),
      column(({ level }) => level),
      column(({ origin }) => origin),
      column(({ ruleId }) => ruleId),
      column(({ subject }) => subject.unitId),
      column(({ quiet }) => quiet),
      column(({ openedAt }) => iso(openedAt)),
      column(({ resolved }) => (resolved === null ? null : iso(resolved.at))),
      column((alert) => JSON.stringify(alert)),
    ],
  )
}

async function saveSilences(sql: Sql, before: World, after: World): Promise<void> {
  const gone = [...before.silences.keys()].filter((id) => !after.silences.has(id))
  if (gone.length > 0) await sql.query('DELETE FROM alert_silence WHERE id = ANY ($1)', [gone])
  for (const silence of after.silences.values()) {
    if (before.silences.get(silence.id) === silence) continue
    await sql.query(
      `INSERT INTO alert_silence (id, until, state) VALUES ($1, $2, $3)
       ON CONFLICT (id) DO UPDATE SET until = excluded.until, state = excluded.state`,
      [silence.id, iso(silence.until), JSON.stringify(silence)],
    )
  }
}

/** Effects of one type that follow each other go in one statement; the order between types is kept. */
async function saveEffects(
  sql: Sql,
  world: World,
  effects: readonly Effect[],
  options: SaveOptions,
): Promise<void> {
  for (let from = 0; from < effects.length;) {
    const type = effects[from]?.type
    let to = from + 1
    while (effects[to]?.type === type) to++
    const run = effects.slice(from, to)
    if (type === 'timeline') await saveTimeline(sql, run as TimelineEntry[])
    else if (type === 'notify') await queuePages(sql, world, run as Notify[], options)
    else if (type === 'withdraw') await withdraw(sql, run as Extract<Effect, { type: 'withdraw' }>[])
    else await queueReminders(sql, world, run as Extract<Effect, { type: 'silence-ends' }>[], options)
    from = to
  }
}

async function saveTimeline(sql: Sql, entries: readonly TimelineEntry[]): Promise<void> {
  await sql.query(
    `INSERT INTO alert_timeline (alert_id, at, code, by, data)
     SELECT alert_id, at, code, by, data::jsonb
     FROM unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::text[]) WITH ORDINALITY
       AS rows (alert_id, at, code, by, data, n) ORDER BY n`,
    [
      entries.map(({ alertId }) => alertId),
      entries.map(({ at }) => iso(at)),
      entries.map(({ code }) => code),
      entries.map(({ by }) => by),
      entries.map(({ data }) => JSON.stringify(data)),
    ],
  )
}

const withdraw = (sql: Sql, run: readonly { alertId: string }[]) =>
  sql.query(
    `UPDATE alert_delivery SET status = 'withdrawn', settled_at = clock_timestamp()
     WHERE alert_id = ANY ($1) AND kind = 'page' AND status = 'queued'`,
    [run.map(({ alertId }) => alertId)],
  )

export interface QueuedDelivery {
  readonly id: string
  readonly alertId: string
  readonly kind: 'page' | 'resolved' | 'reminder' | 'code'
  readonly lane: string
  readonly accountId: string
  readonly channel: string
  readonly payload: object
  readonly at: number
}

export async function queueDeliveries(sql: Sql, rows: readonly QueuedDelivery[]): Promise<void> {
  if (rows.length === 0) return
  await sql.query(
    `INSERT INTO alert_delivery (id, alert_id, kind, lane, account_id, channel, payload, queued_at, next_at)
     SELECT id, alert_id, kind, lane, account_id, channel, payload::jsonb, at, at
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[])
       WITH ORDINALITY AS rows (id, alert_id, kind, lane, account_id, channel, payload, at, n) ORDER BY n
     ON CONFLICT (id) DO NOTHING`,
    [
      rows.map(({ id }) => id),
      rows.map(({ alertId }) => alertId),
      rows.map(({ kind }) => kind),
      rows.map(({ lane }) => lane),
      rows.map(({ accountId }) => accountId),
      rows.map(({ channel }) => channel),
      rows.map(({ payload }) => JSON.stringify(payload)),
      rows.map(({ at }) => iso(at)),
    ],
  )
}

function queuePages(sql: Sql, world: World, run: readonly Notify[], options: SaveOptions): Promise<void> {
  return queueDeliveries(
    sql,
    run.flatMap((notify): QueuedDelivery[] => {
      const alert = world.alerts.get(notify.alertId)
      if (alert === undefined) return []
      const { accountId, channel } = notify.destination
      const payload: DeliveryPayload = {
        level: notify.level,
        quiet: notify.quiet,
        origin: alert.origin,
        ruleId: alert.ruleId,
        unitId: alert.subject.unitId,
        groupId: alert.subject.groupId,
        category: alert.subject.category,
        because: notify.because,
        drill: options.isDrill(alert),
      }
      const { id, alertId, kind, at } = notify
      return [
        { id, alertId, kind, lane: options.laneOf(accountId, channel), accountId, channel, payload, at },
      ]
    }),
  )
}

function queueReminders(
  sql: Sql,
  world: World,
  run: readonly Extract<Effect, { type: 'silence-ends' }>[],
  options: SaveOptions,
): Promise<void> {
  return queueDeliveries(
    sql,
    run.map(({ silenceId, accountId, until }) => {
      const payload: DeliveryPayload = {
        ...{ level: 'blue', quiet: true, origin: 'silence', ruleId: null, groupId: null, category: null },
        unitId: world.silences.get(silenceId)?.match.unitId ?? '',
        because: { policyId: '', step: 0, lastResort: false },
        drill: false,
      }
      const id = `${silenceId}:reminder:${until}`
      const lane = options.laneOf(accountId, 'in-app')
      return {
        id,
        alertId: silenceId,
        kind: 'reminder',
        lane,
        accountId,
        channel: 'in-app',
        payload,
        at: until - 3_600_000,
      }
    }),
  )
}

async function saveEpisodes(
  sql: Sql,
  alerts: readonly Alert[],
  effects: readonly Effect[],
  { rostersOf, isDrill }: SaveOptions,
): Promise<void> {
  const taken = new Map<string, number>()
  for (const effect of effects)
    if (effect.type === 'timeline' && effect.code === 'acknowledged') taken.set(effect.alertId, effect.at)
  for (const alert of alerts) {
    const key = isDrill(alert)
      ? 'drill'
      : (alert.ruleId ?? (alert.origin === 'hand' ? 'by-hand' : alert.origin))
    const at = taken.get(alert.id)
    await sql.query(
      `INSERT INTO alert_episode (alert_id, episode, key, rosters, opened_at, acknowledged_at, resolved_at, steps, outcome)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (alert_id, episode) DO UPDATE SET
         acknowledged_at = coalesce(alert_episode.acknowledged_at, excluded.acknowledged_at),
         resolved_at = excluded.resolved_at, steps = excluded.steps, outcome = excluded.outcome`,
      [
        alert.id,
        alert.episode,
        key,
        [...rostersOf(alert.policyId)],
        iso(alert.openedAt),
        at === undefined ? null : iso(at),
        alert.resolved === null ? null : iso(alert.resolved.at),
        alert.walk.ran,
        alert.resolved?.outcome ?? null,
      ],
    )
  }
}
