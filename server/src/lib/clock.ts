/** The server's clock in ms since epoch; passed in everywhere so that tests set the time. */
export interface Clock {
  now(): number
}
export const systemClock: Clock = { now: () => Date.now() }
