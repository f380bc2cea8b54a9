import { betterAuth } from 'better-auth'
import { twoFactor } from 'better-auth/plugins/two-factor'
import type { Pool } from 'pg'
import { trustedSession } from './trusted-session.ts'
import { hashPassword, PASSWORD_MAX, PASSWORD_MIN, verifyPassword } from './password.ts'

const HOUR = 3600

/** A session ends 12 hours after sign-in, used or not: one shift. */
export const SESSION_SECONDS = 12 * HOUR
const SESSION = {
  modelName: 'auth_session',
  expiresIn: SESSION_SECONDS,
  disableSessionRefresh: true,
  cookieCache: { enabled: false },
}

export interface AuthSettings {
  readonly pool: Pool
  readonly publicUrl: string
  readonly secret: string
  readonly newId: () => string
}

async function isOpen(pool: Pool, userId: string): Promise<boolean> {
  const { rowCount } = await pool.query('SELECT 1 FROM auth_user WHERE id = $1 AND "disabledAt" IS NULL', [
    userId,
  ])
  return rowCount === 1
}

/**
 * The account library, told what this product needs: no open sign-up, argon2id, sessions in Postgres, cookies that other
 * sites cannot send. Its HTTP handler is not mounted; routes call its functions, so that every address is in the contract.
 */
export function createAuth({ pool, publicUrl, secret, newId }: AuthSettings) {
  return betterAuth({
    appName: 'Guanlan',
    baseURL: publicUrl,
    basePath: '/api/v1/auth',
    secret,
    database: pool,
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_MIN,
      maxPasswordLength: PASSWORD_MAX,
      revokeSessionsOnPasswordReset: true,
      password: { hash: hashPassword, verify: verifyPassword },
    },
    user: {
      modelName: 'auth_user',
      additionalFields: {
        locale: { type: 'string', required: true, defaultValue: 'zh-CN', input: false },
        disabledAt: { type: 'date', required: false, input: false },
      },
    },
    session: SESSION,
    account: { modelName: 'auth_account' },
    verification: { modelName: 'auth_verification' },
    plugins: [twoFactor({ issuer: 'Guanlan 观澜', twoFactorTable: 'auth_two_factor' }), trustedSession()],
    // Every way in ends here: a disabled account gets no session, whichever it took.
    databaseHooks: {
      session: {
        create: { before: async ({ userId }) => ((await isOpen(pool, userId)) ? undefined : false) },
      },
    },
    // Sign-in has its own limiter with the product's clock (sign-in-throttle.ts); this one only guards the HTTP handler.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
    advanced: {
      cookiePrefix: 'guanlan',
      useSecureCookies: publicUrl.startsWith('https:'),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'strict', path: '/' },
      ipAddress: { disableIpTracking: true },
      database: { generateId: newId },
    },
  })
}

export type Auth = ReturnType<typeof createAuth>
