import { NOTHING, scopesOf } from '../count-figures.ts'
import { isInScopes, type ReaderDeps, type RuleReader } from './reader.ts'

/** Shifts of released topics, or of the organisation; there are none of units and groups, and no replay. */
export function sentimentShiftReader({ from, directory }: ReaderDeps): RuleReader<'sentiment-shift'> {
  return {
    async observe(rule, { floors, now }) {
      const seen = from.moods(now)
      if (seen === null) return null
      const wanted = seen.filter(({ topicId, unitId }) =>
        rule.per === 'topic'
          ? topicId !== null && isInScopes(scopesOf(rule, floors), unitId, floors)
          : topicId === null && unitId === directory.root,
      )
      return wanted.map(({ topicId, unitId, points, messages }) => ({
        subject: { ...NOTHING, unitId, topicId },
        ...{ value: points, basis: messages, error: null },
      }))
    },
  }
}
