import { Roster, type Rotation, type WorkCalendar } from '@guanlan/contract/escalation'

export function newRoster(id: string, name: string, startDay: string): Roster {
  return {
    ...{ id, name, startDay },
    rotation: { kind: 'daily', handoverMinute: 480 },
    people: [],
    on: 'every-day',
    overrides: [],
  }
}

const DAY_START = 480
/** The same hand-over time in another kind of rotation; shifts begin as day and night. */
export function rotationOf(kind: Rotation['kind'], before: Rotation): Rotation {
  const at = before.kind === 'shifts' ? (before.shifts[0]?.from ?? DAY_START) : before.handoverMinute
  if (kind === 'daily') return { kind, handoverMinute: at }
  if (kind === 'weekly') return { kind, handoverMinute: at, weekday: 1 }
  const half = (at + 720) % 1440
  return {
    kind,
    shifts: [
      { from: at, to: half },
      { from: half, to: at },
    ],
  }
}

/** The roster, or the field that the contract does not take. A roster without people is taken: it is shown as a gap. */
export function rosterFrom(draft: Roster): { readonly roster: Roster } | { readonly wrong: string } {
  const parsed = Roster.safeParse(draft)
  return parsed.success
    ? { roster: parsed.data }
    : { wrong: String(parsed.error.issues[0]?.path[0] ?? 'name') }
}

export type DayKind = WorkCalendar['days'][string]
export interface DayRow {
  day: string
  kind: DayKind
}

export const rowsOf = (days: WorkCalendar['days']): DayRow[] =>
  Object.entries(days)
    .map(([day, kind]) => ({ day, kind }))
    .sort((a, b) => (a.day < b.day ? -1 : 1))

/** Years that have rows, newest last. */
export const yearsOf = (rows: readonly DayRow[]): string[] => [
  ...new Set(rows.map(({ day }) => day.slice(0, 4))),
]

const DAY = 86_400_000
const MOST_DAYS = 31

/** Every day from `first` to `last`, both included; null when they are not days in order or more than a month apart. */
export function stretch(first: string, last: string, kind: DayKind): DayRow[] | null {
  const [from, to] = [Date.parse(`${first}T00:00:00Z`), Date.parse(`${last}T00:00:00Z`)]
  if (Number.isNaN(from) || Number.isNaN(to) || to < from || to - from >= MOST_DAYS * DAY) return null
  return Array.from({ length: (to - from) / DAY + 1 }, (_row, i) => ({
    day: new Date(from + i * DAY).toISOString().slice(0, 10),
    kind,
  }))
}

/** Rows with others put over them, by day. */
export function merged(rows: readonly DayRow[], over: readonly DayRow[]): DayRow[] {
  return rowsOf(Object.fromEntries([...rows, ...over].map(({ day, kind }) => [day, kind])))
}

export const daysFrom = (rows: readonly DayRow[]): WorkCalendar['days'] =>
  Object.fromEntries(rows.map(({ day, kind }) => [day, kind]))
