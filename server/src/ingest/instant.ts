const MINUTE = 60_000
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const DASH = 45
const DOT = 46
const ZERO = 48
const COLON = 58
const T = 84
const Z = 90

/** Two digits at a position; NaN-like (over 99) when they are none. */
function two(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO
  const ones = text.charCodeAt(at + 1) - ZERO
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : 1000
}

const isLeap = (year: number) => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)

/** Days of a month; 0 for a month that is none. */
function daysIn(year: number, month: number): number {
  return month === 2 && isLeap(year) ? 29 : (DAYS_IN_MONTH[month - 1] ?? 0)
}

/** Days from 1970-01-01 to a date. Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil. */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return (
    era * 146_097 +
    yearOfEra * 365 +
    Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100) +
    dayOfYear -
    719_468
  )
}

/** Offset at a position to the end, ms; NaN when it is none. */
function offsetAt(text: string, at: number): number {
  const sign = text.charCodeAt(at)
  if (sign === Z) return text.length === at + 1 ? 0 : NaN
  if ((sign !== 43 && sign !== DASH) || text.length !== at + 6 || text.charCodeAt(at + 3) !== COLON)
    return NaN
  const [hours, minutes] = [two(text, at + 1), two(text, at + 4)]
  if (hours > 23 || minutes > 59) return NaN
  return (hours * 60 + minutes) * (sign === DASH ? -MINUTE : MINUTE)
}

/**
 * An RFC 3339 time of the usual shape, `YYYY-MM-DDTHH:MM:SS[.mmm](Z|±HH:MM)`, in ms since epoch; NaN for anything else,
 * also for times that are sound but written otherwise.
 */
export function usualInstant(text: string): number {
  if (text.length < 20 || text.length > 29) return NaN
  if (text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH || text.charCodeAt(10) !== T) return NaN
  if (text.charCodeAt(13) !== COLON || text.charCodeAt(16) !== COLON) return NaN
  const year = two(text, 0) * 100 + two(text, 2)
  const [month, day] = [two(text, 5), two(text, 8)]
  const [hour, minute, second] = [two(text, 11), two(text, 14), two(text, 17)]
  if (year > 9999 || hour > 23 || minute > 59 || second > 59) return NaN
  if (day < 1 || day > daysIn(year, month)) return NaN
  let milliseconds = 0
  let at = 19
  if (text.charCodeAt(at) === DOT) {
    const last = text.charCodeAt(22) - ZERO
    milliseconds = two(text, 20) * 10 + last
    if (last < 0 || last > 9 || milliseconds > 999) return NaN
    at = 23
  }
  const days = daysFromCivil(year, month, day)
  return (
    days * 86_400_000 + hour * 3_600_000 + minute * MINUTE + second * 1000 + milliseconds - offsetAt(text, at)
  )
}

/** Any time the contract takes, in ms since epoch. */
export function instantOf(text: string): number {
  const usual = usualInstant(text)
  return Number.isNaN(usual) ? Date.parse(text) : usual
}
