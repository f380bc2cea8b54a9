import { createHmac, timingSafeEqual } from 'node:crypto'

/** Keys in addresses, each bound to one account and one thing; they open nothing else and need no table. */
export interface LinkKeys {
  /** Key for acknowledging one alert as one account. */
  acknowledge(alertId: string, accountId: string): string
  /** Key of a roster's feed. */
  feed(rosterId: string, accountId: string): string
  /** The account that a key was made for, or undefined. */
  accountOf(kind: 'ack' | 'feed', id: string, key: string): string | undefined
}

export function createLinkKeys(secret: string): LinkKeys {
  const sign = (kind: string, id: string, accountId: string) =>
    createHmac('sha256', secret).update(`${kind}\n${id}\n${accountId}`).digest('base64url')
  const make = (kind: 'ack' | 'feed') => (id: string, accountId: string) =>
    `${Buffer.from(accountId).toString('base64url')}.${sign(kind, id, accountId)}`
  return {
    acknowledge: make('ack'),
    feed: make('feed'),
    accountOf(kind, id, key) {
      const [account = '', given = ''] = key.split('.')
      const accountId = Buffer.from(account, 'base64url').toString('utf8')
      const expected = Buffer.from(sign(kind, id, accountId))
      const actual = Buffer.from(given)
      return expected.length === actual.length && timingSafeEqual(expected, actual) ? accountId : undefined
    },
  }
}
