import { lookup } from 'node:dns/promises'
import type { IncomingMessage, RequestOptions } from 'node:http'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { BlockList, isIP } from 'node:net'
import type { Answer } from './channel.ts'
import { NO_ANSWER } from './channel.ts'

/** Posts JSON; never follows a redirect, never to an address that is not allowed. */
export type Post = (
  url: string,
  body: string,
  headers?: Readonly<Record<string, string>>,
) => Promise<Answer & { readonly body: string }>

export interface PostOptions {
  /** CIDR blocks of private addresses that may be reached all the same. */
  readonly allowPrivate: readonly string[]
  readonly timeoutMs: number
  readonly now: () => number
  readonly resolve?: (host: string) => Promise<readonly { address: string; family: number }[]>
}

const PRIVATE: readonly [string, number, 'ipv4' | 'ipv6'][] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.0.2.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['198.51.100.0', 24, 'ipv4'],
  ['203.0.113.0', 24, 'ipv4'],
  ['224.0.0.0', 4, 'ipv4'],
  ['240.0.0.0', 4, 'ipv4'],
  ['::', 128, 'ipv6'],
  ['::1', 128, 'ipv6'],
  ['64:ff9b::', 96, 'ipv6'],
  ['100::', 64, 'ipv6'],
  ['2001:db8::', 32, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
]

function blockList(entries: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[]): BlockList {
  const list = new BlockList()
  for (const [network, prefix, family] of entries) list.addSubnet(network, prefix, family)
  return list
}

const CIDR = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/

/** @throws Error for something that is not a CIDR block */
export function parseCidrs(text: string): (readonly [string, number, 'ipv4' | 'ipv6'])[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .map((each) => {
      const match = CIDR.exec(each)
      const family = isIP(match?.[1] ?? '')
      if (!match?.[1] || family === 0) throw new Error(`${each} is not a CIDR block`)
      return [match[1], Number(match[2]), family === 4 ? 'ipv4' : 'ipv6'] as const
    })
}

/** True for an address of the public network, or one that the operator allowed. An IPv4 address in IPv6 is the IPv4 one. */
export function createAddressGuard(allowPrivate: readonly string[]): (address: string) => boolean {
  const refused = blockList(PRIVATE)
  const allowed = blockList(parseCidrs(allowPrivate.join(',')))
  return (address) => {
    const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address
    const family = isIP(mapped) === 6 ? 'ipv6' : 'ipv4'
    if (isIP(mapped) === 0) return false
    return allowed.check(mapped, family) || !refused.check(mapped, family)
  }
}

const MOST_BYTES = 64 * 1024

/** Name resolved once, every answer held against the guard, and the connection made to the very address that passed. */
export function createPost(options: PostOptions): Post {
  const { timeoutMs, now } = options
  const mayReach = createAddressGuard(options.allowPrivate)
  const resolve = options.resolve ?? ((host: string) => lookup(host, { all: true }))
  return async (target, body, headers = {}) => {
    if (!URL.canParse(target)) return { ...NO_ANSWER, body: '' }
    const url = new URL(target)
    if (url.protocol !== 'https:' && url.protocol !== 'http:') return { ...NO_ANSWER, body: '' }
    const host = url.hostname.replace(/^\[|\]$/g, '')
    const addresses = isIP(host)
      ? [{ address: host, family: isIP(host) }]
      : await resolve(host).catch(() => [])
    const first = addresses[0]
    if (first === undefined || !addresses.every(({ address }) => mayReach(address)))
      return { ...NO_ANSWER, body: '' }
    const settings: RequestOptions = {
      method: 'POST',
      host,
      port: url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port),
      path: `${url.pathname}${url.search}`,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'Guanlan',
        ...headers,
      },
      timeout: timeoutMs,
      agent: false,
      lookup: (_host, lookupOptions, done) => {
        if (lookupOptions.all === true) done(null, [first])
        else done(null, first.address, first.family)
      },
    }
    return exchange(url.protocol === 'https:' ? httpsRequest : httpRequest, settings, body, timeoutMs, now)
  }
}

function exchange(
  request: typeof httpRequest,
  settings: RequestOptions,
  body: string,
  timeoutMs: number,
  now: () => number,
): Promise<Answer & { body: string }> {
  return new Promise((settle) => {
    const silent = { ...NO_ANSWER, body: '' }
    const sent = request(settings, (response) => {
      const status = response.statusCode ?? null
      const retryAfterMs = retryAfterOf(response, now())
      const done = (text: string) => settle({ status, retryAfterMs, body: text })
      const parts: Buffer[] = []
      let size = 0
      response.on('data', (part: Buffer) => {
        size += part.length
        if (size <= MOST_BYTES) parts.push(part)
        else sent.destroy()
      })
      response.on('end', () => done(Buffer.concat(parts).toString('utf8')))
      response.on('error', () => done(''))
      response.on('close', () => done(''))
    })
    // One limit over everything: a receiver that drips does not hold the lane.
    const timer = setTimeout(() => sent.destroy(), timeoutMs)
    sent.on('close', () => {
      clearTimeout(timer)
      settle(silent)
    })
    sent.on('error', () => settle(silent))
    sent.end(body)
  })
}

/** Seconds or a date (RFC 9110, 10.2.3), as ms from now. */
function retryAfterOf({ headers }: IncomingMessage, now: number): number | null {
  const value = headers['retry-after']
  if (value === undefined) return null
  if (/^\d+$/.test(value)) return Number(value) * 1000
  const at = Date.parse(value)
  return Number.isNaN(at) ? null : Math.max(0, at - now)
}
