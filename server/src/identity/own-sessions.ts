import type { IncomingHttpHeaders } from 'node:http'
import type { OwnSecurity } from '@guanlan/contract/endpoints/own-sessions'
import { appError } from '@guanlan/contract/errors'
import type { Clock } from '../lib/clock.ts'
import type { Postgres } from '../ports/postgres.ts'
import type { Audit } from './audit.ts'

/** Where the own account is signed in, and the end of it. Devices and addresses are not kept, so there is nothing to tell about them. */
export interface OwnSessions {
  security(userId: string, headers: IncomingHttpHeaders): Promise<OwnSecurity>
  /** @throws appError not_found: another account's, an ended one, or the one that asks */
  end(userId: string, headers: IncomingHttpHeaders, id: string): Promise<void>
  endOthers(userId: string, headers: IncomingHttpHeaders): Promise<void>
}

interface SessionRow {
  id: string
  token: string
  createdAt: Date | string
  expiresAt: Date | string
}

/** The part of the session cookie before its signature. The caller was authenticated by it already. */
export function sessionTokenOf(cookie: string | undefined): string | undefined {
  const value = /(?:^|;\s*)(?:__Secure-)?guanlan\.session_token=([^;]+)/.exec(cookie ?? '')?.[1]
  if (value === undefined) return undefined
  const dot = value.lastIndexOf('.')
  return dot <= 0 ? undefined : value.slice(0, dot)
}

export function createOwnSessions(deps: {
  postgres: Postgres
  clock: Clock
  audit: Pick<Audit, 'append'>
}): OwnSessions {
  const { postgres, clock, audit } = deps
  const live = (userId: string) =>
    postgres.query<SessionRow>(
      `SELECT id, token, "createdAt", "expiresAt" FROM auth_session
       WHERE "userId" = $1 AND "expiresAt" > $2 ORDER BY "createdAt" DESC`,
      [userId, new Date(clock.now()).toISOString()],
    )
  const iso = (at: Date | string) => new Date(at).toISOString()
  async function remove(userId: string, ids: readonly string[]): Promise<void> {
    await postgres.transaction(async (sql) => {
      await sql.query('DELETE FROM auth_session WHERE "userId" = $1 AND id = ANY ($2)', [userId, [...ids]])
      await audit.append(userId, 'session.end', userId, { sessions: ids.length }, sql)
    })
  }
  return {
    async security(userId, headers) {
      const token = sessionTokenOf(headers.cookie)
      const [sessions, [account]] = await Promise.all([
        live(userId),
        postgres.query<{ second: boolean | null; password: boolean }>(
          `SELECT (SELECT bool_or(coalesce(verified, true)) FROM auth_two_factor WHERE "userId" = $1) AS second,
             EXISTS (SELECT 1 FROM auth_account WHERE "userId" = $1 AND password IS NOT NULL) AS password`,
          [userId],
        ),
      ])
      return {
        secondFactor: account?.second === true,
        hasPassword: account?.password === true,
        sessions: sessions.map((row) => ({
          id: row.id,
          signedInAt: iso(row.createdAt),
          endsAt: iso(row.expiresAt),
          current: row.token === token,
        })),
      }
    },
    async end(userId, headers, id) {
      const token = sessionTokenOf(headers.cookie)
      const found = (await live(userId)).find((row) => row.id === id && row.token !== token)
      if (found === undefined) throw appError('not_found', 'no other session has this id')
      await remove(userId, [id])
    },
    async endOthers(userId, headers) {
      const token = sessionTokenOf(headers.cookie)
      // Without knowing this one, all would end: the cookie was taken a moment ago, so this is a fault.
      if (token === undefined) throw appError('unauthenticated')
      const others = (await live(userId)).filter((row) => row.token !== token)
      if (others.length > 0)
        await remove(
          userId,
          others.map(({ id }) => id),
        )
    },
  }
}
