import type { EscalationTarget } from '@guanlan/contract/escalation'
import type { PolicyGap } from '@guanlan/contract/policy'
import { useI18n } from 'vue-i18n'
import { useFormat } from '../../composables/use-format.ts'
import { useNames } from './use-names.ts'

/** Roles that an alert may call: whoever sees no alert is never called. */
export const CALLED_ROLES = ['duty', 'group-admin', 'unit-lead', 'communications', 'leader'] as const

const FEW_UNITS = 2
const FROM = { unit: 'roleUnit', parent: 'roleParent', top: 'roleTop' } as const

/** Who is called, on what, and what is missing, in words. */
export function useCalled() {
  const { t, te } = useI18n()
  const format = useFormat()
  const names = useNames()
  const channelName = (name: string) => (te(`alerts.channels.${name}`) ? t(`alerts.channels.${name}`) : name)
  /** An account, or everybody with a role. */
  function entryName(entry: string, accounts: Readonly<Record<string, string>>): string {
    if (!entry.startsWith('role:')) return accounts[entry] ?? entry
    return t('alerts.forms.everyRole', { role: t(`alerts.roles.${entry.slice('role:'.length)}`) })
  }
  function targetName(
    target: EscalationTarget,
    accounts: Readonly<Record<string, string>>,
    rosters: ReadonlyMap<string, string>,
  ): string {
    if (target.kind === 'account') return accounts[target.accountId] ?? target.accountId
    if (target.kind === 'roster')
      return t('alerts.policies.target.roster', { name: rosters.get(target.rosterId) ?? target.rosterId })
    return t(`alerts.policies.target.${FROM[target.from]}`, { role: t(`alerts.roles.${target.role}`) })
  }
  /** "X", "X、Y", "X、Y 等 28 个单位" */
  function unitsText(ids: readonly string[]): string {
    const first = format.value.list(ids.slice(0, FEW_UNITS).map(names.unit))
    return ids.length <= FEW_UNITS ? first : t('alerts.policies.unitsMore', { first, n: ids.length })
  }
  function gapText(gap: PolicyGap, accounts: Readonly<Record<string, string>>): string {
    const where = [
      gap.step === null ? t('alerts.policies.gapWhole') : t('alerts.policies.step', { n: gap.step + 1 }),
      ...(gap.accountId === null ? [] : [accounts[gap.accountId] ?? gap.accountId]),
      ...(gap.level === null ? [] : [t(`alerts.levels.${gap.level}`)]),
      ...(gap.hours === null ? [] : [t(`alerts.policies.${gap.hours}`)]),
      ...(gap.at === null
        ? []
        : [
            t('alerts.policies.gapFrom', {
              time: `${format.value.day(gap.at)} ${format.value.time(gap.at)}`,
            }),
          ]),
      ...(gap.unitIds.length === 0 ? [] : [unitsText(gap.unitIds)]),
    ]
    return format.value.labelled(where.join(' · '), t(`alerts.policies.gap.${gap.reason}`))
  }
  return { channelName, entryName, targetName, gapText }
}
