import type { GroupDetail, GroupStep } from '@guanlan/contract/register'

/** Steps that the state of a group takes; who may take them is for the server. */
export function stepsOf(group: GroupDetail['group']): GroupStep[] {
  if (group.dissolvingSince !== null) return ['approve-end', 'return-end']
  switch (group.state) {
    case 'draft':
    case 'returned':
      return ['submit']
    case 'submitted':
      return ['approve', 'return']
    case 'filed':
      return ['dissolve']
    case 'dissolved':
      return []
  }
}

const DECISIONS: readonly GroupStep[] = ['approve', 'return', 'approve-end', 'return-end']

/** Whether this account submitted what now waits: somebody else decides on it. */
export function waitsForAnother(detail: GroupDetail, account: string | undefined): boolean {
  const open = stepsOf(detail.group)
  if (!open.some((step) => DECISIONS.includes(step))) return false
  const submitted = [...detail.steps]
    .sort((a, b) => b.at.localeCompare(a.at))
    .find(({ step }) => step === 'submit' || step === 'dissolve')
  return submitted !== undefined && submitted.actor === account
}

/** The stages of filing as they are drawn, with the one where the group is now. */
export const STAGES = ['draft', 'submitted', 'filed', 'dissolved'] as const
export function stageOf(state: GroupDetail['group']['state']): number {
  return state === 'returned' ? 0 : STAGES.indexOf(state)
}
