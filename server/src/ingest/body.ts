import type { IncomingMessage } from 'node:http'
import { createGunzip } from 'node:zlib'
import { appError, type AppError } from '@guanlan/contract/errors'

export interface BodyLimits {
  /** Most bytes, as sent and as decoded. */
  maxBytes: number
  /** A body that has not arrived whole by then is refused. */
  timeoutMs: number
  /** Aborted with the AppError to answer: a body that is still arriving is not waited for. */
  signal?: AbortSignal
}

const tooLarge = (limits: BodyLimits) =>
  appError('too_large', `takes at most ${limits.maxBytes} bytes, decoded`)

/**
 * Reads a request body, decompressed while it streams and never kept beyond the limit, so that a small archive cannot
 * unfold into a large one.
 * @throws AppError bad_request (cut short, not gzip, too slow), too_large, unsupported_media_type (other encoding)
 */
export function readBody(request: IncomingMessage, limits: BodyLimits): Promise<Uint8Array> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').toLowerCase()
  if (encoding !== 'identity' && encoding !== 'gzip') {
    return Promise.reject(appError('unsupported_media_type', 'takes Content-Encoding gzip or none'))
  }
  if (Number(request.headers['content-length'] ?? 0) > limits.maxBytes)
    return Promise.reject(tooLarge(limits))
  return new Promise((resolve, reject) => {
    const gunzip = encoding === 'gzip' ? createGunzip() : undefined
    const chunks: Uint8Array[] = []
    let sent = 0
    let decoded = 0
    const timer = setTimeout(
      () => fail(appError('bad_request', 'the body did not arrive in time')),
      limits.timeoutMs,
    )
    const stopped = () => fail(limits.signal?.reason as AppError)
    const settle = () => {
      clearTimeout(timer)
      limits.signal?.removeEventListener('abort', stopped)
      request.removeAllListeners('data')
      gunzip?.destroy()
    }
    const fail = (error: AppError) => {
      settle()
      reject(error)
    }
    const take = (chunk: Uint8Array) => {
      decoded += chunk.length
      if (decoded > limits.maxBytes) fail(tooLarge(limits))
      else chunks.push(chunk)
    }
    const finish = () => {
      clearTimeout(timer)
      limits.signal?.removeEventListener('abort', stopped)
      resolve(chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks, decoded))
    }
    limits.signal?.addEventListener('abort', stopped, { once: true })
    request.on('data', (chunk: Uint8Array) => {
      sent += chunk.length
      if (sent > limits.maxBytes) return fail(tooLarge(limits))
      if (gunzip === undefined) take(chunk)
      else if (!gunzip.write(chunk)) {
        request.pause()
        gunzip.once('drain', () => request.resume())
      }
    })
    request.on('end', () => (gunzip === undefined ? finish() : gunzip.end()))
    request.on('error', () => fail(appError('bad_request', 'the body was cut short')))
    request.on('close', () => {
      if (!request.complete) fail(appError('bad_request', 'the body was cut short'))
    })
    gunzip?.on('data', take)
    gunzip?.on('end', finish)
    gunzip?.on('error', () => fail(appError('bad_request', 'the body is not gzip, or was cut short')))
  })
}
