import { EscalationPolicy, type EscalationStep, type EscalationTarget } from '@guanlan/contract/escalation'

/** Channels on offer: those the product ships, and whatever the policies in force already use. */
const SHIPPED_CHANNELS = ['in-app', 'email', 'wecom', 'dingtalk', 'feishu', 'webhook'] as const

export function channelsOnOffer(policies: readonly EscalationPolicy[]): string[] {
  const used = policies.flatMap(({ steps }) =>
    steps.flatMap(({ channels }) => [...channels.working, ...channels.night]),
  )
  return [...new Set([...SHIPPED_CHANNELS, ...used])]
}

export function firstTarget(rosterId: string | undefined): EscalationTarget {
  return rosterId === undefined ? { kind: 'role', role: 'duty', from: 'unit' } : { kind: 'roster', rosterId }
}

/** A step that is right as it is: everybody on duty, in the product and by mail, whatever the hour. */
export function newStep(afterMinutes: number, rosterId?: string): EscalationStep {
  return {
    afterMinutes,
    targets: [firstTarget(rosterId)],
    channels: { working: ['in-app', 'email'], night: ['in-app', 'email'] },
    levels: [],
  }
}

export function newPolicy(id: string, name: string, rosterId?: string): EscalationPolicy {
  return {
    ...{ id, version: 1, name },
    steps: [
      newStep(0, rosterId),
      { ...newStep(10), targets: [{ kind: 'role', role: 'communications', from: 'top' }] },
    ],
    repeatMinutes: 30,
    acknowledgeMinutes: 30,
    acknowledgeMinutesRed: 10,
    lastResort: ['role:communications', 'role:leader'],
  }
}

/** A policy to change, apart from the one in force. */
export const copyOf = (policy: EscalationPolicy): EscalationPolicy =>
  JSON.parse(JSON.stringify(policy)) as EscalationPolicy

/** The policy as version `version`, or where the contract does not take it: a field, and a step (0-based) if in one. */
export function policyFrom(
  draft: EscalationPolicy,
  version: number,
): { readonly policy: EscalationPolicy } | { readonly wrong: string; readonly step: number | null } {
  const parsed = EscalationPolicy.safeParse({ ...draft, version })
  if (parsed.success) return { policy: parsed.data }
  const path = parsed.error.issues[0]?.path ?? []
  const [top, at, inside] = path
  if (top !== 'steps') return { wrong: String(top ?? 'name'), step: null }
  if (typeof at !== 'number') return { wrong: 'lastStep', step: draft.steps.length - 1 }
  return { wrong: String(inside ?? 'targets'), step: at }
}
