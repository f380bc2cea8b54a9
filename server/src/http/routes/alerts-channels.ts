import { createHash, randomInt, timingSafeEqual } from 'node:crypto'
import {
  listChannelsEndpoint,
  removeChannelEndpoint,
  setChannelEndpoint,
  verifyChannelEndpoint,
} from '@guanlan/contract/endpoints/alerts'
import { appError } from '@guanlan/contract/errors'
import { readChannels, IN_APP } from '../../alerts/reach.ts'
import { queueDeliveries } from '../../alerts/world-store.ts'
import type { Route } from '../route.ts'
import { route } from '../route.ts'
import { newId, userOf, type AlertRouteDeps } from './alerts-shared.ts'

const CODE_MS = 15 * 60_000
const MOST_TRIES = 5
const hash = (code: string, accountId: string) =>
  createHash('sha256').update(`${accountId} ${code}`).digest('hex')

/** Robot addresses hold their key: only the host is shown again. */
const masked = (address: string): string =>
  URL.canParse(address) ? `${new URL(address).host}/…` : address.replace(/^(.).*@/, '$1…@')

/** Where people are reached: a channel counts from the moment its owner typed the code that was sent there. */
export function channelRoutes(deps: AlertRouteDeps): Route[] {
  return [...ownChannels(deps), ...proofRoutes(deps)]
}

function ownChannels({ alerts, identity }: AlertRouteDeps): Route[] {
  const { postgres, clock, channels } = alerts
  return [
    route(listChannelsEndpoint, async ({ actor }) => {
      const own = (await readChannels(postgres)).filter(({ accountId }) => accountId === userOf(actor).id)
      const inApp = { channel: IN_APP, external: false, address: '', verified: true, disabled: false }
      return {
        channels: [
          inApp,
          ...own.map(({ channel, external, address, verified, disabled }) => ({
            ...{ channel, external, verified, disabled },
            address: masked(address),
          })),
        ],
      }
    }),
    route(setChannelEndpoint, async ({ actor, params, body }) => {
      const channel = channels.get(params.id)
      if (channel === undefined || params.id === IN_APP)
        throw appError('not_found', 'there is no such channel')
      const problem = channel.problemOf(body.address)
      if (problem !== null) throw appError('unprocessable', `the address ${problem}`, { pointer: '/address' })
      if (params.id === 'webhook' && !/^whsec_[A-Za-z0-9+/=]{32,}$/.test(body.secret ?? ''))
        throw appError('unprocessable', 'a webhook takes a secret such as whsec_…', { pointer: '/secret' })
      const { id } = userOf(actor)
      const code = String(randomInt(0, 1_000_000)).padStart(6, '0')
      const now = clock.now()
      await postgres.transaction(async (sql) => {
        await sql.query(
          `INSERT INTO account_channel (account_id, channel, address, secret, external, code_hash, code_until)
           VALUES ($1, $2, $3, $4, $5, $6, $7)
           ON CONFLICT (account_id, channel) DO UPDATE SET address = $3, secret = $4, external = $5, code_hash = $6,
             code_until = $7, code_tries = 0, verified_at = NULL, disabled_at = NULL`,
          [
            ...[id, params.id, body.address, body.secret ?? '', body.external],
            ...[hash(code, id), new Date(now + CODE_MS).toISOString()],
          ],
        )
        const delivery = newId('code')
        await queueDeliveries(sql, [
          {
            ...{ id: delivery, alertId: delivery, kind: 'code', accountId: id, channel: params.id, at: now },
            lane: `${params.id}:${id}`,
            payload: { level: 'blue', quiet: true, origin: 'code', ruleId: null, unitId: '', code },
          },
        ])
        await identity.audit.append(id, 'account.channel', id, { channel: params.id }, sql)
      })
      await alerts.reload()
      return undefined
    }),
  ]
}

function proofRoutes({ alerts }: AlertRouteDeps): Route[] {
  const { postgres, clock } = alerts
  return [
    route(verifyChannelEndpoint, async ({ actor, params, body }) => {
      const { id } = userOf(actor)
      const rows = await postgres.query<{ code_hash: string }>(
        `UPDATE account_channel SET code_tries = code_tries + 1
         WHERE account_id = $1 AND channel = $2 AND code_until > $3 AND code_tries < $4 AND code_hash IS NOT NULL
         RETURNING code_hash`,
        [id, params.id, new Date(clock.now()).toISOString(), MOST_TRIES],
      )
      const known = rows[0]?.code_hash ?? ''
      const [expected, actual] = [Buffer.from(known), Buffer.from(hash(body.code, id))]
      const proved = expected.length === actual.length && timingSafeEqual(expected, actual)
      // Of the address that the code went to: another one may have taken its place meanwhile.
      const verified = !proved
        ? []
        : await postgres.query(
            `UPDATE account_channel SET verified_at = $3, code_hash = NULL
             WHERE account_id = $1 AND channel = $2 AND code_hash = $4 RETURNING channel`,
            [id, params.id, new Date(clock.now()).toISOString(), known],
          )
      if (verified.length === 0)
        throw appError('unprocessable', 'this is not the code, or it is no longer valid', {
          pointer: '/code',
        })
      await alerts.reload()
      return undefined
    }),
    route(removeChannelEndpoint, async ({ actor, params }) => {
      const { id } = userOf(actor)
      await postgres.query('DELETE FROM account_channel WHERE account_id = $1 AND channel = $2', [
        id,
        params.id,
      ])
      await alerts.reload()
      return undefined
    }),
  ]
}
