/** Open windows of all scopes: every unit with its subtree, and what lies directly on a unit that has children. */
import type { PeoplePool } from './people-pool.ts'
import { createScopeTable, type ScopeTable } from './scope-table.ts'

/** A unit of the register; the caller's dense index is its place in the list. */
export interface WordUnit {
  id: string
  /** index of the parent, -1 for the one root */
  parent: number
}

export interface Scope {
  unit: number
  /** messages of groups that hang directly on a unit with children: counted for the guard, never shown */
  direct: boolean
  id: string
  parent: Scope | null
  depth: number
  children: Scope[]
  table: ScopeTable
  /** window start, ms on the grid */
  from: number
  /** ms: the earliest moment that the window can have seen */
  since: number
  /** has a message ever arrived? A part that never speaks is no part of a split */
  heard: boolean
  negative: number
  positive: number
  /** end of the newest window in which a word was shown, by word */
  shown: Map<number, number>
  /** words of this scope hidden by a child while shown here: child, window end, people */
  withheld: Map<number, { child: Scope; to: number; people: number }[]>
}

export interface ScopeTree {
  all: Scope[]
  /** own scope of a unit, then its ancestors up to the root, then its direct part if it has children */
  chainOf(unit: number): readonly Scope[]
  scopeOf(unit: number): Scope | undefined
  setUnits(units: readonly WordUnit[], from: number, since: number): void
}

export function createScopeTree(pool: PeoplePool, maxWords: { root: number; unit: number }): ScopeTree {
  const own = new Map<number, Scope>()
  const direct = new Map<number, Scope>()
  let chains: (readonly Scope[])[] = []
  const tree: ScopeTree = {
    all: [],
    chainOf: (unit) => chains[unit] ?? [],
    scopeOf: (unit) => own.get(unit),
    setUnits,
  }

  function setUnits(units: readonly WordUnit[], from: number, since: number): void {
    const open = (unit: number, isDirect: boolean): Scope => {
      const kept = (isDirect ? direct : own).get(unit)
      const scope =
        kept ??
        openScope(
          unit,
          isDirect,
          createScopeTable(pool, units[unit]!.parent < 0 && !isDirect ? maxWords.root : maxWords.unit),
          from,
          since,
        )
      ;(isDirect ? direct : own).set(unit, scope)
      scope.children = []
      scope.id = units[unit]!.id
      return scope
    }
    for (const scope of direct.values()) scope.parent = null
    units.forEach((_, unit) => open(unit, false))
    units.forEach(({ parent }, unit) => adopt(own.get(unit)!, parent < 0 ? null : own.get(parent)!))
    units.forEach((_, unit) => {
      const scope = own.get(unit)!
      if (scope.children.length > 0) adopt(open(unit, true), scope)
    })
    tree.all = [...own.values(), ...direct.values()].filter(
      (scope) => scope.unit < units.length && (!scope.direct || scope.parent !== null),
    )
    for (const scope of tree.all) scope.depth = ancestors(scope).length
    tree.all.sort((a, b) => a.depth - b.depth || a.unit - b.unit)
    chains = units.map((_, unit) => {
      const scope = own.get(unit)!
      const chain = ancestors(scope)
      return scope.children.length > 0 ? [...chain, direct.get(unit)!] : chain
    })
  }
  return tree
}

function adopt(scope: Scope, parent: Scope | null): void {
  scope.parent = parent
  parent?.children.push(scope)
}

/** The scope itself and its ancestors; a ring in the caller's tree is an error. */
function ancestors(scope: Scope): Scope[] {
  const chain: Scope[] = []
  for (let at: Scope | null = scope; at; at = at.parent) {
    if (chain.includes(at)) throw new RangeError(`unit ${at.id} is its own ancestor`)
    chain.push(at)
  }
  return chain
}

function openScope(unit: number, direct: boolean, table: ScopeTable, from: number, since: number): Scope {
  return {
    unit,
    direct,
    id: '',
    parent: null,
    depth: 0,
    children: [],
    table,
    from,
    since,
    heard: false,
    negative: 0,
    positive: 0,
    shown: new Map(),
    withheld: new Map(),
  }
}
