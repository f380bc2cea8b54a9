import type { Command } from 'commander'
import { loadConfig } from '../config.ts'
import { systemClock } from '../lib/clock.ts'
import { createLogger, describeError } from '../lib/logger.ts'
import { systemRandom } from '../lib/random.ts'

/** A teardown that waits for an engine which is gone must not keep the process: whoever watches it starts it again. */
const LOST_MS = 20_000

/** `guanlan start`: runs the product until SIGTERM or SIGINT. */
export function registerStart(program: Command): void {
  program.command('start').description('run the server until it is stopped').action(start)
}

async function start(): Promise<void> {
  const config = loadConfig(process.env)
  const logger = createLogger(config.logLevel)
  // Loaded once the configuration is known to be right: a wrong variable is answered at once.
  const { createApp } = await import('../app.ts')
  let stop: (fields: object) => void = () => undefined
  const onLost = (why: string) => {
    logger.error({}, `${why}: the server stops, start it again`)
    process.exitCode = 1
    setTimeout(() => process.exit(1), LOST_MS).unref()
    stop({ lost: true })
  }
  const app = await createApp(config, {
    ...{ clock: systemClock, logger, random: systemRandom, serves: true, onLost },
  })
  const stopped = new Promise<void>((resolve, reject) => {
    stop = (fields) => {
      logger.info(fields, 'stopping')
      app.stop().then(resolve, reject)
    }
    for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => stop({ signal }))
  })
  try {
    const { port, firstRun } = await app.start()
    logger.info({ port, host: config.host, pid: process.pid }, 'listening')
    console.log(`Guanlan listens on ${config.publicUrl.replace(/:0$/, `:${port}`)}`)
    // Never into the log: whoever opens it first becomes the administrator.
    if (firstRun !== undefined)
      console.log(
        `No account yet. Open this once, before ${firstRun.expiresAt}:\n  ${firstRun.url.replace(/:0\//, `:${port}/`)}`,
      )
  } catch (error) {
    await app.stop()
    throw error
  }
  await stopped.catch((error: unknown) =>
    logger.error({ error: describeError(error) }, 'could not stop cleanly'),
  )
}
