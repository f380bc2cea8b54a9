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
import { CALENDAR_ID } from '../../alerts/documents.ts'
import { noteWarnings } from '../../alerts/note-filter.ts'
import type { Caller, Route } from '../route.ts'
import { route } from '../route.ts'
import { newId, requireUnits, userOf, type AlertRouteDeps } from './alerts-shared.ts'

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
function savedRoster(id: string, { alerts }: AlertRouteDeps): Roster {
  const saved = alerts.documents().rosters.get(id)
  if (saved === undefined) throw appError('not_found', 'no such roster')
  return saved.body
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
    entries: savedRoster(id, deps).people,
    version: alerts.documents().rosters.get(id)?.version ?? 1,
    onDuty: onDuty(roster, calendar, now),
    turns,
    outlook: { ...plan, gaps: [...plan.gaps], load: [...plan.load] },
    handover: note,
    owedBy: [...alerts.handovers.owedBy(roster, note)],
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
  const save = async (actor: Caller | undefined, roster: Roster) => {
    // A roster may be called by any unit's policy, so it is edited from the top.
    requireUnits(actor, [], deps)
    const known = alerts.reach().names
    const stranger = [...roster.people, ...roster.overrides.map(({ accountId }) => accountId)].find(
      (each) => !each.startsWith('role:') && !known.has(each),
    )
    if (stranger !== undefined) throw appError('unprocessable', 'a person of the roster has no account')
    await alerts.store.save(userOf(actor).id, 'roster', roster.id, roster)
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
      return save(actor, body.roster)
    }),
    route(overrideRosterEndpoint, async ({ actor, params, body }) => {
      const roster = savedRoster(params.id, deps)
      if (body.until <= body.from)
        throw appError('unprocessable', 'ends before it begins', { pointer: '/until' })
      return save(actor, { ...roster, overrides: [...roster.overrides, { id: newId('o'), ...body }] })
    }),
    route(swapTurnsEndpoint, async ({ actor, params, body }) => {
      const roster = rosterFor(params.id, deps)
      const { calendar } = alerts.documents()
      const day = 86_400_000
      const turnAt = (at: number) =>
        turnsBetween(roster, calendar, at - 8 * day, at + 8 * day).find(
          (turn) => turn.from <= at && at < turn.until && turn.accountId !== null,
        )
      const [first, second] = [turnAt(body.first), turnAt(body.second)]
      if (first === undefined || second === undefined) throw appError('unprocessable', 'nobody has this turn')
      return save(actor, swap(savedRoster(params.id, deps), first, second, [newId('o'), newId('o')]))
    }),
  ]
}

function handover(deps: AlertRouteDeps): Route[] {
  const { alerts } = deps
  return [
    route(leaveHandoverEndpoint, async ({ actor, params, body }) => {
      rosterFor(params.id, deps)
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
      await alerts.postgres.query(
        'INSERT INTO duty_handover (id, roster_id, by, at, text) VALUES ($1, $2, $3, $4, $5)',
        [...[note.id, params.id, note.by, new Date(note.at).toISOString(), note.text]],
      )
      return note
    }),
    route(readHandoverEndpoint, async ({ actor, params }) => {
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
  return [
    route(rosterFeedEndpoint, async ({ params, query }) => {
      const accountId = alerts.keys.accountOf('feed', params.id, query.k)
      const { directory, names, locales } = alerts.reach()
      if (accountId === undefined || directory.accounts.get(accountId)?.active !== true)
        throw appError('not_found', 'this link is not valid')
      const roster = rosterFor(params.id, deps)
      const now = alerts.clock.now()
      return icalendar(turnsBetween(roster, alerts.documents().calendar, now, now + FOUR_WEEKS), {
        ...{ rosterId: roster.id, rosterName: roster.name, now },
        nameOf: (id) => names.get(id) ?? id,
        gapTitle: locales.get(accountId) === 'en' ? 'Nobody on duty' : '无人值班',
      })
    }),
    route(getCalendarEndpoint, async () => alerts.documents().calendar),
    route(saveCalendarEndpoint, async ({ actor, body }) => {
      await alerts.store.save(userOf(actor).id, 'calendar', CALENDAR_ID, body)
      await alerts.reload()
      return alerts.documents().calendar
    }),
  ]
}
