import type { IncomingHttpHeaders } from 'node:http'

/** Only the cookie reaches the account library: nothing else in a request may steer it. */
export function cookieHeaders(headers: IncomingHttpHeaders): Headers {
  return new Headers(headers.cookie === undefined ? {} : { cookie: headers.cookie })
}

/** The library's refusals carry a status below 500; anything else is a failure of ours and must surface. */
function isRefusal(error: unknown): boolean {
  const status = (error as { statusCode?: unknown } | null)?.statusCode
  return typeof status === 'number' && status >= 400 && status < 500
}

/** Undefined when the library refuses, for whatever reason: callers give one answer. */
export async function ask<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (isRefusal(error)) return undefined
    throw error
  }
}
