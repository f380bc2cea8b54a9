import type { Decisions } from '@guanlan/contract/panels'
import { atLeastZero, sqlFile, withFragments } from './read.ts'
import type { Question } from './source.ts'
import { windowParams } from './window.ts'

const SQL = sqlFile(import.meta.url, 'decisions.sql')

/** Messages by decision and by who decided (question over hourWindow: full local hours). */
export async function readDecisions({ read, counted, window }: Question): Promise<Decisions> {
  const rows = await read<{ outcome: string; decided_by: string; messages: number }>(
    withFragments(SQL, { byGroup: counted.byGroup, alone: counted.alone }),
    {
      ...windowParams(window),
      ...counted.params,
    },
  )
  const sum = (matches: (row: (typeof rows)[number]) => boolean) =>
    atLeastZero(rows.filter(matches).reduce((total, row) => total + row.messages, 0))
  return {
    allowed: sum((row) => row.outcome === 'allowed'),
    warned: sum((row) => row.outcome === 'warned'),
    restricted: sum((row) => row.outcome === 'restricted'),
    removed: sum((row) => row.outcome === 'removed'),
    automated: sum((row) => row.decided_by === 'automated'),
    human: sum((row) => row.decided_by === 'human'),
  }
}
