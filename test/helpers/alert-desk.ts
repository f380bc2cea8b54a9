import type { AlertSummary } from '@guanlan/contract/alert'
import type { AlertRule } from '@guanlan/contract/alert-rule'
import { AlertRule as RuleSchema } from '@guanlan/contract/alert-rule'
import { registerGroups, type TestGroup } from './events.ts'
import { startServer, type ServerOptions, type TestServer } from './server.ts'
import { createMovingClock, pastWednesday, signIn, STORY_GROUPS, until } from './story.ts'

const EVALUATE_MS = 15_000
const PASSWORD = 'correct horse battery staple'
const PEOPLE = [
  ['office', 'communications', 'city'],
  ['chief', 'leader', 'city'],
  ['officer', 'duty', 'city'],
  ['second', 'duty', 'city'],
  ['northern', 'unit-lead', 'north'],
  ['southern', 'unit-lead', 'south'],
] as const
export type Person = (typeof PEOPLE)[number][0] | 'nobody'

interface Answered<T = Record<string, unknown>> {
  readonly status: number
  readonly body: T
}

/** A server with a clock of its own, a small organisation and everyone whom alerts concern. */
export interface AlertDesk {
  readonly server: TestServer
  readonly clock: ReturnType<typeof createMovingClock>
  readonly key: string
  /** Account ids by person. */
  readonly ids: Readonly<Record<string, string>>
  as<T = Record<string, unknown>>(
    who: Person,
    method: string,
    path: string,
    body?: object,
  ): Promise<Answered<T>>
  /** Puts a rule in force: proposed by one, approved by another. */
  rule(over: Pick<AlertRule, 'id' | 'condition' | 'per'> & Partial<AlertRule>): Promise<void>
  unresolved(who: Person): Promise<AlertSummary[]>
  /** Waits for an unresolved alert of a rule. */
  alertOf(ruleId: string, fits?: (alert: AlertSummary) => boolean): Promise<AlertSummary>
  /** Lets the time between two evaluations pass, and the rules be evaluated. */
  evaluate(): Promise<void>
  stop(): Promise<void>
}

/** @param start where the clock begins, ms since epoch; a Wednesday morning if it is not given */
export async function openAlertDesk(
  options: ServerOptions & { start?: number; groups?: readonly TestGroup[] } = {},
): Promise<AlertDesk> {
  const clock = createMovingClock(options.start ?? pastWednesday())
  const server = await startServer({
    ...options,
    clock,
    env: { GUANLAN_TIMEZONE: 'Asia/Shanghai', ...options.env },
  })
  await registerGroups(server, options.groups ?? STORY_GROUPS)
  const cookies = new Map<string, string>()
  const ids: Record<string, string> = {}
  for (const [name, role, unitId] of PEOPLE) {
    const email = `${name}@city.example`
    const request = { email, name, grants: [{ role, unitId }], password: PASSWORD }
    const made = await server.admin<{ id: string }>('user.create', request)
    ids[name] = made.id
    cookies.set(name, await signIn(server, email, PASSWORD))
  }
  const key = await server.createKey({ source: 'gate', unit: 'city' })
  const desk: AlertDesk = {
    ...{ server, clock, key, ids },
    async as<T>(who: Person, method: string, path: string, body?: object): Promise<Answered<T>> {
      const cookie = cookies.get(who)
      const answer = await fetch(`${server.url}${path}`, {
        method,
        headers: {
          ...(cookie === undefined ? {} : { cookie }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await answer.text()
      return { status: answer.status, body: (text.startsWith('{') ? JSON.parse(text) : text) as T }
    },
    async rule(over) {
      const rule = ruleOf(over)
      const path = `/api/v1/alerting/rules/${rule.id}`
      const proposed = await desk.as<{ rule: AlertRule }>('office', 'PUT', path, { rule })
      if (proposed.status >= 300) throw new Error(`${rule.id}: ${JSON.stringify(proposed.body)}`)
      const decision = { approve: true, version: proposed.body.rule.version }
      const decided = await desk.as('chief', 'POST', `${path}/decision`, decision)
      if (decided.status >= 300) throw new Error(`${rule.id}: ${JSON.stringify(decided.body)}`)
    },
    async unresolved(who) {
      return (await desk.as<{ alerts: AlertSummary[] }>(who, 'GET', '/api/v1/alerts')).body.alerts
    },
    alertOf: (ruleId, fits = () => true) =>
      until(async () => {
        const found = (await desk.unresolved('officer')).find((each) => each.ruleId === ruleId && fits(each))
        if (found === undefined) await desk.evaluate()
        return found
      }),
    async evaluate() {
      clock.advance(EVALUATE_MS)
      await server.tick?.(EVALUATE_MS)
    },
    stop: () => server.stop(),
  }
  return desk
}

/** An operator's rule for tests, complete but for what it is about. */
export const ruleOf = (over: Pick<AlertRule, 'id' | 'condition' | 'per'> & Partial<AlertRule>): AlertRule =>
  RuleSchema.parse({
    ...{ version: 1, name: over.id, origin: 'operator', enabled: true, belowFloor: false },
    where: { units: [], groupKinds: [], categories: [] },
    ...{ pendingSeconds: 0, keepFiringSeconds: 0, onNoData: 'keep', onError: 'keep', policyId: 'standard' },
    ...over,
  })
