/** A command that sends one decision which the server takes: a message that was let through, without words. */
export function curlLine(given: { origin: string; secret: string; groupId: string; now: number }): string {
  const time = new Date(given.now).toISOString()
  const event = {
    id: `first-${given.now}`,
    type: 'message.moderated',
    time,
    group: given.groupId,
    sender: 'first-event',
    content: { kind: 'text' },
    moderation: { decision: 'allowed', by: 'automated', decidedAt: time },
  }
  return [
    `curl -sS ${given.origin}/api/v1/events`,
    `-H 'authorization: Bearer ${given.secret}'`,
    `-H 'content-type: application/json'`,
    `-d '${JSON.stringify(event)}'`,
  ].join(' \\\n  ')
}
