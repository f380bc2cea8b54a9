/**
 * The seeds' command line, started by `guanlan demo` as a child process and usable alone:
 *   organisation --out DIR [--seed N] --informed-on YYYY-MM-DD      units.csv and groups.csv for `guanlan register import`
 *   history [--seed N] [--days 28] [--until MS]                     NDJSON for `guanlan import -`; of it with [--from MS] [--to MS]
 *                                                                   what was sent in between
 *   play --url URL [--seed N] [--speed 1]                           live scenario; the ingest key is in GUANLAN_DEMO_KEY
 *   duty --url URL [--week 2026-W47]                                acts as the duty officer; sign-ins are in GUANLAN_DEMO_ACCOUNTS;
 *                                                                   has the report of the week drafted first, for somebody to approve
 *   real FILE.tsv.gz --set NAME [--seed N] [--days 7] [--until MS]  NDJSON from a public text set (docs/data.md)
 */
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createGunzip } from 'node:zlib'
import type { AlertSummary } from '@guanlan/contract/alert'
import type { GuanlanEvent } from '@guanlan/contract/event'
import type { ReportPlan } from '@guanlan/contract/report-work'
import { dutyDeeds, type DutyRole } from './duty.ts'
import { demoHistory } from './history.ts'
import { demoOrganisation, registerCsv } from './organisation.ts'
import { play } from './player.ts'
import { realEvent, realRow } from './real-input.ts'

const DAY = 86_400_000
const LOOK_MS = 10_000

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string' },
    seed: { type: 'string', default: '7' },
    'informed-on': { type: 'string' },
    days: { type: 'string' },
    until: { type: 'string', default: String(Date.now()) },
    from: { type: 'string' },
    to: { type: 'string' },
    url: { type: 'string' },
    speed: { type: 'string', default: '1' },
    week: { type: 'string' },
    set: { type: 'string', default: 'real' },
  },
})

function stop(line: string): never {
  process.stderr.write(`seeds: ${line}\n`)
  process.exit(2)
}

function positive(name: 'seed' | 'days' | 'until' | 'from' | 'to' | 'speed', fallback?: number): number {
  const number = Number(values[name] ?? fallback)
  return Number.isFinite(number) && number > 0 ? number : stop(`--${name} takes a number above 0`)
}

async function print(events: Iterable<GuanlanEvent> | AsyncIterable<GuanlanEvent>): Promise<void> {
  let chunk = ''
  for await (const event of events) {
    chunk += JSON.stringify(event) + '\n'
    if (chunk.length < 262_144) continue
    if (!process.stdout.write(chunk)) await once(process.stdout, 'drain')
    chunk = ''
  }
  process.stdout.write(chunk)
}

async function* realEvents(file: string, seed: number): AsyncGenerator<GuanlanEvent> {
  const groups = demoOrganisation(seed).groups.filter((group) => group.kind === 'service')
  const input = createReadStream(file)
  const lines = createInterface({
    input: file.endsWith('.gz') ? input.pipe(createGunzip()) : input,
    crlfDelay: Infinity,
  })
  const stepMs = 10_000
  const from = positive('until') - positive('days', 7) * DAY
  let header: string | undefined
  let index = 0
  for await (const line of lines) {
    if (header === undefined) header = line
    else if (line !== '')
      yield realEvent(realRow(header, line), index++, { groups, seed, from, stepMs, set: values.set })
  }
}

async function live(url: string): Promise<void> {
  const key = process.env.GUANLAN_DEMO_KEY ?? stop('GUANLAN_DEMO_KEY holds the ingest key')
  const seed = positive('seed')
  const end = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'disconnect'] as const) process.on(signal, () => end.abort())
  const post = async (events: GuanlanEvent[]) => {
    const body = events.map((event) => JSON.stringify(event)).join('\n')
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' }
    const response = await fetch(`${url}/api/v1/events`, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(10_000),
    })
    await response.arrayBuffer()
    if (response.status === 401 || response.status === 403) stop('the ingest key is not taken any more')
    if (response.status !== 200 && response.status !== 422) throw new Error(`status ${response.status}`)
  }
  await play({
    organisation: demoOrganisation(seed),
    seed,
    speed: positive('speed'),
    startedAt: Date.now(),
    post,
    now: Date.now,
    sleep: (ms, signal) => sleep(ms, undefined, { signal }),
    signal: end.signal,
  })
}

