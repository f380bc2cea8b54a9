import { NOTHING, scopesOf } from '../count-figures.ts'
import { isInScopes, type ReaderDeps, type RuleReader } from './reader.ts'

const WINDOW_MINUTES = 60

/** Units in which someone may need help, by the hour: 1, nothing else. There is no replay: that would be a counter. */
export function distressReader({ counts }: ReaderDeps): RuleReader<'distress'> {
  return {
    async observe(rule, round) {
      if ((!counts.ready && !round.broken) || !round.heard) return null
      const { floors } = round
      const units = new Set<string>()
      for (const row of await round.placed(WINDOW_MINUTES)) {
        if (row.category === '' || row.unitId === '') continue
        if (floors.directory.taxonomy.get(row.category)?.tier === 'care') units.add(row.unitId)
      }
      return [...units]
        .filter((unitId) => isInScopes(scopesOf(rule, floors), unitId, floors))
        .map((unitId) => ({ subject: { ...NOTHING, unitId }, value: 1, basis: null, error: null }))
    },
  }
}
