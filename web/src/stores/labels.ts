import type { ScopeTree } from '@guanlan/contract/register'
import { type Scope, parseScope } from '@guanlan/contract/scope'
import type { Category } from '@guanlan/contract/taxonomy'
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { api } from '../api/client.ts'
import { isApiFailure } from '../api/http.ts'

const RETRY_MS = 5_000
const isPassing = (error: unknown) => isApiFailure(error) && (error.status === 0 || error.status >= 500)

/** Names of everything on the screens: categories, units and groups. Read once after sign-in. */
export const useLabels = defineStore('labels', () => {
  const categories = shallowRef<Category[]>([])
  const tree = shallowRef<ScopeTree>({ units: [], groups: [] })

  const byCode = computed(() => new Map(categories.value.map((category) => [category.code, category])))
  const units = computed(() => new Map(tree.value.units.map((unit) => [unit.id, unit])))
  const groups = computed(() => new Map(tree.value.groups.map((group) => [group.id, group])))
  /** The only unit without a parent names the organisation; an account further down does not see it. */
  const root = computed(() => tree.value.units.find((unit) => unit.parentId === null))

  let again: ReturnType<typeof setTimeout> | undefined
  /**
   * Reads what is readable; a display may not see the register, and then scopes keep their ids. What the server could not
   * give now is asked for again: a wall would show codes all day. Never rejects.
   */
  async function load(): Promise<void> {
    clearTimeout(again)
    const [categoriesRead, treeRead] = await Promise.allSettled([api.categories(), api.scopes()])
    if (categoriesRead.status === 'fulfilled') categories.value = categoriesRead.value
    if (treeRead.status === 'fulfilled') tree.value = treeRead.value
    if ([categoriesRead, treeRead].some((read) => read.status === 'rejected' && isPassing(read.reason)))
      again = setTimeout(() => void load(), RETRY_MS)
  }

  function clear(): void {
    clearTimeout(again)
    categories.value = []
    tree.value = { units: [], groups: [] }
  }

  function categoryName(code: string, locale: string): string {
    const category = byCode.value.get(code)
    const words = (one: Category) => (locale === 'en' ? one.en : one.zh)
    if (category !== undefined) return words(category)
    // A code that only holds others is called by what it holds.
    const held = categories.value.filter((one) => one.code.startsWith(`${code}.`)).map(words)
    return held.length === 0 ? code : held.join(locale === 'en' ? ', ' : '、')
  }

  /** Name of a scope; undefined where the register was not readable. */
  function scopeName(key: string): string | undefined {
    const scope = parseScope(key)
    if (scope === undefined) return undefined
    if (scope.kind === 'org') return root.value?.name
    return scope.kind === 'unit' ? units.value.get(scope.id)?.name : groups.value.get(scope.id)?.name
  }

  /** Units above a scope, the highest first, without the scope itself. */
  function pathOf(scope: Scope): { key: string; name: string }[] {
    if (scope.kind === 'org') return []
    let at = scope.kind === 'group' ? groups.value.get(scope.id)?.unitId : units.value.get(scope.id)?.parentId
    const path: { key: string; name: string }[] = []
    while (at !== undefined && at !== null && path.length < 20) {
      const unit = units.value.get(at)
      if (unit === undefined) break
      path.unshift({ key: unit.parentId === null ? 'org' : `unit:${unit.id}`, name: unit.name })
      at = unit.parentId
    }
    return path
  }

  return { categories, tree, load, clear, categoryName, scopeName, pathOf }
})
