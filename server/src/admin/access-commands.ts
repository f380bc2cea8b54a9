import { z } from 'zod'
import { PrivacyClass } from '@guanlan/contract/key'
import type { Keys } from '../identity/keys.ts'
import type { Tokens } from '../identity/tokens.ts'
import type { Clock } from '../lib/clock.ts'
import { adminCommand } from './command.ts'
import type { AdminCommands } from './command.ts'

/** Who acts when the command line does. */
export const CLI_ACTOR = 'cli'
const DAY_MS = 86_400_000

const Days = z.number().positive().max(3650)
const KeyArgs = z.strictObject({
  source: z.string().regex(/^[A-Za-z0-9._:-]{1,64}$/),
  unit: z.string().min(1),
  ingest: z.boolean().default(true),
  read: z.boolean().default(true),
  ratePerSecond: z.int().positive().max(1_000_000).optional(),
  days: Days.optional(),
})
const TokenArgs = z.strictObject({
  name: z.string().min(1).max(120),
  scope: z.string().min(1),
  privacyClass: PrivacyClass.default('words'),
  days: Days.optional(),
})
const ById = z.strictObject({ id: z.string().min(1) })

/** Ingest keys and display tokens. Their secrets are in the answer of create and rotate, and nowhere after. */
export function accessCommands(deps: { keys: Keys; tokens: Tokens; clock: Clock }): AdminCommands {
  const { keys, tokens, clock } = deps
  const until = (days: number | undefined) =>
    days === undefined ? {} : { expiresAt: clock.now() + days * DAY_MS }
  return {
    'key.create': adminCommand(KeyArgs, ({ source, unit, ingest, read, ratePerSecond, days }) =>
      keys.create(CLI_ACTOR, {
        source,
        unitId: unit,
        mayIngest: ingest,
        mayRead: read,
        ...(ratePerSecond === undefined ? {} : { ratePerSecond }),
        ...until(days),
      }),
    ),
    'key.rotate': adminCommand(
      z.strictObject({ id: z.string().min(1), overlapMinutes: z.number().min(0).max(10_080).default(60) }),
      (args) => keys.rotate(CLI_ACTOR, args.id, args.overlapMinutes * 60_000),
    ),
    'key.revoke': adminCommand(ById, ({ id }) => keys.revoke(CLI_ACTOR, id)),
    'key.list': adminCommand(z.strictObject({}), () => keys.list()),
    'token.create': adminCommand(TokenArgs, ({ name, scope, privacyClass, days }) =>
      tokens.create(CLI_ACTOR, { name, scope, privacyClass, ...until(days) }),
    ),
    'token.revoke': adminCommand(ById, ({ id }) => tokens.revoke(CLI_ACTOR, id)),
    'token.list': adminCommand(z.strictObject({}), () => tokens.list()),
  }
}
