import type { UnitRow } from '@guanlan/contract/register'
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { registerApi } from '../api/register.ts'

/** Units of the register that the account may read or edit: also for those who see no figures. */
export const useUnits = defineStore('register-units', () => {
  const units = shallowRef<readonly UnitRow[]>([])
  const state = shallowRef<'unread' | 'ready' | 'unavailable'>('unread')
  const byId = computed(() => new Map(units.value.map((unit) => [unit.id, unit])))

  /** Reads the tree again. Never rejects. */
  async function load(): Promise<void> {
    const read = await registerApi.units().catch(() => undefined)
    if (read !== undefined) units.value = read
    state.value = read === undefined && state.value !== 'ready' ? 'unavailable' : 'ready'
  }
  const nameOf = (id: string | null | undefined): string =>
    id === null || id === undefined ? '' : (byId.value.get(id)?.name ?? id)

  /** Names above a unit, the highest first, without its own. */
  function pathOf(id: string): string[] {
    const names: string[] = []
    let above = byId.value.get(id)?.parentId
    while (above !== undefined && above !== null && names.length < 20) {
      const unit = byId.value.get(above)
      if (unit === undefined) break
      names.unshift(unit.name)
      above = unit.parentId
    }
    return names
  }
  /** The one unit that is the organisation. */
  const isRoot = (id: string): boolean => byId.value.get(id)?.parentId === null
  return { isRoot, units, state, byId, load, nameOf, pathOf }
})
