import { isIP } from 'node:net'
import { fileURLToPath } from 'node:url'
import path from 'node:path'
import { z } from 'zod'
import { Role } from '@guanlan/contract/account'
import { UnitId } from '@guanlan/contract/event'

/** Everything the product can be told from outside, parsed once; nothing else reads process.env. */
export interface Config {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  /** Absolute path of the embedded engines, the spool and the day files of known ids. */
  readonly dataDir: string
  /** Absent: the embedded engine (chDB) in `dataDir`. */
  readonly clickhouseUrl?: string
  /** Absent: the embedded Postgres in `dataDir`. */
  readonly databaseUrl?: string
  readonly redisUrl?: string
  /** IANA name; recorded at first start, never changed under a data directory. */
  readonly timezone: string
  /** Origin under which browsers reach the product, without a slash at the end. */
  readonly publicUrl: string
  /** Seeds (taxonomy.yaml and defaults). */
  readonly seedsDir: string
  /** Built web pages. */
  readonly webDir: string
  /** Days each kind of table is kept. */
  readonly retention: {
    readonly rawDays: number
    readonly minuteDays: number
    readonly hourDays: number
    readonly wordCellDays: number
    /** Cells kept with issued reports. */
    readonly reportCellDays: number
    /** After an alert has ended, with everything that belongs to it; also of deliveries, pages and hand-over notes. */
    readonly alertDays: number
  }
  /** An operator may raise these, never lower them (the schema refuses it). */
  readonly floors: {
    /** Different active people before a group or unit may be shown. */
    readonly people: number
    /** Different people before a word may be shown. */
    readonly words: number
    /** Events of a category before a group may show it. */
    readonly categoryEvents: number
    /** Messages and people that must arrive before the next word cells are released. */
    readonly cellMessages: number
    readonly cellPeople: number
  }
  /** Bytes waiting in the spool before ingest answers 503. */
  readonly spoolMaxBytes: number
  /** Free bytes that must remain on the spool's disk. */
  readonly spoolMinFreeBytes: number
  readonly rateLimits: {
    /** Sign-in attempts per minute and address. */
    readonly signInPerMinute: number
    /** API requests per minute and account. */
    readonly apiPerMinute: number
  }
  readonly liveMaxSockets: number
  /** Addresses and CIDR blocks of proxies whose X-Forwarded-For says who called. */
  readonly trustedProxies: readonly string[]
  /** Absent: local accounts only. */
  readonly oidc?: {
    readonly issuer: string
    readonly clientId: string
    readonly clientSecret: string
    readonly label: string
    readonly roleClaim: string
    readonly roles: readonly { readonly value: string; readonly role: Role; readonly unitId: string }[]
  }
  /** Who is told the head of the audit each day. Absent: nobody. */
  readonly auditReceiver?: { readonly url: string; readonly secret: string }
  readonly notify: {
    /** Absent: no e-mail. */
    readonly smtpUrl?: string
    readonly from: string
    /** CIDR blocks of private addresses that robots and webhooks may have. */
    readonly allowPrivate: readonly string[]
  }
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent'
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return /^[A-Z]/.test(name)
  } catch {
    return false
  }
}

const isUrl = (schemes: readonly string[]) => (text: string) =>
  URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1))

/** Without TLS anybody between could pretend to be the provider, so only this machine may be asked so. */
const isSafeIssuer = (text: string) =>
  isUrl(['https'])(text) ||
  (isUrl(['http'])(text) && ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(text).hostname))

/** Entries `value=role@unit`; the value may hold `=` itself, as names of a directory do. */
function parseRoles(given: string, context: z.RefinementCtx) {
  return given
    .split(';')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [, value = '', role = '', unitId = ''] = /^(.+)=([a-z-]+)@([^@=]+)$/.exec(entry) ?? []
      const known = Role.safeParse(role)
      if (value === '' || !known.success || !UnitId.safeParse(unitId).success)
        context.addIssue({ code: 'custom', message: 'takes value=role@unit' })
      return { value, role: known.data ?? 'display', unitId }
    })
}

const int = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback)
const optionalUrl = (...schemes: string[]) => z.string().refine(isUrl(schemes)).optional()

