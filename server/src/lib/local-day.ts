/** Local days and hours of one time zone, quickly: offsets are looked up once for each half hour and kept. */
export interface LocalTime {
  readonly timezone: string
  /** Local day `YYYY-MM-DD` of an instant (ms since epoch). */
  dayOf(ms: number): string
  /** Start of the local hour that holds the instant, ms since epoch. */
  hourStart(ms: number): number
  /** First instant of a local day, ms since epoch; where clocks skip midnight, the first instant after the gap. */
  dayStart(day: string): number
  addDays(day: string, days: number): string
  /** Days since 1970-01-01 of a `YYYY-MM-DD` day: ordered and dense. */
  dayNumber(day: string): number
}

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const SLOT_MS = HOUR_MS / 2

const floorMod = (value: number, by: number) => value - Math.floor(value / by) * by

/** Day number (days since 1970-01-01) as `YYYY-MM-DD`. */
function formatDay(number: number): string {
  return new Date(number * DAY_MS).toISOString().slice(0, 10)
}

function parseDay(day: string): number {
  const ms = Date.parse(`${day}T00:00:00Z`)
  if (Number.isNaN(ms)) throw new RangeError('a local day is written YYYY-MM-DD')
  return ms / DAY_MS
}

/** Reads the offset of a zone from the runtime's time zone data. */
function createOffsetReader(timezone: string): (ms: number) => number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  return (ms) => {
    const field: Record<string, number> = {}
    for (const { type, value } of parts.formatToParts(ms)) field[type] = Number(value)
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = field
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000
  }
}

/** @throws RangeError when the time zone is unknown */
export function createLocalTime(timezone: string): LocalTime {
  const readOffset = createOffsetReader(timezone)
  const offsets = new Map<number, number>()
  const days = new Map<number, string>()
  const numbers = new Map<string, number>()

  function offsetAt(ms: number): number {
    const slot = Math.floor(ms / SLOT_MS)
    let offset = offsets.get(slot)
    if (offset === undefined) {
      if (offsets.size > 100_000) offsets.clear()
      offsets.set(slot, (offset = readOffset(slot * SLOT_MS)))
    }
    return offset
  }
  function dayName(number: number): string {
    let name = days.get(number)
    if (name === undefined) {
      if (days.size > 20_000) days.clear()
      days.set(number, (name = formatDay(number)))
    }
    return name
  }
  function dayNumber(day: string): number {
    let number = numbers.get(day)
    if (number === undefined) {
      if (numbers.size > 20_000) numbers.clear()
      numbers.set(day, (number = parseDay(day)))
    }
    return number
  }
  const localDay = (ms: number) => Math.floor((ms + offsetAt(ms)) / DAY_MS)

  function dayStart(day: string): number {
    const number = dayNumber(day)
    const wall = number * DAY_MS
    // Of the offsets in force around midnight, the one that leads to the first instant of the day is right.
    const candidates = [wall - offsetAt(wall - DAY_MS), wall - offsetAt(wall), wall - offsetAt(wall + DAY_MS)]
    const starts = candidates.filter((ms) => localDay(ms) === number && localDay(ms - 1) < number)
    if (starts.length > 0) return Math.min(...starts)
    let ms = Math.floor(Math.min(...candidates) / SLOT_MS) * SLOT_MS - 2 * SLOT_MS
    while (localDay(ms) < number) ms += SLOT_MS
    return ms
  }

  return {
    timezone,
    dayOf: (ms) => dayName(localDay(ms)),
    hourStart: (ms) => ms - floorMod(ms + offsetAt(ms), HOUR_MS),
    dayStart,
    addDays: (day, count) => dayName(dayNumber(day) + count),
    dayNumber,
  }
}
