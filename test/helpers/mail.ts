import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

/** A mail server that takes everything, or answers with an SMTP code. */
export interface TestMail {
  readonly url: string
  /** Mails as they came, oldest first. */
  readonly taken: readonly string[]
  /** SMTP code for recipients from now on; null: take them. */
  refuse(code: number | null): void
  stop(): Promise<void>
}

export async function startMail(): Promise<TestMail> {
  const taken: string[] = []
  let refused: number | null = null
  const smtp = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo: (_address, _session, done) =>
      done(refused === null ? null : Object.assign(new Error('not now'), { responseCode: refused })),
    onData: (stream, _session, done) => {
      let text = ''
      stream.on('data', (part: Buffer) => (text += part.toString('utf8')))
      stream.on('end', () => (taken.push(text), done()))
    },
  })
  const listener = smtp.listen(0, '127.0.0.1')
  await new Promise((resolve) => listener.once('listening', resolve))
  return {
    url: `smtp://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    taken,
    refuse: (code) => void (refused = code),
    stop: () => new Promise((resolve) => smtp.close(() => resolve())),
  }
}

/** Subject of a mail as a reader sees it (RFC 2047, base64 or quoted-printable). */
export const subjectOf = (mail: string | undefined) =>
  /^Subject: ((?:.*)(?:\r?\n[ \t].*)*)/m
    .exec(mail ?? '')?.[1]
    ?.replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?UTF-8\?([BQ])\?([^?]*)\?=/gi, (_, kind: string, text: string) =>
      kind.toUpperCase() === 'B'
        ? Buffer.from(text, 'base64').toString('latin1')
        : text
            .replaceAll('_', ' ')
            .replace(/=([0-9A-F]{2})/g, (__, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    )
    .replace(/[\s\S]*/, (text) =>
      /[\u0080-\u00ff]/.test(text) ? Buffer.from(text, 'latin1').toString('utf8') : text,
    )
