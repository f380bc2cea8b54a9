import type { Allocation } from '@guanlan/analytics/privacy/visibility'
import type { PanelData, PanelName } from '@guanlan/contract/panels'
import type { Range, Scope } from '@guanlan/contract/scope'
import { createLocalTime } from '@guanlan/server/lib/local-day'
import { createFigures, type FigureDeps } from '@guanlan/server/live/figures'
import { createPanels } from '@guanlan/server/live/panels/registry'
import type { ClickHouse } from '@guanlan/server/ports/clickhouse'
import fc from 'fast-check'
import { storeMessages, type StoredMessage } from './clickhouse.ts'
import {
  allocateDay,
  directoryOf,
  makeOrganisation,
  storeAllocation,
  unionOf,
  type Organisation,
} from './organisation.ts'

export const time = createLocalTime('Asia/Shanghai')
/** A Tuesday, 14:37 local time. */
export const NOW = Date.parse('2027-03-09T14:37:20+08:00')
export const TODAY = '2027-03-09'
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE

export const TIERS: Record<string, string> = {
  'self-harm.concern': 'care',
  fraud: 'illegal',
  'leak.privacy': 'illegal',
  'minors.unsafe': 'harmful',
  vulgar: 'harmful',
  ads: 'conduct',
  offtopic: 'conduct',
}

/** root > a(b, c), d; small and large groups in each. */
export const organisation: Organisation = makeOrganisation(
  [
    { id: 'root', parentId: null },
    { id: 'a', parentId: 'root' },
    { id: 'b', parentId: 'a' },
    { id: 'c', parentId: 'a' },
    { id: 'd', parentId: 'root' },
  ],
  [
    ...['g1', 'g2', 'g3'].map((id) => ({ id, unitId: 'b' })),
    ...['g4', 'g5'].map((id) => ({ id, unitId: 'c' })),
    ...['g6', 'g7'].map((id) => ({ id, unitId: 'd' })),
    { id: 'g8', unitId: 'a' },
    { id: 'g9', unitId: 'root' },
  ],
)
export const UNITS = organisation.units.map((unit) => unit.id)
export const GROUPS = organisation.groups.map((group) => group.id)
const leafOf = new Map(organisation.groups.map((group) => [group.id, group.unitId]))

export interface Message {
  group: string
  person: string
  at: number
  category: string
  overturned: boolean
}

/** One random fortnight: a size for each group decides how many people speak in it. */
export const fortnight = fc.record({
  sizes: fc.array(fc.constantFrom(0, 1, 3, 6, 12, 25), {
    minLength: GROUPS.length,
    maxLength: GROUPS.length,
  }),
  messages: fc.array(
    fc.record({
      group: fc.nat(GROUPS.length - 1),
      person: fc.nat(24),
      minutesAgo: fc.oneof(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 26 * 60 }),
        fc.integer({ min: 7 * 24 * 60 - 800, max: 7 * 24 * 60 + 1500 }),
      ),
      category: fc.constantFrom('', '', '', ...Object.keys(TIERS)),
      overturned: fc.boolean(),
    }),
    { minLength: 150, maxLength: 400 },
  ),
})

type People = ReadonlyMap<string, ReadonlyMap<string, Set<string>>>

/** A filled store: what was written, what the floors made of it, and the real panels over it. */
export interface Filled {
  readonly messages: readonly Message[]
  /** By day, by group. */
  readonly allocations: ReadonlyMap<string, Allocation>
  /** Who spoke, by day, by group. */
  readonly people: People
  read<P extends PanelName>(panel: P, scope: Scope, range?: Range): Promise<PanelData[P] | null>
}

export interface Sample {
  readonly sizes: readonly number[]
  readonly messages: readonly {
    readonly group: number
    readonly person: number
    readonly minutesAgo: number
    readonly category: string
    readonly overturned: boolean
  }[]
}

const TABLES = [
  ...['decision_raw', 'minute_unit', 'hour_group', 'hour_first', 'hour_source', 'hour_delay'],
  'group_visibility',
]
let run = 0

