import type { Alert } from '@guanlan/analytics/alerting/alert-state'
import { handoverAt, waitsForNote } from '@guanlan/analytics/alerting/handover'
import { accountsOf } from '@guanlan/analytics/alerting/recipients'
import { appError } from '@guanlan/contract/errors'
import type { Roster } from '@guanlan/contract/escalation'
import type { HandoverNote } from '@guanlan/contract/roster'
import type { Clock } from '../lib/clock.ts'
import type { Postgres, Sql } from '../ports/postgres.ts'
import { rostersOf } from './engine-drive.ts'
import { IN_APP, type Reach } from './reach.ts'
import type { ViewDeps } from './views.ts'
import { queueDeliveries, type DeliveryPayload } from './world-store.ts'

type Deed = Parameters<typeof waitsForNote>[0]
type Write = (sql: Sql) => Promise<unknown>

/** The notes that go with turns: who has to read them before anything else, and who hears that nobody did. */
export interface Handovers {
  newest(rosterId: string): Promise<HandoverNote | null>
  /** Accounts on duty that still have to read the roster's newest note. */
  owedBy(roster: Roster, note: HandoverNote | null): readonly string[]
  /**
   * What is to be written with a deed on an alert by an account that has not read the note of a roster that the alert's
   * policy names: nothing, or the entry that says so where the deed does not wait.
   * @throws appError conflict with the pointer /handover: the note has to be read first
   */
  check(deed: Deed, alert: Alert, accountId: string): Promise<Write | undefined>
  /** Tells, once a note, its author and the roster's lead that nobody on duty has read it for half an hour. */
  remind(): Promise<void>
}

interface Row {
  readonly id: string
  readonly rosterId: string
  readonly by: string
  readonly at: Date
  readonly text: string
  readonly readBy: string[]
}

/** The newest note of each roster. */
const NEWEST = `
  SELECT DISTINCT ON (roster_id) id, roster_id AS "rosterId", by, at, text, read_by AS "readBy", told_at AS "toldAt"
  FROM duty_handover WHERE roster_id = ANY ($1) ORDER BY roster_id, at DESC`

const noteOf = ({ id, by, at, text, readBy }: Row): HandoverNote => ({
  id,
  by,
  at: at.getTime(),
  text,
  readBy,
})

/** The roster is edited from the top, so whoever leads there is told; without anyone, whoever communicates there. */
function leadsOf({ directory }: Reach, root: string, now: number): string[] {
  const holders = (role: 'unit-lead' | 'communications') =>
    accountsOf(directory, { kind: 'role', role, from: 'top' }, root, now)
  const leads = holders('unit-lead')
  return leads.length > 0 ? leads : holders('communications')
}
/** Queues what tells of one unread note; nothing when that was done before, also by another process. */
async function tell(row: Row, reached: Reach, root: string, now: number, sql: Sql): Promise<void> {
  const at = new Date(now).toISOString()
  const told = await sql.query(
    'UPDATE duty_handover SET told_at = $2 WHERE id = $1 AND told_at IS NULL RETURNING id',
    [row.id, at],
  )
  if (told.length === 0) return
  const { directory, laneOf } = reached
  const payload: DeliveryPayload = {
    ...{ level: 'blue', quiet: true, origin: 'handover', ruleId: null, unitId: root, groupId: null },
    ...{ category: null, because: { policyId: '', step: 0, lastResort: false }, drill: false },
  }
  const accounts = [...new Set([row.by, ...leadsOf(reached, root, now)])]
  const pairs = accounts.flatMap((accountId) => {
    const { active = false, verified = [] } = directory.accounts.get(accountId) ?? {}
    return active
      ? [IN_APP, 'email'].filter((each) => verified.includes(each)).map((channel) => ({ accountId, channel }))
      : []
  })
  await queueDeliveries(
    sql,
    pairs.map(({ accountId, channel }) => ({
      id: `${row.id}:unread:${accountId}:${channel}`,
      ...{ alertId: row.rosterId, kind: 'reminder', lane: laneOf(accountId, channel) },
      ...{ accountId, channel, payload, at: now },
    })),
  )
}

export function createHandovers(
  deps: ViewDeps & { readonly postgres: Postgres; readonly clock: Clock },
): Handovers {
  const { postgres, clock, reach } = deps
  const newestOf = (ids: readonly string[]) =>
    postgres.query<Row & { toldAt: Date | null }>(NEWEST, [[...ids]])
  const stateOf = (roster: Roster, note: HandoverNote | null) =>
    handoverAt(roster, reach().directory.calendar, note, clock.now())

  return {
    async newest(rosterId) {
      const [row] = await newestOf([rosterId])
      return row === undefined ? null : noteOf(row)
    },
    owedBy: (roster, note) => stateOf(roster, note).owedBy,
    async check(deed, alert, accountId) {
      const { directory, policies } = reach()
      const rosters = rostersOf(policies.get(alert.policyId)).flatMap((id) => directory.rosters.get(id) ?? [])
      if (rosters.length === 0) return undefined
      const notes = new Map((await newestOf(rosters.map(({ id }) => id))).map((row) => [row.rosterId, row]))
      const unread = rosters.filter((roster) => {
        const row = notes.get(roster.id)
        return row !== undefined && stateOf(roster, noteOf(row)).owedBy.includes(accountId)
      })
      const [first] = unread
      if (first === undefined) return undefined
      if (waitsForNote(deed, alert.level))
        throw appError('conflict', `the hand-over note of ${first.name} (${first.id}) has to be read first`, {
          pointer: '/handover',
        })
      const at = new Date(clock.now()).toISOString()
      return async (sql) => {
        for (const { id } of unread)
          await sql.query(
            `INSERT INTO alert_timeline (alert_id, at, code, by, data) VALUES ($1, $2, 'handover_unread', $3, $4)`,
            [alert.id, at, accountId, JSON.stringify({ rosterId: id })],
          )
      }
    },
    async remind() {
      const { rosters } = reach().directory
      const rows = await newestOf([...rosters.keys()])
      for (const row of rows) {
        const roster = rosters.get(row.rosterId)
        if (row.toldAt !== null || roster === undefined || !stateOf(roster, noteOf(row)).overdue) continue
        await postgres.transaction((sql) => tell(row, reach(), deps.directory.root, clock.now(), sql))
      }
    },
  }
}
