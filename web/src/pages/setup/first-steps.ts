import type { FirstSteps } from '@guanlan/contract/account'

export const STEPS = ['units', 'groups', 'key', 'event', 'rule', 'wall'] as const
export type Step = (typeof STEPS)[number]

const DONE: Record<Step, (at: FirstSteps) => boolean> = {
  units: ({ units }) => units > 1,
  groups: ({ filedGroups }) => filedGroups > 0,
  key: ({ keys }) => keys > 0,
  event: ({ lastEventAt }) => lastEventAt !== null,
  // Shipped rules are on from the start: that is not yet a decision of this organisation.
  rule: ({ ownRules }) => ownRules > 0,
  wall: ({ walls }) => walls > 0,
}

/** Which steps are taken, and the first that is not: where the reader goes on. Null: all are taken. */
export function progress(at: FirstSteps): { done: Record<Step, boolean>; next: Step | null; count: number } {
  const done = Object.fromEntries(STEPS.map((step) => [step, DONE[step](at)])) as Record<Step, boolean>
  return {
    done,
    next: STEPS.find((step) => !done[step]) ?? null,
    count: STEPS.filter((step) => done[step]).length,
  }
}