const listOf = (text: string) =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')

/** An address, or a block of them that is not everybody. */
function isNetwork(text: string): boolean {
  const [, address = '', prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const family = isIP(address)
  const bits = family === 4 ? 32 : 128
  return family !== 0 && (prefix === undefined || (Number(prefix) >= 1 && Number(prefix) <= bits))
}

/** Each variable with what it takes in words: the second half of the one line a wrong value is answered with. */
const VARIABLES = {
  HOST: [
    z
      .string()
      .regex(/^[A-Za-z0-9.:_-]+$/)
      .default('127.0.0.1'),
    'an address or host name to listen on',
  ],
  PORT: [int(8080, 0, 65_535), 'a port number from 0 to 65535'],
  GUANLAN_DATA_DIR: [z.string().min(1).default('guanlan-data'), 'a folder path'],
  CLICKHOUSE_URL: [
    optionalUrl('http', 'https'),
    'an http or https URL such as http://user:password@host:8123/database',
  ],
  DATABASE_URL: [
    optionalUrl('postgres', 'postgresql'),
    'a URL such as postgres://user:password@host:5432/database',
  ],
  REDIS_URL: [optionalUrl('redis', 'rediss'), 'a URL such as redis://host:6379'],
  GUANLAN_TIMEZONE: [
    z.string().refine(isTimezone).default('Asia/Shanghai'),
    'an IANA time zone such as Asia/Shanghai',
  ],
  GUANLAN_PUBLIC_URL: [
    optionalUrl('http', 'https'),
    'the http or https URL under which browsers open the product',
  ],
  GUANLAN_SEEDS_DIR: [z.string().min(1).default(path.join(ROOT, 'seeds')), 'a folder path'],
  GUANLAN_WEB_DIR: [z.string().min(1).default(path.join(ROOT, 'web/dist')), 'a folder path'],
  GUANLAN_RETENTION_RAW_DAYS: [int(180, 7, 3650), 'whole days from 7 to 3650'],
  GUANLAN_RETENTION_MINUTE_DAYS: [int(30, 8, 3650), 'whole days from 8 to 3650'],
  GUANLAN_RETENTION_HOUR_DAYS: [int(1095, 31, 36_500), 'whole days from 31 to 36500'],
  GUANLAN_RETENTION_WORD_CELL_DAYS: [int(30, 1, 30), 'whole days from 1 to 30'],
  GUANLAN_RETENTION_REPORT_CELL_DAYS: [int(1825, 30, 36_500), 'whole days from 30 to 36500'],
  GUANLAN_RETENTION_ALERT_DAYS: [int(365, 90, 3650), 'whole days from 90 to 3650'],
  GUANLAN_FLOOR_PEOPLE: [
    int(10, 10, 10_000),
    'a whole number from 10 up: the floor can be raised, never lowered',
  ],
  GUANLAN_FLOOR_WORDS: [
    int(5, 5, 10_000),
    'a whole number from 5 up: the floor can be raised, never lowered',
  ],
  GUANLAN_FLOOR_CATEGORY_EVENTS: [
    int(3, 3, 10_000),
    'a whole number from 3 up: the floor can be raised, never lowered',
  ],
  GUANLAN_FLOOR_CELL_MESSAGES: [
    int(30, 30, 100_000),
    'a whole number from 30 up: the floor can be raised, never lowered',
  ],
  GUANLAN_FLOOR_CELL_PEOPLE: [
    int(10, 10, 10_000),
    'a whole number from 10 up: the floor can be raised, never lowered',
  ],
  GUANLAN_SPOOL_MAX_MB: [int(2048, 16, 1_000_000), 'whole megabytes from 16 to 1000000'],
  GUANLAN_SPOOL_MIN_FREE_MB: [int(256, 0, 1_000_000), 'whole megabytes from 0 to 1000000'],
  GUANLAN_SIGN_IN_PER_MINUTE: [int(10, 1, 10_000), 'a whole number from 1 to 10000'],
  GUANLAN_API_PER_MINUTE: [int(600, 10, 1_000_000), 'a whole number from 10 to 1000000'],
  GUANLAN_LIVE_MAX_SOCKETS: [int(5000, 1, 100_000), 'a whole number from 1 to 100000'],
  GUANLAN_TRUSTED_PROXIES: [
    z
      .string()
      .default('')
      .transform(listOf)
      .refine((each) => each.every(isNetwork)),
    'addresses or CIDR blocks of reverse proxies, with commas between',
  ],
  GUANLAN_OIDC_ISSUER: [
    z.string().refine(isSafeIssuer).optional(),
    'the https URL of an OpenID Connect provider (http on this machine only)',
  ],
  GUANLAN_OIDC_CLIENT_ID: [z.string().min(1).optional(), 'the client id that the provider gave'],
  GUANLAN_OIDC_CLIENT_SECRET: [z.string().min(8).optional(), 'the client secret that the provider gave'],
  GUANLAN_OIDC_LABEL: [
    z.string().min(1).max(40).default('单点登录'),
    'the text of the button, up to 40 characters',
  ],
  GUANLAN_OIDC_ROLE_CLAIM: [
    z.string().min(1).default('groups'),
    'the name of the claim that roles are read from',
  ],
  GUANLAN_OIDC_ROLES: [
    z.string().default('').transform(parseRoles),
    'entries such as duty-officers=duty@city with ; between: value of the claim, role, unit',
  ],
  GUANLAN_AUDIT_RECEIVER: [
    optionalUrl('http', 'https'),
    'the URL that is told the head of the audit each day',
  ],
  GUANLAN_AUDIT_RECEIVER_SECRET: [
    z
      .string()
      .regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/)
      .optional(),
    'the secret that signs it: whsec_ and at least 24 random bytes in base64',
  ],
  GUANLAN_SMTP_URL: [optionalUrl('smtp', 'smtps'), 'a URL such as smtps://user:password@mail.example:465'],
  GUANLAN_MAIL_FROM: [
    z
      .string()
      .regex(/^[^\s@]+@[^\s@]+$/)
      .default('guanlan@localhost'),
    'the address that mail comes from',
  ],
  GUANLAN_NOTIFY_PRIVATE: [
    z
      .string()
      .regex(/^[0-9a-fA-F.:/, ]*$/)
      .default(''),
    'CIDR blocks of private addresses that robots and webhooks may have, with commas between',
  ],
  GUANLAN_LOG_LEVEL: [
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
    'one of fatal, error, warn, info, debug, silent',
  ],
} as const satisfies Record<string, readonly [z.ZodType, string]>

