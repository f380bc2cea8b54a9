import { pino } from 'pino'

/** Structured log on stderr. Only pointers, codes, counts and ids of this installation go in: never a body, text, sender or upstream id. */
export interface Logger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** @param level pino level, or `silent`. */
export function createLogger(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      serializers: { error: describeError },
      redact: ['authorization', 'cookie', '*.authorization', '*.cookie'],
    },
    pino.destination({ dest: 2, sync: true }),
  )
}

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} }

/**
 * Error as it may be logged: name, code and the first line of the message. Engines repeat rejected values in later lines
 * (and in quotes after "while parsing"), so those never get out.
 */
export function describeError(error: unknown): { name: string; code?: string; message: string } {
  if (!(error instanceof Error)) return { name: 'Error', message: 'a thrown value that is not an Error' }
  const code = 'code' in error && typeof error.code !== 'object' ? { code: String(error.code) } : {}
  const first = error.message.split('\n', 1)[0] ?? ''
  const cut = first.search(/while parsing|\(at row|could not parse|Cannot parse|DETAIL:|invalid input/i)
  return { name: error.name, ...code, message: (cut < 0 ? first : first.slice(0, cut)).slice(0, 300) }
}
