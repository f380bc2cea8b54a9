import type { GuanlanEvent } from '@guanlan/contract/event'
import type { DemoGroup } from './organisation.ts'
import { createRandom } from './random.ts'

/** How a row of a public data set becomes an event. */
export interface RealRow {
  text: string
  /** Harm category, or null when the row is not a harm. */
  category: string | null
}

/**
 * Rows of the two text sets of docs/data.md. COLD: a comment labelled offensive (label 1) becomes `hate.group`, everything else is
 * allowed. CPED: everyday speech, always allowed.
 * @param header first line of the file, which tells the set
 * @throws Error when the header belongs to neither set
 */
export function realRow(header: string, line: string): RealRow {
  const columns = header.split('\t')
  const cells = line.split('\t')
  const cell = (name: string) => cells[columns.indexOf(name)] ?? ''
  if (columns.includes('label'))
    return { text: cell('text'), category: cell('label') === '1' ? 'hate.group' : null }
  if (columns.includes('sentiment')) return { text: cell('text'), category: null }
  throw new Error(
    'the file is neither COLD (split, topic, label, text) nor CPED (split, sentiment, emotion, text)',
  )
}

/**
 * Spreads rows evenly over a span of time, groups and members. The same rows and seed give the same events.
 * @param from ms since epoch of the first event
 * @param stepMs between two events
 */
export function realEvent(
  row: RealRow,
  index: number,
  options: { groups: readonly DemoGroup[]; seed: number; from: number; stepMs: number; set: string },
): GuanlanEvent {
  const random = createRandom(options.seed, index)
  const group = random.pick(options.groups)
  const at = options.from + index * options.stepMs
  const iso = (ms: number) => new Date(ms + 8 * 3_600_000).toISOString().replace('Z', '+08:00')
  return {
    id: `${options.set}-${index}`,
    type: 'message.moderated',
    time: iso(at),
    group: group.id,
    sender: random.pick(group.members),
    content: { kind: 'text', text: row.text.slice(0, 10_000) },
    moderation: {
      decision: row.category === null ? 'allowed' : 'removed',
      ...(row.category === null ? {} : { category: row.category }),
      by: random.chance(0.15) ? 'human' : 'automated',
      decidedAt: iso(at + Math.round(random.logNormal(900, 0.6))),
    },
  }
}
