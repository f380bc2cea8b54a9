import type { Postgres } from '../ports/postgres.ts'
import type { Channel } from './channel.ts'
import { dingtalk } from './dingtalk.ts'
import { email, type MailOptions } from './email.ts'
import { feishu } from './feishu.ts'
import { inApp } from './in-app.ts'
import type { Post } from './post.ts'
import { webhook } from './webhook.ts'
import { wecom } from './wecom.ts'

/** Every channel, one line each. Without a mail server there is no e-mail. */
export function createChannels(deps: {
  readonly postgres: Postgres
  readonly post: Post
  readonly now: () => number
  readonly mail: MailOptions | null
}): { readonly channels: ReadonlyMap<string, Channel>; close(): void } {
  const { postgres, post, now, mail } = deps
  const mailer = mail === null ? null : email(mail)
  const all: Channel[] = [
    inApp(postgres),
    wecom(post),
    dingtalk(post, now),
    feishu(post, now),
    webhook(post, now),
    ...(mailer === null ? [] : [mailer]),
  ]
  return { channels: new Map(all.map((each) => [each.name, each])), close: () => mailer?.close() }
}
