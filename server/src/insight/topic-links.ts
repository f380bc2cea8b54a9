import type { TopicLink } from '@guanlan/analytics/topics/identity'
import type { Postgres } from '../ports/postgres.ts'

/** Which shown topics parted or flowed together, so that a restart does not forget it. */
export function createLinkStore(postgres: Postgres, onError: (error: unknown) => void) {
  return {
    async add(links: readonly TopicLink[]): Promise<void> {
      for (const { kind, from, into, at } of links)
        await postgres
          .query(
            'INSERT INTO topic_link (kind, from_id, into_id, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
            [...[kind, from, into, new Date(at)]],
          )
          .catch(onError)
    },
    async since(from: number): Promise<TopicLink[]> {
      const rows = await postgres.query<{
        kind: TopicLink['kind']
        from_id: string
        into_id: string
        at: Date
      }>('SELECT kind, from_id, into_id, at FROM topic_link WHERE at >= $1 ORDER BY at', [new Date(from)])
      return rows.map((row) => ({
        kind: row.kind,
        from: row.from_id,
        into: row.into_id,
        at: row.at.getTime(),
      }))
    },
  }
}
