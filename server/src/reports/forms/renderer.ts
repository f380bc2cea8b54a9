import { fork } from 'node:child_process'
import { appError } from '@guanlan/contract/errors'
import { program } from '../../lib/programs.ts'
import type { RenderAnswer, RenderWork } from './render-process.ts'

const TIMEOUT_MS = 60_000
/** Waiting exports beyond this are refused: an answer after minutes helps nobody. */
const MOST_WAITING = 20
const HEAP_MB = 512

export interface FormRenderer {
  /**
   * Makes a document in a process of its own, one after the other.
   * @throws AppError `unavailable` when too many wait; Error with one line when the form could not be made
   */
  render(work: RenderWork): Promise<Buffer>
  /** Ends what runs; what waits is refused. */
  stop(): void
}

function renderOnce(work: RenderWork, running: Set<() => void>): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const { file, execArgv } = program('render-process')
    const child = fork(file, [], {
      execArgv: [...execArgv, `--max-old-space-size=${HEAP_MB}`, '--max-semi-space-size=2'],
      serialization: 'advanced',
      // Nothing of the server's configuration (addresses, keys) is needed to draw. One arena and one thread: pictures are
      // drawn one after the other, and freed memory goes back instead of staying with a thread (170 MB at most).
      env: { PATH: process.env['PATH'], MALLOC_ARENA_MAX: '1', UV_THREADPOOL_SIZE: '1' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const end = () => child.kill('SIGKILL')
    const timer = setTimeout(end, TIMEOUT_MS)
    let answer: RenderAnswer | undefined
    running.add(end)
    child.once('message', (message) => (answer = message as RenderAnswer))
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      clearTimeout(timer)
      running.delete(end)
      if (answer === undefined)
        reject(
          new Error(`the report could not be drawn: its process ended with ${signal ?? code ?? 'no code'}`),
        )
      else if ('error' in answer) reject(new Error(`the report could not be drawn: ${answer.error}`))
      else resolve(Buffer.from(answer.document))
    })
    child.send(work)
  })
}

export function createFormRenderer(): FormRenderer {
  const running = new Set<() => void>()
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0
  let stopped = false
  return {
    async render(work) {
      if (waiting >= MOST_WAITING)
        throw appError('unavailable', 'too many documents are being made: try again in a minute', {
          retryAfterSeconds: 60,
        })
      waiting++
      const mine = last.then(() => {
        if (stopped) throw appError('unavailable', 'the server is stopping')
        return renderOnce(work, running)
      })
      last = mine.catch(() => undefined)
      try {
        return await mine
      } finally {
        waiting--
      }
    },
    stop() {
      stopped = true
      for (const end of running) end()
    },
  }
}
