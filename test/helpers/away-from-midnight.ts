// Tests that run under the machine's clock count in local days: none of their files may begin in one day and end in
// another, nor in the first moments of a day, when what was said a second ago was said yesterday.
import { setTimeout as sleep } from 'node:timers/promises'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
/** The zone that servers of tests count in by default: eight hours ahead, without changes. */
const AHEAD = 8 * 60 * MINUTE
/** No file takes longer. */
const BEFORE = 6 * MINUTE
const AFTER = 10_000

const intoDay = (Date.now() + AHEAD) % DAY
const wait = intoDay > DAY - BEFORE ? DAY - intoDay + AFTER : Math.max(0, AFTER - intoDay)
if (wait > 0) await sleep(wait)
