import type { DemoGroup } from './organisation.ts'

/**
 * Relative activity by local hour: service groups live in the evening, staff groups in working hours. The city has hospitals,
 * depots and markets that work at night: whenever a demo is started, somebody is awake.
 */
const RESIDENTS = [
  2.4, 2, 1.8, 1.8, 2, 2.6, 3.6, 5, 6, 5.5, 5, 5.2, 6, 5, 4.2, 4.4, 5, 6.4, 7.6, 8.6, 9, 7.4, 4.8, 3.2,
]
const STAFF = [
  1, 0.9, 0.8, 0.8, 0.9, 1.2, 2, 4, 9, 10, 9.4, 8, 3.6, 3, 8, 9, 8.6, 7.4, 3.4, 2.2, 1.8, 1.6, 1.4, 1.2,
]
const share = (hours: readonly number[]) =>
  hours.map((value) => value / hours.reduce((sum, each) => sum + each, 0) / 60)
const RESIDENT_SHARE = share(RESIDENTS)
const STAFF_SHARE = share(STAFF)

/** Share of a group's day that falls into one minute of the given local hour, with the week's rhythm (0 = Sunday). */
export function minuteShare(kind: DemoGroup['kind'], hour: number, weekday: number): number {
  const weekend = weekday === 0 || weekday === 6
  if (kind === 'staff' || kind === 'temporary') return STAFF_SHARE[hour]! * (weekend ? 0.25 : 1.12)
  return RESIDENT_SHARE[hour]! * (weekend ? 1.15 : 0.97)
}

/** Share of a story's messages that are told at a local hour: fewer people talk of anything at night. */
export function wakefulness(hour: number): number {
  return Math.min(1, RESIDENT_SHARE[hour]! * 24 * 60)
}
