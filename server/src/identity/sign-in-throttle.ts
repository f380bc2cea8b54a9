import { createHash } from 'node:crypto'
import { appError } from '@guanlan/contract/errors'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { Clock } from '../lib/clock.ts'
import type { Postgres } from '../ports/postgres.ts'

/** NIST SP 800-63B-4 3.2.2 allows at most 100 wrong tries in a row; ten and a quarter of an hour keeps guessing hopeless. */
export const LOCK_AFTER_FAILURES = 10
export const LOCK_MS = 15 * 60_000

/** Slows guessing: by address of the caller, and by account named, whether it exists or not. */
export interface SignInThrottle {
  /** @throws appError too_many_requests */
  admit(email: string, address: string): Promise<void>
  /** Resolves to true when this failure locked the account. */
  failed(email: string): Promise<boolean>
  succeeded(email: string): Promise<void>
}

function subjectOf(email: string): string {
  return createHash('sha256').update(email.trim().toLowerCase()).digest('hex')
}

export function createSignInThrottle(deps: {
  postgres: Postgres
  clock: Clock
  perMinute: number
}): SignInThrottle {
  const { postgres, clock } = deps
  const byAddress = new RateLimiterMemory({ points: deps.perMinute, duration: 60 })

  async function consume(address: string): Promise<void> {
    try {
      await byAddress.consume(address)
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal
      throw appError('too_many_requests', 'too many sign-ins from this address', {
        retryAfterSeconds: Math.ceil(refusal.msBeforeNext / 1000),
      })
    }
  }

  return {
    async admit(email, address) {
      await consume(address)
      const rows = await postgres.query<{ locked_until: Date | null }>(
        'SELECT locked_until FROM sign_in_failure WHERE subject = $1',
        [subjectOf(email)],
      )
      const left = (rows[0]?.locked_until?.getTime() ?? 0) - clock.now()
      if (left <= 0) return
      throw appError('too_many_requests', 'too many wrong passwords: wait, or ask for a reset link', {
        retryAfterSeconds: Math.ceil(left / 1000),
      })
    },
    async failed(email) {
      const now = clock.now()
      const rows = await postgres.query<{ locked: boolean }>(
        `INSERT INTO sign_in_failure AS known (subject, failures, last_at) VALUES ($1, 1, $2)
         ON CONFLICT (subject) DO UPDATE SET
           failures = CASE WHEN known.failures + 1 >= $4 THEN 0 ELSE known.failures + 1 END,
           locked_until = CASE WHEN known.failures + 1 >= $4 THEN $3::timestamptz ELSE known.locked_until END,
           last_at = $2
         RETURNING failures = 0 AS locked`,
        [
          subjectOf(email),
          new Date(now).toISOString(),
          new Date(now + LOCK_MS).toISOString(),
          LOCK_AFTER_FAILURES,
        ],
      )
      return rows[0]?.locked === true
    },
    async succeeded(email) {
      await postgres.query('DELETE FROM sign_in_failure WHERE subject = $1', [subjectOf(email)])
    },
  }
}
