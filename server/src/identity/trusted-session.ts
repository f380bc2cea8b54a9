import { APIError, createAuthEndpoint } from 'better-auth/api'
import { setSessionCookie } from 'better-auth/cookies'
import type { BetterAuthPlugin } from 'better-auth'
import { z } from 'zod'

/**
 * Begins a session for an account that somebody trusted has vouched for (single sign-on). It has no address: only this
 * process can call it.
 */
export const trustedSession = () =>
  ({
    id: 'trusted-session',
    endpoints: {
      beginTrustedSession: createAuthEndpoint.serverOnly(
        { method: 'POST', body: z.object({ userId: z.string() }) },
        async (ctx) => {
          const user = await ctx.context.internalAdapter.findUserById(ctx.body.userId)
          const session = user && (await ctx.context.internalAdapter.createSession(user.id))
          if (!user || !session) throw new APIError('UNAUTHORIZED')
          await setSessionCookie(ctx, { session, user })
          return { userId: user.id }
        },
      ),
    },
  }) satisfies BetterAuthPlugin
