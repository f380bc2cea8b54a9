import { computed } from 'vue'
import { alertsApi } from '../../api/alerts.ts'
import { useWork } from '../../composables/use-work.ts'
import { useFetched } from '../../composables/use-fetched.ts'
import { useSession } from '../../stores/session.ts'
import { toRead } from './handover.ts'

const AGAIN_MS = 30_000

/** Notes that the reader has to read before anything can be taken, also one that came since; and the reading of one. */
export function useHandover() {
  const session = useSession()
  const rosters = useFetched(
    () => alertsApi.rosters(),
    () => '',
    AGAIN_MS,
  )
  const unread = computed(() => toRead(rosters.data.value?.rosters ?? [], session.me?.id ?? ''))
  const { run, working, failed } = useWork()
  async function read(rosterId: string): Promise<void> {
    await run(() => alertsApi.readHandover(rosterId))
    await rosters.load()
  }
  return { unread, working, failed, read, load: rosters.load }
}
