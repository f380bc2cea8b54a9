import path from 'node:path'
import type { CommandProgress } from '../admin/command.ts'
import { adminAnswers, callAdmin } from '../admin/socket.ts'
import { loadConfig } from '../config.ts'
import type { Config } from '../config.ts'
import { systemClock } from '../lib/clock.ts'
import { createLogger } from '../lib/logger.ts'
import { systemRandom } from '../lib/random.ts'

/** Runs one administration command and gives its result. */
export type Call = (
  name: string,
  args: unknown,
  onProgress?: (progress: CommandProgress) => void,
) => Promise<unknown>

/**
 * Gives `use` a way to run administration commands: inside the server that holds the data directory, over its socket,
 * or, when nobody holds it, in this process with engines of its own, which are closed afterwards.
 */
export async function withAdmin<T>(use: (call: Call, config: Config) => Promise<T>): Promise<T> {
  const config = loadConfig(process.env)
  const socket = path.join(config.dataDir, 'admin.sock')
  if (await adminAnswers(socket))
    return use((name, args, onProgress) => callAdmin(socket, name, args, onProgress), config)
  // The log of a command is for its failures; its result goes to stdout.
  const level = config.logLevel === 'info' ? 'warn' : config.logLevel
  // Loaded only here: a command that runs inside the server does not need it.
  const { createApp } = await import('../app.ts')
  const app = await createApp(config, {
    clock: systemClock,
    logger: createLogger(level),
    random: systemRandom,
  })
  const signal = new AbortController().signal
  try {
    return await use(async (name, args, onProgress) => {
      const command = app.admin[name]
      if (!command) throw new Error(`there is no command ${name}`)
      // Through JSON as over the socket, so that both ways give the same.
      const result = await command(JSON.parse(JSON.stringify(args)), {
        progress: onProgress ?? (() => {}),
        signal,
      })
      return JSON.parse(JSON.stringify(result ?? null)) as unknown
    }, config)
  } finally {
    await app.stop()
  }
}
