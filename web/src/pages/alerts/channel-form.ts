import type { OwnChannel } from '@guanlan/contract/alert'

/** Channels that a person can set; in-app is always there. */
export const SETTABLE = ['email', 'wecom', 'dingtalk', 'feishu', 'webhook'] as const
export type Settable = (typeof SETTABLE)[number]

/** Which channels sign with a secret; a webhook cannot do without. */
export const secretOf = (channel: Settable): 'none' | 'may' | 'must' =>
  channel === 'webhook' ? 'must' : channel === 'dingtalk' || channel === 'feishu' ? 'may' : 'none'

/** A secret as Standard Webhooks 1.0 wants it: 24 random bytes in base64 behind `whsec_`. */
export function newSecret(bytes: Uint8Array = crypto.getRandomValues(new Uint8Array(24))): string {
  return `whsec_${btoa(String.fromCharCode(...bytes))}`
}

/** How many channels count for the two that an escalation asks for. */
export const verifiedCount = (channels: readonly OwnChannel[]): number =>
  channels.filter(({ verified, disabled }) => verified && !disabled).length

export function stateOf({ verified, disabled }: OwnChannel): 'disabled' | 'verified' | 'waits' {
  if (disabled) return 'disabled'
  return verified ? 'verified' : 'waits'
}