type Values = { [K in keyof typeof VARIABLES]: z.output<(typeof VARIABLES)[K][0]> }

function parse(env: Readonly<Record<string, string | undefined>>): Values {
  const values: Record<string, unknown> = {}
  for (const [name, [schema, takes]] of Object.entries(VARIABLES)) {
    const given = env[name]
    // An empty variable means unset, as docker-compose writes it.
    const result = schema.safeParse(given === '' ? undefined : given)
    if (!result.success) throw new Error(`${name} takes ${takes}`)
    values[name] = result.data
  }
  return values as Values
}

function oidcOf(v: Values): Config['oidc'] {
  const { GUANLAN_OIDC_ISSUER: issuer, GUANLAN_OIDC_CLIENT_ID: clientId } = v
  const clientSecret = v.GUANLAN_OIDC_CLIENT_SECRET
  if (issuer === undefined) return undefined
  if (clientId === undefined || clientSecret === undefined)
    throw new Error(
      'GUANLAN_OIDC_ISSUER needs GUANLAN_OIDC_CLIENT_ID and GUANLAN_OIDC_CLIENT_SECRET beside it',
    )
  const { GUANLAN_OIDC_LABEL: label, GUANLAN_OIDC_ROLE_CLAIM: roleClaim, GUANLAN_OIDC_ROLES: roles } = v
  return { issuer, clientId, clientSecret, label, roleClaim, roles }
}

function auditReceiverOf(v: Values): Config['auditReceiver'] {
  const { GUANLAN_AUDIT_RECEIVER: url, GUANLAN_AUDIT_RECEIVER_SECRET: secret } = v
  if (url === undefined) return undefined
  if (secret === undefined)
    throw new Error('GUANLAN_AUDIT_RECEIVER needs GUANLAN_AUDIT_RECEIVER_SECRET beside it')
  return { url, secret }
}

