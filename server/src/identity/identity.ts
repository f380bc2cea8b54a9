import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import type { Random } from '../lib/random.ts'
import type { Postgres } from '../ports/postgres.ts'
import type { Changes } from '../register/changes.ts'
import type { Directory } from '../register/directory.ts'
import type { Accounts } from './accounts.ts'
import { createAccounts } from './accounts.ts'
import type { Audit } from './audit.ts'
import type { Auth } from './auth.ts'
import { createAuth } from './auth.ts'
import { authSecret } from './auth-secret.ts'
import type { FirstRunKeeper } from './first-run.ts'
import { createFirstRun } from './first-run.ts'
import type { Links } from './links.ts'
import { createLinks } from './links.ts'
import type { OidcConfig, SingleSignOn } from './oidc.ts'
import { createSingleSignOn } from './oidc.ts'
import { createOidcAccounts } from './oidc-accounts.ts'
import type { OwnAccount } from './own-account.ts'
import { createOwnAccount } from './own-account.ts'
import type { Keys } from './keys.ts'
import { createKeys } from './keys.ts'
import type { Sessions } from './sessions.ts'
import { createSessions } from './sessions.ts'
import { createSignInThrottle } from './sign-in-throttle.ts'
import type { Tokens } from './tokens.ts'
import { createTokens } from './tokens.ts'

const FLUSH_MS = 30_000

export interface IdentityDeps {
  readonly postgres: Postgres
  readonly clock: Clock
  readonly random: Random
  readonly config: {
    readonly publicUrl: string
    readonly rateLimits: { readonly signInPerMinute: number }
    readonly oidc?: OidcConfig
  }
  readonly directory: Pick<Directory, 'root' | 'unit'>
  readonly audit: Audit
  readonly changes: Changes
  readonly logger: Logger
}

/** Accounts, keys, tokens and sessions of one process. */
export interface Identity
  extends
    Pick<Keys, 'authenticateKey'>,
    Pick<Tokens, 'actorFromDisplayToken'>,
    Pick<Sessions, 'actorFromHeaders'> {
  readonly auth: Auth
  readonly audit: Audit
  readonly changes: Changes
  readonly accounts: Accounts
  readonly keys: Keys
  readonly tokens: Tokens
  readonly sessions: Sessions
  readonly links: Links
  readonly own: OwnAccount
  readonly firstRun: FirstRunKeeper
  /** Undefined: no identity provider is configured. */
  readonly singleSignOn: SingleSignOn | undefined
  /** Writes what is still in memory (times of last use) and ends the timer. */
  stop(): Promise<void>
}

/** Needs a migrated database. Keys, tokens and roles are loaded when it resolves. */
export async function createIdentity(deps: IdentityDeps): Promise<Identity> {
  const { postgres, clock, random, config, audit, changes, logger } = deps
  const secret = await authSecret(postgres, random)
  const auth = createAuth({
    pool: postgres.pool,
    publicUrl: config.publicUrl,
    secret,
    newId: () => random(15).toString('hex'),
  })
  const accounts = createAccounts({ postgres, clock, random, audit, changes })
  const keys = createKeys({ postgres, clock, random, audit, changes, logger })
  const tokens = createTokens({ postgres, clock, random, audit, changes, directory: deps.directory })
  const throttle = createSignInThrottle({ postgres, clock, perMinute: config.rateLimits.signInPerMinute })
  const sessions = createSessions({ auth, accounts, audit, throttle })
  const common = { postgres, clock, random, audit, changes, accounts, publicUrl: config.publicUrl }
  const singleSignOn =
    config.oidc === undefined
      ? undefined
      : openSingleSignOn(deps, config.oidc, { accounts, sessions, secret })
  await Promise.all([accounts.reload(), keys.reload(), tokens.reload()])

  const flush = async () => {
    await keys.flush()
    await tokens.flush()
  }
  const timer = setInterval(() => {
    flush().catch((error: unknown) => logger.warn({ error }, 'times of last use could not be written'))
  }, FLUSH_MS)
  timer.unref()

  return {
    auth,
    audit,
    changes,
    accounts,
    keys,
    tokens,
    sessions,
    links: createLinks(common),
    firstRun: createFirstRun({ ...common, directory: deps.directory }),
    singleSignOn,
    own: createOwnAccount({ auth, accounts, audit }),
    authenticateKey: keys.authenticateKey,
    actorFromDisplayToken: tokens.actorFromDisplayToken,
    actorFromHeaders: sessions.actorFromHeaders,
    async stop() {
      clearInterval(timer)
      await flush()
    },
  }
}

function openSingleSignOn(
  deps: IdentityDeps,
  config: OidcConfig,
  own: { readonly accounts: Accounts; readonly sessions: Sessions; readonly secret: string },
): SingleSignOn {
  const hasUnit = (id: string) => deps.directory.unit(id) !== undefined
  return createSingleSignOn({
    ...deps,
    ...own,
    config,
    publicUrl: deps.config.publicUrl,
    accounts: createOidcAccounts({ ...deps, ...own, mapping: config.roles, hasUnit }),
  })
}
