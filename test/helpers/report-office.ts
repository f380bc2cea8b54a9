import type { Edition } from '@guanlan/contract/report'
import type { EditionPage } from '@guanlan/contract/report-work'
import type { Totals } from '@guanlan/contract/endpoints/totals'
import { expect } from 'vitest'
import { post, registerGroups } from './events.ts'
import { startMail } from './mail.ts'
import { recount, REPORT_GROUPS, type Generated } from './report-week.ts'
import { startServer } from './server.ts'
import { call, signIn, until, type Telling } from './story.ts'

const ACCOUNTS = [
  ['writer', 'communications', 'city'],
  ['leader', 'leader', 'city'],
  ['lead', 'unit-lead', 'south'],
  ['duty', 'duty', 'city'],
  ['auditor', 'auditor', 'city'],
  ['sysadmin', 'sysadmin', 'city'],
] as const

type Api = <T>(
  who: string,
  method: string,
  path: string,
  body?: unknown,
) => Promise<{ status: number; body: T }>

/**
 * A server with one account a role, to which the generated weeks were sent and which has counted them all;
 * group g-4 moved to unit north on the day given.
 */
export async function startReportOffice(options: {
  readonly clock: Telling['clock']
  readonly data: Generated
  readonly movedOn: string
  /** Days that the data spans. */
  readonly span: { readonly from: string; readonly to: string }
}) {
  const { clock, data, span } = options
  const mail = await startMail()
  const server = await startServer({
    clock,
    env: { GUANLAN_SMTP_URL: mail.url, GUANLAN_SIGN_IN_PER_MINUTE: '1000' },
  })
  const cookies = new Map<string, string>()
  const passwords = new Map<string, string>()
  const signInAs = async (name: string, password: string) =>
    void cookies.set(name, await signIn(server, `${name}@city.example`, password))
  /** Sessions end with time: after days they have to begin again. */
  const signInAll = async () => {
    for (const [name, password] of passwords) await signInAs(name, password)
  }
  const api: Api = async <T>(who: string, method: string, path: string, body?: unknown) => {
    const send = () => call(server, cookies.get(who) ?? '', method, path, body)
    let answer = await send()
    const password = passwords.get(who)
    // Sessions are dated by the machine's clock, far behind that of the test: once a day the product sweeps them out as over.
    if (answer.status === 401 && password !== undefined) {
      await signInAs(who, password)
      answer = await send()
    }
    return { status: answer.status, body: answer.body as unknown as T }
  }
  await registerGroups(server, REPORT_GROUPS)
  for (const [name, role, unitId] of ACCOUNTS) {
    const { password } = await server.admin<{ password: string }>('user.create', {
      ...{ email: `${name}@city.example`, name, grants: [{ role, unitId }] },
    })
    passwords.set(name, password)
  }
  await signInAll()
  await move(api, 'g-4', 'north', options.movedOn)
  const key = await server.createKey({ source: 'gate', unit: 'city' })
  const send = async (events: readonly unknown[]) => {
    const answer = await post(server.url, events, { key })
    expect(answer.body.accepted, JSON.stringify(answer.body).slice(0, 300)).toBe(events.length)
  }
  for (const sent of data.days.values()) await send(sent.map(({ event }) => event))
  await send(data.corrections)
  clock.advance(5_000)
  const expected = recount(data.all, span, () => true)
  await until(async () => {
    const totals = await api<Totals>('writer', 'GET', `/api/v1/totals?from=${span.from}&to=${span.to}`)
    return totals.body.accepted === expected.messages ? true : undefined
  })
  return {
    ...{ server, mail, cookies, api, send, signInAll },
    async draftOf(scope: string, period: string, kind = 'week') {
      const answer = await api<EditionPage>('writer', 'POST', '/api/v1/reports', { kind, scope, period })
      expect(answer.status, JSON.stringify(answer.body).slice(0, 300)).toBe(201)
      return answer.body.edition
    },
    async stop() {
      await server.stop()
      await mail.stop()
    },
  }
}
export type ReportOffice = Awaited<ReturnType<typeof startReportOffice>>

async function move(api: Api, id: string, unitId: string, movedOn: string): Promise<void> {
  const before = await api<{ group: Record<string, unknown>; administrators: { post: string }[] }>(
    ...(['writer', 'GET', `/api/v1/groups/${id}`] as const),
  )
  const { name, kind, platform, purpose, informedOn, informedHow, expiresOn, size } = before.body.group
  const { realNamesConfirmedOn, nextReviewOn } = before.body.group
  const edit = { name, kind, platform, purpose, informedOn, informedHow, expiresOn, size, unitId, movedOn }
  const more = { realNamesConfirmedOn, nextReviewOn, administratorPosts: ['duty desk'] }
  const answer = await api('writer', 'PUT', `/api/v1/groups/${id}`, { ...edit, ...more })
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
}

export const value = (edition: Edition, id: string) => edition.figures[id]?.value

/** Every harm, decision, correction and response number of an edition against the recount. */
export function expectTruth(edition: Edition, truth: ReturnType<typeof recount>): void {
  expect(value(edition, 'violations.now')).toBe(truth.violations)
  for (const tier of ['illegal', 'harmful', 'conduct'] as const)
    expect(value(edition, `violations.${tier}.now`), tier).toBe(truth.tiers[tier])
  const table = edition.sections
    .find(({ key: section }) => section === 'violations')!
    .tables.find(({ id }) => id === 'categories')!
  const shown = Object.fromEntries(table.rows.map(({ cells }) => [cells[0], cells[2]]))
  for (const [code, count] of Object.entries(truth.categories)) expect(shown[code], code).toBe(count)
  expect(Object.values(shown).reduce<number>((sum, each) => sum + Number(each), 0)).toBe(truth.violations)
  for (const decision of ['warned', 'restricted', 'removed'])
    expect(value(edition, `decision.${decision}`), decision).toBe(truth.decisions[decision] ?? 0)
  expect(value(edition, 'corrections.decided')).toBe(truth.decided)
  expect(value(edition, 'corrections.corrected')).toBe(truth.corrected)
  expect(value(edition, 'corrections.overturned')).toBe(truth.overturned)
  expect(value(edition, 'delay.count')).toBe(truth.delays.length)
  const trueMedian = truth.delays[Math.floor(truth.delays.length / 2)]! / 60_000
  // Fixed buckets of 10^(1/8): an interpolated percentile is off by at most a third (analytics/src/delay-buckets.ts).
  const ratio = Number(value(edition, 'delay.median')) / trueMedian
  expect(ratio).toBeGreaterThan(1 / 1.34)
  expect(ratio).toBeLessThan(1.34)
  const basis = edition.basis.reduce((sum, { events }) => sum + events, 0)
  expect(basis).toBe(truth.messages)
}
