import { z } from 'zod'
import { appError } from '@guanlan/contract/errors'

/** Told while a command works; shown as a line or a progress bar. Counts and words of this product only. */
export interface CommandProgress {
  readonly done: number
  /** Absent while the end is not known. */
  readonly total?: number
  readonly note?: string
}

export interface CommandContext {
  progress(step: CommandProgress): void
  /** Aborted when the command line went away. */
  readonly signal: AbortSignal
}

/** One thing an administrator may have done, in the process that holds the data directory. Takes and gives plain JSON. */
export type AdminCommand = (args: unknown, context: CommandContext) => Promise<unknown>
export type AdminCommands = Readonly<Record<string, AdminCommand>>

/** Parses the arguments at the edge; the handler trusts them. */
export function adminCommand<S extends z.ZodType>(
  args: S,
  handler: (args: z.output<S>, context: CommandContext) => Promise<unknown> | unknown,
): AdminCommand {
  return async (given, context) => {
    const parsed = args.safeParse(given)
    if (!parsed.success) throw appError('bad_request', z.prettifyError(parsed.error))
    return handler(parsed.data, context)
  }
}
