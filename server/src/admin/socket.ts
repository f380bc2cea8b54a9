import { chmod, open, unlink } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { appError, isAppError } from '@guanlan/contract/errors'
import type { ErrorCode } from '@guanlan/contract/errors'
import { describeError } from '../lib/logger.ts'
import type { Logger } from '../lib/logger.ts'
import { isStartError } from '../lib/start-error.ts'
import type { AdminCommands, CommandProgress } from './command.ts'

/** One line of an answer: any number of progress lines, then a result or an error. */
type AnswerLine =
  { progress: CommandProgress } | { result: unknown } | { error: { code: ErrorCode; detail: string } }

/** A unix socket's path holds 107 bytes. */
const SOCKET_PATH_MAX = 107

/**
 * Calls `use` with a path to the socket that is short enough for the kernel: a long one is reached through an open
 * descriptor of its folder (Linux).
 */
async function withShortPath<T>(socket: string, use: (short: string) => Promise<T>): Promise<T> {
  if (Buffer.byteLength(socket) <= SOCKET_PATH_MAX || process.platform !== 'linux') return use(socket)
  const folder = await open(path.dirname(socket), 'r')
  try {
    return await use(`/proc/self/fd/${folder.fd}/${path.basename(socket)}`)
  } finally {
    await folder.close()
  }
}

export interface AdminSocket {
  stop(): Promise<void>
}

/**
 * Serves the commands on a unix socket that only the owner of the data directory may open. The caller holds the lock of
 * the directory, so a socket found there is of a dead process.
 */
export async function serveAdmin(
  socket: string,
  commands: AdminCommands,
  logger: Logger,
): Promise<AdminSocket> {
  await unlink(socket).catch(() => {})
  const running = new Set<Promise<void>>()
  const server = createServer((req, res) => {
    const work = answer(commands, logger, req, res)
    running.add(work)
    void work.finally(() => running.delete(work))
  })
  await withShortPath(
    socket,
    (short) =>
      new Promise<void>((resolve, reject) => {
        const before = process.umask(0o177)
        server.once('error', reject)
        server.listen(short, resolve)
        process.umask(before)
      }),
  )
  await chmod(socket, 0o600)
  return {
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      await Promise.allSettled(running)
      server.closeAllConnections()
      await closed
      await unlink(socket).catch(() => {})
    },
  }
}

async function answer(
  commands: AdminCommands,
  logger: Logger,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const write = (line: AnswerLine) => void res.write(`${JSON.stringify(line)}\n`)
  const gone = new AbortController()
  res.once('close', () => gone.abort())
  const name = decodeURIComponent((req.url ?? '').slice(1))
  try {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined
    if (!command) throw appError('not_found', `there is no command ${name}`)
    let body = ''
    for await (const chunk of req.setEncoding('utf8')) body += String(chunk)
    res.writeHead(200, { 'Content-Type': 'application/x-ndjson' })
    const result = await command(JSON.parse(body), {
      progress: (progress) => write({ progress }),
      signal: gone.signal,
    })
    logger.info({ command: name }, 'administration command done')
    write({ result: result ?? null })
  } catch (error) {
    logger.warn({ command: name, error: describeError(error) }, 'administration command failed')
    write({ error: plainError(error) })
  }
  res.end()
}

function plainError(error: unknown): { code: ErrorCode; detail: string } {
  if (isAppError(error)) return { code: error.code, detail: error.message }
  if (isStartError(error)) return { code: 'conflict', detail: error.message }
  return { code: 'internal', detail: describeError(error).message }
}

/** True when a server answers on the socket. */
export async function adminAnswers(socket: string): Promise<boolean> {
  return callAdmin(socket, 'ping', {}).then(
    () => true,
    () => false,
  )
}

/**
 * Runs a command inside the server that listens on the socket.
 * @throws AppError as the command threw it, or `unavailable` when the server went away
 */
export function callAdmin(
  socket: string,
  name: string,
  args: unknown,
  onProgress: (progress: CommandProgress) => void = () => {},
): Promise<unknown> {
  return withShortPath(
    socket,
    (short) =>
      new Promise((resolve, reject) => {
        const lost = (cause: unknown) =>
          reject(appError('unavailable', 'the server went away before the command was done', { cause }))
        const req = request(
          { socketPath: short, path: `/${encodeURIComponent(name)}`, method: 'POST' },
          (res) => {
            const lines = createInterface({ input: res })
            lines.on('line', (text) => {
              const line = JSON.parse(text) as AnswerLine
              if ('progress' in line) onProgress(line.progress)
              else if ('error' in line) reject(appError(line.error.code, line.error.detail))
              else resolve(line.result)
            })
            lines.once('close', () => lost(undefined))
            res.once('error', lost)
          },
        )
        req.once('error', lost)
        req.end(JSON.stringify(args))
      }),
  )
}
