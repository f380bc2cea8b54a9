import type { Logger } from '../lib/logger.ts'
import type { Postgres } from '../ports/postgres.ts'

/** register: units, groups, administrators; access: keys, tokens, roles, accounts; alerting: rules, policies, rosters, channels. */
export type ChangeTopic = 'register' | 'access' | 'alerting'

/** Tells what any process changed in the register or in who may do what; a second late at most. */
export interface Changes {
  on(topic: ChangeTopic, reload: () => Promise<void>): void
  /** Looks now; called after every write of this process, so that it sees its own change at once. */
  poll(): Promise<void>
  start(): void
  stop(): Promise<void>
}

export function createChanges(deps: { postgres: Postgres; logger: Logger; intervalMs?: number }): Changes {
  const { postgres, logger, intervalMs = 1000 } = deps
  const listeners: Record<ChangeTopic, (() => Promise<void>)[]> = { register: [], access: [], alerting: [] }
  const seen: Record<ChangeTopic, number> = { register: -1, access: -1, alerting: -1 }
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()

  async function look(): Promise<void> {
    const rows = await postgres.query<{ topic: ChangeTopic; version: number }>(
      'SELECT topic, version FROM change_counter',
    )
    for (const { topic, version } of rows) {
      if (listeners[topic] === undefined || seen[topic] === version) continue
      for (const reload of listeners[topic]) await reload()
      // Noted only after every listener has it: a failed reload is tried again at the next look.
      seen[topic] = version
    }
  }
  function poll(): Promise<void> {
    running = running.then(look, look)
    return running
  }
  return {
    on: (topic, reload) => void listeners[topic].push(reload),
    poll,
    start() {
      let busy = false
      timer ??= setInterval(() => {
        if (busy) return
        busy = true
        const looked = poll().finally(() => (busy = false))
        looked.catch((error: unknown) => logger.warn({ error }, 'register changes could not be read'))
      }, intervalMs)
      timer.unref()
    },
    async stop() {
      clearInterval(timer)
      timer = undefined
      await running.catch(() => undefined)
    },
  }
}
