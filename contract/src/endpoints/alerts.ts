import { z } from 'zod'
import {
  AlertNote,
  AlertOutcome,
  AlertPage,
  AlertSummary,
  InAppPage,
  ManualAlert,
  OwnChannel,
} from '../alert.ts'
import { endpoint } from '../endpoint.ts'

/** Roles that see alerts of the units they hold. */
export const ALERT_READERS = ['duty', 'group-admin', 'unit-lead', 'communications', 'leader'] as const
const readers = { roles: ALERT_READERS } as const
const takers = { roles: ['duty', 'group-admin', 'unit-lead', 'communications', 'leader'] } as const
const Id = z.strictObject({ id: z.string().min(1).max(64) })

export const listAlertsEndpoint = endpoint({
  operationId: 'listAlerts',
  method: 'get',
  path: '/api/v1/alerts',
  summary: 'Alerts of the units of the caller: unresolved gravest first, or resolved newest first',
  tag: 'alerts',
  access: readers,
  query: z.strictObject({
    status: z.enum(['unresolved', 'resolved']).default('unresolved'),
    /** Resolved before this moment, ms since epoch, for the next page. */
    before: z.coerce.number().int().optional(),
  }),
  response: z.strictObject({ alerts: z.array(AlertSummary), names: z.record(z.string(), z.string()) }),
})

export const getAlertEndpoint = endpoint({
  operationId: 'getAlert',
  method: 'get',
  path: '/api/v1/alerts/:id',
  summary: 'What fired and why, trend, timeline, whom to call, what was done last time',
  tag: 'alerts',
  access: readers,
  params: Id,
  response: AlertPage,
})

export const raiseAlertEndpoint = endpoint({
  operationId: 'raiseAlert',
  method: 'post',
  path: '/api/v1/alerts',
  summary: 'Raise an alert by hand; it walks the same escalation',
  tag: 'alerts',
  access: { roles: ['duty', 'group-admin', 'unit-lead', 'communications'] },
  body: z.strictObject({
    ...ManualAlert.shape,
    /** Save the note although it looks as if it held contact data or a name. */
    sureOfNote: z.boolean().default(false),
  }),
  response: AlertSummary,
  status: 201,
})

const actionOn = (operationId: string, path: string, summary: string) =>
  ({
    operationId,
    method: 'post',
    path: `/api/v1/alerts/:id/${path}`,
    summary,
    tag: 'alerts',
    access: takers,
    params: Id,
    response: AlertSummary,
  }) as const

export const acknowledgeAlertEndpoint = endpoint(
  actionOn('acknowledgeAlert', 'acknowledgement', 'Take an alert; runs out into escalation without action'),
)
export const startAlertEndpoint = endpoint(
  actionOn('startAlert', 'progress', 'Work on it has begun; lasts four times as long'),
)
export const reopenAlertEndpoint = endpoint(
  actionOn('reopenAlert', 'reopening', 'Open a resolved alert again'),
)
export const assignAlertEndpoint = endpoint({
  ...actionOn('assignAlert', 'assignment', 'Hand a taken alert over to another account'),
  body: z.strictObject({ to: z.string().min(1).max(64) }),
})
export const resolveAlertEndpoint = endpoint({
  ...actionOn('resolveAlert', 'resolution', 'Say what came of it; red needs a second account'),
  body: z.strictObject({ outcome: AlertOutcome.exclude(['recovered']) }),
})

export const noteAlertEndpoint = endpoint({
  operationId: 'noteAlert',
  method: 'post',
  path: '/api/v1/alerts/:id/notes',
  summary: 'Note what was done; answers a warning instead when it looks like contact data or a name',
  tag: 'alerts',
  access: takers,
  params: Id,
  body: z.strictObject({
    text: z.string().trim().min(1).max(500),
    sure: z.boolean().default(false),
  }),
  response: z.strictObject({
    saved: AlertNote.nullable(),
    warnings: z.array(z.enum(['contact', 'name'])),
  }),
})

export const listAssigneesEndpoint = endpoint({
  operationId: 'listAlertAssignees',
  method: 'get',
  path: '/api/v1/alerts/:id/assignees',
  summary: 'Accounts to whom this alert can be handed over',
  tag: 'alerts',
  access: takers,
  params: Id,
  response: z.strictObject({ accounts: z.array(z.strictObject({ id: z.string(), name: z.string() })) }),
})

export const listPagesEndpoint = endpoint({
  operationId: 'listOwnPages',
  method: 'get',
  path: '/api/v1/me/pages',
  summary: 'Notifications to the caller that were not seen yet: what rings',
  tag: 'alerts',
  access: readers,
  response: z.strictObject({ pages: z.array(InAppPage) }),
})

export const seePagesEndpoint = endpoint({
  operationId: 'markPagesSeen',
  method: 'post',
  path: '/api/v1/me/pages/seen',
  summary: 'These notifications were seen',
  tag: 'alerts',
  access: readers,
  body: z.strictObject({ ids: z.array(z.string().min(1).max(300)).max(200) }),
})

export const listChannelsEndpoint = endpoint({
  operationId: 'listOwnChannels',
  method: 'get',
  path: '/api/v1/me/channels',
  summary: 'Channels on which the caller can be reached',
  tag: 'alerts',
  access: readers,
  response: z.strictObject({ channels: z.array(OwnChannel) }),
})

export const setChannelEndpoint = endpoint({
  operationId: 'setOwnChannel',
  method: 'put',
  path: '/api/v1/me/channels/:id',
  summary: 'Set a channel of the caller; a code is sent there',
  tag: 'alerts',
  access: readers,
  params: Id,
  body: z.strictObject({
    /** E-mail address, robot or webhook URL. */
    address: z.string().min(3).max(500),
    /** Signing secret of DingTalk, Feishu or a webhook. */
    secret: z.string().max(200).optional(),
    external: z.boolean().default(true),
  }),
})

export const verifyChannelEndpoint = endpoint({
  operationId: 'verifyOwnChannel',
  method: 'post',
  path: '/api/v1/me/channels/:id/verification',
  summary: 'Type the code that was sent; from then on the channel counts',
  tag: 'alerts',
  access: readers,
  params: Id,
  body: z.strictObject({ code: z.string().regex(/^\d{6}$/) }),
})

export const removeChannelEndpoint = endpoint({
  operationId: 'removeOwnChannel',
  method: 'delete',
  path: '/api/v1/me/channels/:id',
  summary: 'Remove a channel of the caller',
  tag: 'alerts',
  access: readers,
  params: Id,
})

const LinkQuery = z.strictObject({ k: z.string().min(1).max(200) })

export const linkPageEndpoint = endpoint({
  operationId: 'getAcknowledgementPage',
  method: 'get',
  path: '/a/:id',
  summary: 'Page behind the link of a notification; changes nothing, so that scanners and previews do not',
  tag: 'alerts',
  access: 'public',
  params: Id,
  query: LinkQuery,
  produces: 'text/html',
})

export const linkAcknowledgeEndpoint = endpoint({
  operationId: 'acknowledgeByLink',
  method: 'post',
  path: '/a/:id',
  summary: 'Acknowledge as the account to which the link was sent',
  tag: 'alerts',
  access: 'public',
  params: Id,
  query: LinkQuery,
  produces: 'text/html',
})
