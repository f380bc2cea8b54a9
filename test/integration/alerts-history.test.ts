import { afterAll, beforeAll, expect, it } from 'vitest'
import { openAlertDesk, type AlertDesk } from '../helpers/alert-desk.ts'
import { message, post } from '../helpers/events.ts'
import { STORY_GROUPS } from '../helpers/story.ts'

// What changes history raises no alert: an import whatever its age, and what is sent more than a day late. The same messages do when
// they come live, so that the rules are right.
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAYS = 16
const RULES = ['count', 'week', 'share', 'rise', 'slow', 'distress', 'silent-source']
let desk: AlertDesk

interface Harm {
  readonly id?: string
  readonly sender?: string
  readonly category?: string
  readonly decidedAfter?: number
}
function acted(at: number, { id, sender = 'u-1', category = 'ads', decidedAfter = 0 }: Harm) {
  const decidedAt = new Date(at + decidedAfter).toISOString()
  return message({
    ...(id === undefined ? {} : { id }),
    ...{ time: new Date(at).toISOString(), group: 'g-1', sender },
    moderation: { decision: 'removed', category, by: 'automated', decidedAt },
  })
}
const allowed = (at: number, sender: string, group: string, id?: string) =>
  message({
    ...(id === undefined ? {} : { id }),
    ...{ time: new Date(at).toISOString(), group, sender },
    moderation: { decision: 'allowed', by: 'automated', decidedAt: new Date(at).toISOString() },
  })

/** Everything that the rules below look for, sent by many people at `at`. */
const emergency = (at: number) => [
  ...Array.from({ length: 40 }, (_, i) => acted(at, { sender: `u-${i}`, category: 'fraud' })),
  ...Array.from({ length: 40 }, (_, i) =>
    acted(at, { sender: `u-${i}`, category: 'abuse.insult', decidedAfter: 45 * MINUTE }),
  ),
  ...Array.from({ length: 150 }, (_, i) => acted(at, { sender: `u-${i % 40}` })),
  acted(at, { category: 'self-harm.concern' }),
]

const imported = async (events: readonly object[], source = 'gate') => {
  for (let i = 0; i < events.length; i += 5_000)
    expect(
      await desk.server.admin('import.batch', { events: events.slice(i, i + 5_000), source }),
    ).toMatchObject({ rejected: [] })
  await desk.server.admin('import.settle')
}
const send = async (events: readonly object[]) =>
  expect((await post(desk.server.url, events, { key: desk.key })).body).toMatchObject({
    accepted: events.length,
  })

/** Over an hour in which all rules are evaluated often and somebody goes on sending, so that silence explains nothing. */
async function anHourOn(): Promise<void> {
  for (let minute = 0; minute < 75; minute += 5) {
    await send(STORY_GROUPS.map(({ id }, i) => allowed(desk.clock.now() - 500, `u-${minute + i}`, id)))
    await desk.server.admin('import.settle')
    for (let i = 0; i < 3; i++) await desk.evaluate()
    desk.clock.advance(5 * MINUTE - 45_000)
  }
}
const raised = async () =>
  [...new Set((await desk.unresolved('officer')).map(({ ruleId }) => ruleId ?? ''))]
    .filter((id) => RULES.includes(id))
    .sort()

beforeAll(async () => {
  desk = await openAlertDesk()
  const now = desk.clock.now()
  const usual: object[] = []
  for (let at = now - DAYS * 24 * HOUR; at < now; at += HOUR)
    for (const { id: group } of STORY_GROUPS)
      for (let i = 0; i < 4; i++) {
        const sender = `u-${(at / HOUR + i * 7) % 60}`
        usual.push(i === 0 ? { ...acted(at, { sender }), group } : allowed(at, sender, group))
      }
  await imported(usual)
  const levels = (from: number) => [{ level: 'yellow' as const, from }]
  const where = { units: ['north'], groupKinds: [], categories: [] }
  await desk.rule({
    ...{ id: 'count', per: 'unit' },
    condition: { kind: 'threshold', counted: 'illegal', windowMinutes: 120, levels: levels(10) },
  })
  await desk.rule({
    ...{ id: 'week', per: 'org' },
    condition: { kind: 'threshold', counted: 'illegal', windowMinutes: 7 * 24 * 60, levels: levels(10) },
  })
  await desk.rule({
    ...{ id: 'share', per: 'org' },
    condition: {
      ...{ kind: 'rate', counted: 'illegal', windowMinutes: 120, leastMessages: 20 },
      levels: levels(0.03),
    },
  })
  await desk.rule({
    ...{ id: 'rise', per: 'unit', where },
    condition: { kind: 'surge', counted: 'conduct', leastCount: 5, levels: levels(2.35) },
  })
  await desk.rule({
    ...{ id: 'slow', per: 'unit' },
    condition: {
      ...{ kind: 'time-to-decision', tier: 'harmful', statistic: 'p90', windowMinutes: 120 },
      ...{ leastCount: 10, levels: levels(30) },
    },
  })
})
afterAll(() => desk?.stop())

it('an import never does, neither of now nor of last week', async () => {
  const now = desk.clock.now()
  await imported([1, 30, 70].flatMap((minutes) => emergency(now - minutes * MINUTE)))
  await imported(emergency(now - 3 * 24 * HOUR))
  await anHourOn()
  expect(await raised()).toEqual([])
})

it('nor what is sent more than a day late', async () => {
  await send(emergency(desk.clock.now() - 25 * HOUR))
  await anHourOn()
  expect(await raised()).toEqual([])
})

it('nor an imported correction of live messages', async () => {
  const at = desk.clock.now() - 500
  const ids = Array.from({ length: 40 }, (_, i) => `c-${i}`)
  await send(ids.map((id, i) => allowed(at, `u-${i}`, 'g-1', id)))
  const decidedAt = new Date(at + MINUTE).toISOString()
  await imported(
    ids.map((id) => ({
      ...{ id: `${id}-corrected`, type: 'message.corrected', corrects: id },
      moderation: { decision: 'removed', category: 'fraud', by: 'human', decidedAt },
    })),
  )
  await anHourOn()
  expect(await raised()).toEqual([])
})

it('and a source of which only imports came was never heard, so that it cannot fall silent', async () => {
  await desk.server.createKey({ source: 'archive', unit: 'city' })
  await imported([allowed(desk.clock.now() - MINUTE, 'u-1', 'g-2')], 'archive')
  await anHourOn()
  expect(await raised()).toEqual([])
})

it('the same messages raise all of them when they come live', async () => {
  const at = desk.clock.now() - 500
  await send(emergency(at))
  // What was imported is usual by now, so that a rise has to be above it.
  await send(Array.from({ length: 600 }, (_, i) => acted(at, { sender: `u-${i % 40}` })))
  await anHourOn()
  expect(await raised()).toEqual(['count', 'distress', 'rise', 'share', 'slow', 'week'])
})
