import type { IncomingMessage, ServerResponse } from 'node:http'
import type { IngestResult } from '@guanlan/contract/event'
import type { Clock } from '../lib/clock.ts'
import type { LocalTime } from '../lib/local-day.ts'
import type { Logger } from '../lib/logger.ts'
import type { Spool } from '../ports/spool.ts'
import { createAcceptor } from './accept.ts'
import { createHandler, type IngestKey } from './handler.ts'
import type { SourceHealth } from './health.ts'
import type { IdIndex } from './id-index.ts'
import { createJudge, type IngestDirectory, type Observation, type Said, type Submitter } from './judge.ts'
import { createObserver, type Observer } from './observer.ts'
import type { People } from './people.ts'
import type { Pulse } from './pulse.ts'
import type { Writer } from './writer.ts'

/** The way in, whole: parse, validate, check against the register, de-duplicate, make durable, then tell memory. */
export interface Ingest {
  /** True when the request was for ingest and will be answered here. */
  handle(request: IncomingMessage, response: ServerResponse): boolean
  /** The same path for imports inside this process. */
  submit(events: unknown[], from: Submitter): Promise<IngestResult>
  /** Messages and corrections accepted since the start. */
  acceptedTotal(): number
  /** Messages whose words wait, and those whose words were passed over. */
  words: Pick<Observer, 'waiting' | 'dropped'>
  stop(): Promise<void>
}

export interface IngestOptions {
  config: { retention: { rawDays: number } }
  spool: Spool
  directory: IngestDirectory
  ids: IdIndex
  hashKey: Uint8Array
  clock: Clock
  time: LocalTime
  people: Pick<People, 'observe'>
  pulse: Pick<Pulse, 'count'>
  /** Rules: called for every live message, never for history. */
  alerts?(seen: Observation): void
  /** Words: called for live messages only, never for history. */
  observe(said: Said): void
  health: Pick<SourceHealth, 'record'>
  writer: Pick<Writer, 'wake'>
  authenticateKey(bearer: string): Promise<IngestKey | undefined>
  logger: Logger
  onAnswer?(seconds: number, status: number): void
  bodyTimeoutMs?: number
}

export function createIngest(options: IngestOptions): Ingest {
  const {
    config,
    spool,
    directory,
    ids,
    hashKey,
    clock,
    time,
    people,
    pulse,
    health,
    writer,
    authenticateKey,
    logger,
  } = options

  const observer = createObserver({
    ...{ people, pulse, words: options.observe, logger },
    ...(options.alerts === undefined ? {} : { alerts: options.alerts }),
  })
  const judge = createJudge({ directory, time, rawDays: config.retention.rawDays })
  const acceptor = createAcceptor({
    spool,
    ids,
    judge,
    clock,
    hashKey,
    observe: observer.observe,
    onDurable: (events) => writer.wake(events),
  })
  const handler = createHandler({
    ...{ acceptor, spool, authenticateKey, health, clock, logger },
    ...(options.onAnswer === undefined ? {} : { onAnswer: options.onAnswer }),
    ...(options.bodyTimeoutMs === undefined ? {} : { bodyTimeoutMs: options.bodyTimeoutMs }),
  })
  return {
    handle: (request, response) => handler.handle(request, response),
    async submit(events, from) {
      const result = await acceptor.accept({ form: 'json', events }, from)
      health.record(from.source, result, from)
      return result
    },
    acceptedTotal: () => acceptor.total(),
    words: observer,
    stop: () => handler.stop(),
  }
}