type Ask = (role: DutyRole, method: string, path: string, body?: object) => Promise<unknown>

/** The weekly report: drafted each Monday from now on, and for the week that is over at once. */
async function planWeek(ask: Ask, period: string): Promise<void> {
  const report = { kind: 'week', scope: 'org' } as const
  const plan: ReportPlan = { ...report, enabled: true, at: '08:00', workdays: true, approver: 'leader' }
  await ask('communications', 'PUT', 'report-plans', plan)
  await ask('communications', 'POST', 'reports', { ...report, period })
}

/** The duty officer of the demo and whoever confirms with them: nothing but the public API, as a browser would use it. */
async function attend(url: string): Promise<void> {
  const accounts = JSON.parse(
    process.env.GUANLAN_DEMO_ACCOUNTS ?? stop('GUANLAN_DEMO_ACCOUNTS holds the sign-ins'),
  ) as { role: string; email: string; password: string }[]
  const end = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'disconnect'] as const) process.on(signal, () => end.abort())
  const cookies = new Map<string, string>()
  const ask: Ask = async (role, method, path, body) => {
    const answer = await fetch(`${url}/api/v1/${path}`, {
      method,
      headers: {
        cookie: cookies.get(role) ?? '',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    })
    if (answer.status === 401) cookies.delete(role)
    const set = answer.headers.getSetCookie().map((each) => each.split(';')[0])
    if (set.length > 0) cookies.set(role, set.join('; '))
    const text = await answer.text()
    return answer.ok && text !== '' ? JSON.parse(text) : {}
  }
  let week = values.week
  while (!end.signal.aborted) {
    try {
      for (const role of ['duty', 'communications'] as const) {
        const account = accounts.find((each) => each.role === role)
        if (cookies.has(role) || account === undefined) continue
        await ask(role, 'POST', 'session', { email: account.email, password: account.password })
      }
      if (week !== undefined && cookies.has('communications')) {
        const due = week
        // Asked for once: a draft that takes long is made all the same.
        week = undefined
        await planWeek(ask, due)
      }
      const { alerts = [] } = (await ask('duty', 'GET', 'alerts')) as { alerts?: AlertSummary[] }
      for (const { role, path, alertId, body } of dutyDeeds(alerts, Date.now()))
        await ask(role, 'POST', `alerts/${alertId}/${path}`, body)
    } catch {
      // The server may be starting again: what was not done is still to be done.
    }
    await sleep(LOOK_MS, undefined, { signal: end.signal }).catch(() => undefined)
  }
}

const seed = positive('seed')
switch (positionals[0]) {
  case 'organisation': {
    const out = values.out ?? stop('--out takes a folder')
    const csv = registerCsv(
      demoOrganisation(seed),
      values['informed-on'] ?? stop('--informed-on takes YYYY-MM-DD'),
    )
    await mkdir(out, { recursive: true })
    await writeFile(join(out, 'units.csv'), csv.units)
    await writeFile(join(out, 'groups.csv'), csv.groups)
    break
  }
  case 'history': {
    const [until, days] = [positive('until'), positive('days', 28)]
    const part = { from: positive('from', 1), to: positive('to', until) }
    await print(demoHistory(demoOrganisation(seed), seed, { until, days, ...part }))
    break
  }
  case 'play':
    await live(values.url ?? stop('--url takes the address of the server'))
    break
  case 'duty':
    await attend(values.url ?? stop('--url takes the address of the server'))
    break
  case 'real':
    await print(realEvents(positionals[1] ?? stop('real takes a file'), seed))
    break
  default:
    stop('takes organisation, history, play, duty or real')
}
