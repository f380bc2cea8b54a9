import { appError } from '@guanlan/contract/errors'
import type { Writer } from './writer.ts'

const LOOK_MS = 1_000
const FAILING_MS = 30_000

/**
 * Waits until everything accepted is in the store.
 * @throws AppError unavailable when the store has taken nothing for half a minute; what was accepted stays in the spool
 */
export async function landed(writer: Pick<Writer, 'drained' | 'stats' | 'backlog'>): Promise<void> {
  let failingFor = 0
  let timer: NodeJS.Timeout | undefined
  const stuck = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      const { failing } = writer.stats()
      failingFor = failing === null ? 0 : failingFor + LOOK_MS
      if (failingFor < FAILING_MS) return
      const why = `${failing ?? 'nothing lands'}: ${writer.backlog()} events are safe in the spool and land when it works again; look at the log and run guanlan doctor`
      reject(appError('unavailable', why))
    }, LOOK_MS)
  })
  await Promise.race([writer.drained(), stuck]).finally(() => clearInterval(timer))
}
