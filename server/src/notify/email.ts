import { createTransport } from 'nodemailer'
import { createHash } from 'node:crypto'
import type { Channel } from './channel.ts'

export interface MailOptions {
  /** smtp://user:password@host:port or smtps://… */
  readonly smtpUrl: string
  readonly from: string
  readonly timeoutMs: number
}

const ADDRESS = /^[^\s@<>,;"]{1,64}@[A-Za-z0-9.-]{1,190}$/

/** SMTP answer codes as what they mean for a retry: 5xx of the mailbox itself never gets better, the rest may. */
function statusOf(error: unknown): number | null {
  const code =
    typeof error === 'object' && error !== null
      ? (error as { responseCode?: unknown }).responseCode
      : undefined
  if (typeof code !== 'number') return null
  // 550, 551, 553: no such mailbox. 4xx and other 5xx (policy, size, authentication): again later.
  return code === 550 || code === 551 || code === 553 ? 410 : 503
}

/** E-mail over SMTP. The Message-ID is made from the notification, so a repetition can be seen as one. */
export function email({ smtpUrl, from, timeoutMs }: MailOptions): Channel & { close(): void } {
  const transport = createTransport(smtpUrl, {
    from,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  } as object)
  const domain = from.split('@').at(-1)?.replace(/>$/, '') ?? 'guanlan'
  return {
    name: 'email',
    perMinute: 60,
    bundle: 20,
    maxBytes: 20_000,
    problemOf: (address) => (ADDRESS.test(address) ? null : 'is not an e-mail address'),
    async send(message, { address }) {
      try {
        await transport.sendMail({
          from,
          to: address,
          subject: message.title,
          text: [...message.lines, '', message.link].join('\n'),
          messageId: `<${createHash('sha256').update(message.id).digest('hex').slice(0, 32)}@${domain}>`,
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Guanlan-Id': message.id },
          disableFileAccess: true,
          disableUrlAccess: true,
        })
        return { status: 200, retryAfterMs: null }
      } catch (error) {
        return { status: statusOf(error), retryAfterMs: null }
      }
    },
    close: () => transport.close(),
  }
}
