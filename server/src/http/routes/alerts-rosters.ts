import { isWorkingTime } from '@guanlan/analytics/alerting/calendar'
import { icalendar } from '@guanlan/analytics/alerting/ical'
import { onDuty, outlook, swap, turnsBetween } from '@guanlan/analytics/alerting/roster'
import {
  getCalendarEndpoint,
  leaveHandoverEndpoint,
  listRostersEndpoint,
  overrideRosterEndpoint,
  readHandoverEndpoint,
  rosterFeedEndpoint,
  saveCalendarEndpoint,
  saveRosterEndpoint,
  swapTurnsEndpoint,
} from '@guanlan/contract/endpoints/alerts-setup'
import { appError } from '@guanlan/contract/errors'
import type { Roster } from '@guanlan/contract/escalation'
import type { RosterView } from '@guanlan/contract/roster'
import { CALENDAR_ID, type Versioned } from '../../alerts/documents.ts'
import { noteWarnings } from '../../alerts/note-filter.ts'
import { hasRole } from '../../identity/access.ts'
import type { Caller, Route } from '../route.ts'
import { route } from '../route.ts'
import { activeAccount, keeps, newId, requireUnits, userOf, type AlertRouteDeps } from './alerts-shared.ts'

const FOUR_WEEKS = 28 * 86_400_000

/** Rosters as pages and calendars show them. */
export function rosterRoutes(deps: AlertRouteDeps): Route[] {
  return [...listAndSave(deps), ...handover(deps), ...feedAndCalendar(deps)]
}

/** The roster in force with `role:` entries resolved. @throws appError not_found */
function rosterFor(id: string, { alerts }: AlertRouteDeps): Roster {
  const roster = alerts.reach().directory.rosters.get(id)
  if (roster === undefined) throw appError('not_found', 'no such roster')
  return roster
}

/** The roster as it was saved: an edit must not turn its `role:` entries into people. @throws appError not_found */
function savedRoster(id: string, { alerts }: AlertRouteDeps): Versioned<Roster> {
  const saved = alerts.documents().rosters.get(id)
  if (saved === undefined) throw appError('not_found', 'no such roster')
  return saved
}

/** Notes are for the people of a roster and for those who may change its turns: while it is unread, a note holds others up. */
const mayNote = (actor: Caller | undefined, roster: Roster, deps: AlertRouteDeps): boolean =>
  roster.people.includes(userOf(actor).id) ||
  roster.overrides.some(({ accountId }) => accountId === userOf(actor).id) ||
  keeps(actor, leaveHandoverEndpoint.access.roles, deps.directory.root, deps)

/** @throws appError not_found, forbidden */
function requireNoter(actor: Caller | undefined, id: string, deps: AlertRouteDeps): void {
  if (!mayNote(actor, rosterFor(id, deps), deps))
    throw appError('forbidden', 'notes are for the people of the roster and for those who plan it')
}

async function viewOf(id: string, actor: Caller | undefined, deps: AlertRouteDeps): Promise<RosterView> {
  const { alerts } = deps
  const roster = rosterFor(id, deps)
  const { calendar } = alerts.documents()
  const now = alerts.clock.now()
  const turns = turnsBetween(roster, calendar, now, now + FOUR_WEEKS)
  const plan = outlook(roster, calendar, now, (at) => isWorkingTime(calendar, at))
  const { names } = alerts.reach()
  const key = alerts.keys.feed(id, userOf(actor).id)
  const note = await alerts.handovers.newest(id)
  const noted = note === null ? [] : [note.by, ...note.readBy]
  return {
    roster,
    entries: savedRoster(id, deps).body.people,
    version: savedRoster(id, deps).version,
    onDuty: onDuty(roster, calendar, now),
    turns,
    outlook: { ...plan, gaps: [...plan.gaps], load: [...plan.load] },
    handover: note,
    owedBy: [...alerts.handovers.owedBy(roster, note)],
    mayNote: mayNote(actor, roster, deps),
    feed: `/api/v1/alerting/rosters/${id}/duty.ics?k=${key}`,
    names: Object.fromEntries(
      [...roster.people, ...noted, ...turns.flatMap(({ accountId }) => accountId ?? [])].map((each) => [
        each,
        names.get(each) ?? each,
      ]),
    ),
  }
}

