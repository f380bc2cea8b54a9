import type { UnitBurden } from '@guanlan/contract/register'

/** Fewer own groups than this are no burden worth an argument. */
const MANY = 3

interface MergeArgument {
  kind: 'silent' | 'light'
  own: number
  n: number
  share: string
}

/**
 * Why groups of a unit may be merged or dissolved, in figures of the unit itself: most of its groups are silent, or most
 * are little used. Undefined: the figures do not argue for it.
 */
export function mergeArgument(row: UnitBurden): MergeArgument | undefined {
  const { groups, silent, light } = row
  // Only leaves argue: figures of a unit with units below would repeat theirs.
  if (row.ownGroups < MANY || row.ownGroups !== groups) return undefined
  const of = (n: number) => `${Math.round((n / groups) * 100)}%`
  if (silent * 2 >= groups) return { kind: 'silent', own: groups, n: silent, share: of(silent) }
  if (light * 2 >= groups) return { kind: 'light', own: groups, n: light, share: of(light) }
  return undefined
}
