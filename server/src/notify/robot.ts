import type { Answer } from './channel.ts'

/**
 * Robots answer 200 and say in the body whether they took it. Being too fast is told with a code of their own and is
 * waited for like a 429.
 */
export function robotAnswer(
  answer: Answer & { readonly body: string },
  read: (body: Record<string, unknown>) => unknown,
  tooFast: readonly number[],
): Answer {
  if (answer.status !== 200) return { status: answer.status, retryAfterMs: answer.retryAfterMs }
  let code: unknown
  try {
    code = read(JSON.parse(answer.body) as Record<string, unknown>)
  } catch {
    return { status: 502, retryAfterMs: null }
  }
  if (code === 0) return { status: 200, retryAfterMs: null }
  if (typeof code === 'number' && tooFast.includes(code)) return { status: 429, retryAfterMs: 60_000 }
  return { status: 502, retryAfterMs: null }
}

export const httpsProblem = (address: string, pattern: RegExp): string | null => {
  if (!URL.canParse(address)) return 'is not a URL'
  const { protocol, pathname } = new URL(address)
  if (protocol !== 'https:' && protocol !== 'http:') return 'is not an http address'
  return pattern.test(pathname) ? null : 'is not the address of such a robot'
}