/** Empties the store, then fills it with messages and with what the real allocation makes of their people. */
export async function fill(clickhouse: ClickHouse, sample: Sample): Promise<Filled> {
  for (const table of TABLES) await clickhouse.command(`TRUNCATE TABLE ${table}`)
  run += 1
  const messages = sample.messages.flatMap(({ group, person, minutesAgo, category, overturned }) => {
    const size = sample.sizes[group] ?? 0
    if (size === 0) return []
    // People of a unit overlap a little between its groups, as they do.
    const name = `p${(person % size) + (group % 4) * 8}`
    return [{ group: GROUPS[group] ?? '', person: name, at: NOW - minutesAgo * MINUTE, category, overturned }]
  })
  const people = new Map<string, Map<string, Set<string>>>()
  for (const message of messages) {
    const day = time.dayOf(message.at)
    const ofDay = people.get(day) ?? new Map<string, Set<string>>()
    people.set(day, ofDay)
    ofDay.set(message.group, (ofDay.get(message.group) ?? new Set()).add(message.person))
  }
  const rows = messages.flatMap((message, index) => rowsOf(message, run * 100_000 + index))
  await storeMessages(clickhouse, rows, `m.${Date.now()}.${run}`)
  const allocations = new Map<string, Allocation>()
  for (const day of [...people.keys()].sort()) {
    const yesterday = people.get(time.addDays(day, -1)) ?? new Map()
    const allocation = allocateDay(organisation, day, people.get(day) ?? new Map(), yesterday)
    allocations.set(day, allocation)
    await storeAllocation(clickhouse, organisation, { day, allocation, version: Date.now() + run })
  }
  return { messages, allocations, people, read: panelsOver(clickhouse, people) }
}

/** A correction is a signed pair in the original's buckets, as the writer makes it. */
function rowsOf(message: Message, id: number): StoredMessage[] {
  const decision = message.category === '' ? 'allowed' : 'removed'
  const row: StoredMessage = {
    id,
    minute: Math.floor(message.at / MINUTE) * MINUTE,
    hour: time.hourStart(message.at),
    day: time.dayOf(message.at),
    groupId: message.group,
    unitId: leafOf.get(message.group) ?? '',
    tier: TIERS[message.category] ?? 'none',
    category: message.category,
    decision,
  }
  if (!message.overturned || message.category === '') return [row]
  const first = { firstDecision: decision, firstCategory: message.category }
  return [
    row,
    { ...row, ...first, sign: -1 },
    {
      ...row,
      ...first,
      tier: 'none',
      category: '',
      decision: 'allowed',
      decidedBy: 'human',
      revision: message.at + HOUR,
    },
  ]
}

/** Reads panels that remember nothing from before. */
export function panelsOver(clickhouse: ClickHouse, people: People): Filled['read'] {
  const panels = createPanels(createFigures(depsOf(clickhouse, people)))
  return <P extends PanelName>(panel: P, scope: Scope, range: Range = 'day') =>
    panels[panel].read({ scope, range, now: NOW }) as Promise<PanelData[P] | null>
}

function depsOf(clickhouse: ClickHouse, people: People): FigureDeps {
  const today = people.get(TODAY) ?? new Map<string, Set<string>>()
  return {
    clickhouse,
    directory: {
      ...directoryOf(organisation),
      taxonomy: { get: (code: string) => ({ tier: TIERS[code] }) },
    } as unknown as FigureDeps['directory'],
    time,
    clock: { now: () => NOW },
    people: {
      group: (id) => unionOf(today, [id]),
      unit: (id) =>
        unionOf(today, directoryOf(organisation).groupsOf(organisation.tree.subtreeOn(id, TODAY))),
    },
    pulse: { perSecond: (groups) => [[...groups].length] },
    sources: () => [],
    backlog: () => 0,
    words: () => ({ state: 'warming_up', warmMinutes: 0, releasedAt: null, from: null, to: null, rows: [] }),
    decideWithinMs: 600_000,
    peopleFloor: 10,
    categoryFloor: 3,
  }
}

export const finalTier = (message: Message) =>
  message.overturned ? 'none' : (TIERS[message.category] ?? 'none')
export const isViolation = (message: Message) =>
  ['illegal', 'harmful', 'conduct'].includes(finalTier(message))
