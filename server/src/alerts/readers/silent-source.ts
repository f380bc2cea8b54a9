import { NOTHING, scopesOf } from '../count-figures.ts'
import { isInScopes, MINUTE, type RuleReader } from './reader.ts'

/**
 * Whole minutes since a source was last heard of; a source that never sent is a matter of set-up, not of silence. There is
 * no replay: silence leaves no row behind that would tell it from a quiet night.
 */
export function silentSourceReader(): RuleReader<'silent-source'> {
  return {
    async observe(rule, { sources, floors, now }) {
      return sources.flatMap(({ source, unitIds, lastSeenAt }) => {
        const unitId = unitIds[0]
        if (lastSeenAt === null || unitId === undefined) return []
        if (!isInScopes(scopesOf(rule, floors), unitId, floors)) return []
        // A name may hold a slash, an id may not.
        const subject = { ...NOTHING, unitId, source: source.replaceAll('/', ':') }
        return [{ subject, value: Math.floor((now - lastSeenAt) / MINUTE), basis: null, error: null }]
      })
    },
  }
}
