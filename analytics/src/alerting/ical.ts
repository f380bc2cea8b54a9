/** iCalendar feed of a roster (RFC 5545): UTC times, CRLF, lines folded at 75 octets, stable UIDs. */
import type { Turn } from './roster.ts'

const stamp = (at: number): string =>
  new Date(at)
    .toISOString()
    .replace(/[-:]/g, '')
    .replace(/\.\d{3}/, '')

/** RFC 5545, 3.3.11. */
const text = (value: string): string =>
  value.replace(/\\/g, '\\\\').replace(/;/g, '\\;').replace(/,/g, '\\,').replace(/\r?\n/g, '\\n')

/** RFC 5545, 3.1: at most 75 octets a line, never inside a character. */
const fold = (line: string): string => {
  const encoder = new TextEncoder()
  const lines: string[] = []
  let current = ''
  let octets = 0
  for (const character of line) {
    const size = encoder.encode(character).length
    if (octets + size > 75) {
      lines.push(current)
      current = ' '
      octets = 1
    }
    current += character
    octets += size
  }
  return [...lines, current].join('\r\n')
}

export interface FeedOptions {
  readonly rosterId: string
  readonly rosterName: string
  /** display name of an account */
  readonly nameOf: (accountId: string) => string
  /** when the feed is written, epoch ms */
  readonly now: number
  /** title of a stretch without anybody */
  readonly gapTitle: string
}

export const icalendar = (
  turns: readonly Turn[],
  { rosterId, rosterName, nameOf, now, gapTitle }: FeedOptions,
): string => {
  const events = turns.flatMap(({ from, until, accountId }) => [
    'BEGIN:VEVENT',
    `UID:${rosterId}-${from}-${accountId ?? 'gap'}@guanlan`,
    `DTSTAMP:${stamp(now)}`,
    `DTSTART:${stamp(from)}`,
    `DTEND:${stamp(until)}`,
    `SUMMARY:${text(accountId === null ? gapTitle : `${nameOf(accountId)} · ${rosterName}`)}`,
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
  ])
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Guanlan//Duty roster//EN',
    'CALSCALE:GREGORIAN',
    `X-WR-CALNAME:${text(rosterName)}`,
    ...events,
    'END:VCALENDAR',
  ]
  return `${lines.map(fold).join('\r\n')}\r\n`
}