function listAndSave(deps: AlertRouteDeps): Route[] {
  const { alerts } = deps
  type Edit = typeof saveRosterEndpoint | typeof overrideRosterEndpoint | typeof swapTurnsEndpoint
  const save = async (actor: Caller | undefined, edit: Edit, roster: Roster, from: number) => {
    // A roster may be called by any unit's policy, so it is edited from the top.
    requireUnits(actor, edit, [], deps)
    const known = alerts.reach().names
    const stranger = [...roster.people, ...roster.overrides.map(({ accountId }) => accountId)].find(
      (each) => !each.startsWith('role:') && !known.has(each),
    )
    if (stranger !== undefined) throw appError('unprocessable', 'a person of the roster has no account')
    await alerts.store.save(userOf(actor).id, 'roster', roster.id, roster, from)
    await alerts.reload()
    return viewOf(roster.id, actor, deps)
  }
  return [
    route(listRostersEndpoint, async ({ actor }) => ({
      rosters: await Promise.all(
        [...alerts.reach().directory.rosters.keys()].map((id) => viewOf(id, actor, deps)),
      ),
    })),
    route(saveRosterEndpoint, async ({ actor, params, body }) => {
      if (body.roster.id !== params.id) throw appError('unprocessable', 'the id is another one')
      return save(actor, saveRosterEndpoint, body.roster, body.version)
    }),
    route(overrideRosterEndpoint, async ({ actor, params, body }) => {
      const { body: roster, version } = savedRoster(params.id, deps)
      if (body.until <= body.from)
        throw appError('unprocessable', 'ends before it begins', { pointer: '/until' })
      const overrides = [...roster.overrides, { id: newId('o'), ...body }]
      return save(actor, overrideRosterEndpoint, { ...roster, overrides }, version)
    }),
    route(swapTurnsEndpoint, async ({ actor, params, body }) => {
      const { body: saved, version } = savedRoster(params.id, deps)
      const roster = rosterFor(params.id, deps)
      const { calendar } = alerts.documents()
      const day = 86_400_000
      const turnAt = (at: number) =>
        turnsBetween(roster, calendar, at - 8 * day, at + 8 * day).find(
          (turn) => turn.from <= at && at < turn.until && turn.accountId !== null,
        )
      const [first, second] = [turnAt(body.first), turnAt(body.second)]
      if (first === undefined || second === undefined) throw appError('unprocessable', 'nobody has this turn')
      const next = swap(saved, first, second, [newId('o'), newId('o')])
      return save(actor, swapTurnsEndpoint, next, version)
    }),
  ]
}

function handover(deps: AlertRouteDeps): Route[] {
  const { alerts } = deps
  return [
    route(leaveHandoverEndpoint, async ({ actor, params, body }) => {
      requireNoter(actor, params.id, deps)
      const warnings = noteWarnings(body.text, [])
      if (warnings.length > 0)
        throw appError('unprocessable', `the note looks as if it held: ${warnings.join(', ')}`, {
          pointer: '/text',
        })
      const note = {
        id: newId('h'),
        by: userOf(actor).id,
        at: alerts.clock.now(),
        text: body.text,
        readBy: [],
      }
      await alerts.postgres.transaction(async (sql) => {
        await sql.query(
          'INSERT INTO duty_handover (id, roster_id, by, at, text) VALUES ($1, $2, $3, $4, $5)',
          [...[note.id, params.id, note.by, new Date(note.at).toISOString(), note.text]],
        )
        await deps.identity.audit.append(note.by, 'alerting.handover', params.id, { note: note.id }, sql)
      })
      return note
    }),
    route(readHandoverEndpoint, async ({ actor, params }) => {
      requireNoter(actor, params.id, deps)
      await alerts.postgres.query(
        `UPDATE duty_handover SET read_by = array_append(read_by, $2)
         WHERE roster_id = $1 AND NOT $2 = ANY (read_by) AND id = (SELECT id FROM duty_handover WHERE roster_id = $1 ORDER BY at DESC LIMIT 1)`,
        [params.id, userOf(actor).id],
      )
      return undefined
    }),
  ]
}

function feedAndCalendar(deps: AlertRouteDeps): Route[] {
  const { alerts } = deps
  const calendarView = () => {
    const { calendar, calendarVersion } = alerts.documents()
    return { calendar, version: calendarVersion }
  }
  return [
    route(rosterFeedEndpoint, async ({ params, query }) => {
      const accountId = alerts.keys.accountOf('feed', params.id, query.k)
      const account = await activeAccount(accountId, deps)
      // The key outlives a session: it opens nothing that a sign-in of today would not.
      if (account === undefined || !hasRole(account, listRostersEndpoint.access.roles))
        throw appError('not_found', 'this link is not valid')
      const { names } = alerts.reach()
      const roster = rosterFor(params.id, deps)
      const now = alerts.clock.now()
      return icalendar(turnsBetween(roster, alerts.documents().calendar, now, now + FOUR_WEEKS), {
        ...{ rosterId: roster.id, rosterName: roster.name, now },
        nameOf: (id) => names.get(id) ?? id,
        gapTitle: account.locale === 'en' ? 'Nobody on duty' : '无人值班',
      })
    }),
    route(getCalendarEndpoint, async () => calendarView()),
    route(saveCalendarEndpoint, async ({ actor, body }) => {
      requireUnits(actor, saveCalendarEndpoint, [], deps)
      const { calendar, version } = body
      await alerts.store.save(userOf(actor).id, 'calendar', CALENDAR_ID, calendar, version)
      await alerts.reload()
      return calendarView()
    }),
  ]
}