const MB = 1024 * 1024
const optional = <K extends string, V>(key: K, value: V | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { [P in K]?: V }

/**
 * Reads the configuration from the environment.
 * @throws Error with one line that names the variable and what it takes; the value is not repeated (it may be a secret).
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const v = parse(env)
  const unknown = Object.keys(env).find(
    (name) => name.startsWith('GUANLAN_') && !(name in VARIABLES) && !TOOLS.has(name),
  )
  if (unknown)
    throw new Error(`${unknown} is not a variable of this product: see docs/operations.md for the names`)
  if (v.REDIS_URL)
    throw new Error('REDIS_URL is for several nodes, which this version does not run yet: leave it unset')
  const shownHost = v.HOST === '0.0.0.0' || v.HOST === '::' ? 'localhost' : v.HOST
  return deepFreeze({
    host: v.HOST,
    port: v.PORT,
    dataDir: path.resolve(v.GUANLAN_DATA_DIR),
    ...optional('clickhouseUrl', v.CLICKHOUSE_URL),
    ...optional('databaseUrl', v.DATABASE_URL),
    ...optional('redisUrl', v.REDIS_URL),
    timezone: v.GUANLAN_TIMEZONE,
    publicUrl: (
      v.GUANLAN_PUBLIC_URL ?? `http://${shownHost.includes(':') ? `[${shownHost}]` : shownHost}:${v.PORT}`
    ).replace(/\/+$/, ''),
    seedsDir: path.resolve(v.GUANLAN_SEEDS_DIR),
    webDir: path.resolve(v.GUANLAN_WEB_DIR),
    retention: {
      rawDays: v.GUANLAN_RETENTION_RAW_DAYS,
      minuteDays: v.GUANLAN_RETENTION_MINUTE_DAYS,
      hourDays: v.GUANLAN_RETENTION_HOUR_DAYS,
      wordCellDays: v.GUANLAN_RETENTION_WORD_CELL_DAYS,
      reportCellDays: v.GUANLAN_RETENTION_REPORT_CELL_DAYS,
      alertDays: v.GUANLAN_RETENTION_ALERT_DAYS,
    },
    floors: {
      people: v.GUANLAN_FLOOR_PEOPLE,
      words: v.GUANLAN_FLOOR_WORDS,
      categoryEvents: v.GUANLAN_FLOOR_CATEGORY_EVENTS,
      cellMessages: v.GUANLAN_FLOOR_CELL_MESSAGES,
      cellPeople: v.GUANLAN_FLOOR_CELL_PEOPLE,
    },
    spoolMaxBytes: v.GUANLAN_SPOOL_MAX_MB * MB,
    spoolMinFreeBytes: v.GUANLAN_SPOOL_MIN_FREE_MB * MB,
    rateLimits: { signInPerMinute: v.GUANLAN_SIGN_IN_PER_MINUTE, apiPerMinute: v.GUANLAN_API_PER_MINUTE },
    liveMaxSockets: v.GUANLAN_LIVE_MAX_SOCKETS,
    trustedProxies: v.GUANLAN_TRUSTED_PROXIES,
    ...optional('oidc', oidcOf(v)),
    ...optional('auditReceiver', auditReceiverOf(v)),
    notify: {
      ...optional('smtpUrl', v.GUANLAN_SMTP_URL),
      from: v.GUANLAN_MAIL_FROM,
      allowPrivate: listOf(v.GUANLAN_NOTIFY_PRIVATE),
    },
    logLevel: v.GUANLAN_LOG_LEVEL,
  })
}

/** Read by development tools and tests, not by the product. */
const TOOLS = new Set(['GUANLAN_DATA'])

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) deepFreeze(inner)
  return Object.freeze(value)
}

/** Names and what they take, for docs and `guanlan doctor`. */
export const CONFIG_VARIABLES: readonly { name: string; takes: string }[] = Object.entries(VARIABLES).map(
  ([name, [, takes]]) => ({
    name,
    takes,
  }),
)
