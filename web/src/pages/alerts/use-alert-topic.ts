import type { AlertSummary } from '@guanlan/contract/alert'
import type { RouteLocationRaw } from 'vue-router'
import { usePanel } from '../../composables/use-panel.ts'
import { useLabels } from '../../stores/labels.ts'
import { useSession } from '../../stores/session.ts'

type About = Pick<AlertSummary, 'subject'>

const TITLE_WORDS = 3

/** The topic that an alert is about: its released words while the reader's list has it, and where it is explained. */
export function useAlertTopic() {
  const session = useSession()
  const labels = useLabels()
  const topics = usePanel('topics', () => session.me?.home ?? 'org', 'day')
  return {
    words({ subject }: About): string | null {
      const row = topics.value.data?.rows.find(({ id }) => id === subject.topicId)
      return row === undefined ? null : row.words.slice(0, TITLE_WORDS).join(' ')
    },
    page({ subject: { topicId, unitId } }: About): RouteLocationRaw | null {
      if (topicId === null) return null
      const root = labels.tree.units.some((unit) => unit.id === unitId && unit.parentId === null)
      return { name: 'topic', params: { id: topicId }, query: { scope: root ? 'org' : `unit:${unitId}` } }
    },
  }
}
