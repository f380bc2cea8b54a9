import { closeSync, fstatSync, openSync, statSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

const STANDARD_INPUT = 0
const NOTHING = '/dev/null'
const TRIES = 200

function isNothing(): boolean {
  const { rdev } = fstatSync(STANDARD_INPUT)
  return rdev === statSync(NOTHING).rdev && rdev !== 0
}

/**
 * Gives this process an empty standard input. The embedded engine is the command line of ClickHouse inside: it appends
 * what comes on standard input to the rows of an INSERT, waits for the end of an open pipe, and would so take piped data
 * for rows of its own. Who wants to read standard input has taken it over before (cli/piped-input.ts).
 */
export async function emptyStandardInput(): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      if (isNothing()) return
      closeSync(STANDARD_INPUT)
    } catch {
      // Closed already: the next file that is opened takes its number.
    }
    const taken = openSync(NOTHING, 'r')
    if (taken === STANDARD_INPUT) return
    // Another thread opened a file in between and holds the number for a moment.
    closeSync(taken)
    await delay(5)
  }
  throw new Error('standard input could not be set aside')
}
