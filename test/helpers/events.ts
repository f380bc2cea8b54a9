import type { TestServer } from './server.ts'

/** Units and groups of a small organisation for tests that post events. */
export const TEST_UNITS = [
  ['city', ''],
  ['north', 'city'],
  ['south', 'city'],
  ['north-1', 'north'],
] as const

export interface TestGroup {
  id: string
  unit: string
  state?: string
  filedOn?: string
  informedOn?: string
  dissolvedOn?: string
  administratorFrom?: string
}

const csv = (rows: readonly (readonly string[])[]) => `${rows.map((row) => row.join(',')).join('\n')}\n`

/** Files the groups; without dates of their own they take everything since 2010. */
export async function registerGroups(
  server: TestServer,
  groups: readonly TestGroup[],
  units: readonly (readonly [string, string])[] = TEST_UNITS,
): Promise<void> {
  const header = [
    'id',
    'name',
    'kind',
    'unit_id',
    'from_day',
    'state',
    'filed_on',
    'informed_on',
    'informed_how',
  ]
  const result = await server.admin<{ ok: boolean; problems: unknown[] }>('register.import', {
    units: csv([
      ['id', 'name', 'parent_id', 'from_day'],
      ...units.map(([id, parent]) => [id, id, parent, '2000-01-01']),
    ]),
    groups: csv([
      [...header, 'dissolved_on', 'administrator_post', 'administrator_from'],
      ...groups.map((group) => {
        const {
          id,
          unit,
          state = 'filed',
          filedOn = '2010-01-01',
          informedOn = '2010-01-01',
          dissolvedOn = '',
        } = group
        const { administratorFrom = '2010-01-01' } = group
        const told = informedOn === '' ? '' : 'notice'
        const post = administratorFrom === '' ? '' : 'duty desk'
        return [
          id,
          id,
          'service',
          unit,
          '2000-01-01',
          state,
          filedOn,
          informedOn,
          told,
          dissolvedOn,
          post,
          administratorFrom,
        ]
      }),
    ]),
  })
  if (!result.ok) throw new Error(`the test register was refused: ${JSON.stringify(result.problems)}`)
}

let serial = 0

/** A sound message; `over` replaces fields. */
export function message(over: Record<string, unknown> = {}): Record<string, unknown> {
  const at = typeof over.time === 'string' ? over.time : new Date(Date.now() - 1000).toISOString()
  return {
    id: `m-${process.pid}-${(serial += 1)}`,
    type: 'message.moderated',
    time: at,
    group: 'g-1',
    sender: 'u-1',
    content: { kind: 'text', text: '今天小区又停水了' },
    moderation: { decision: 'removed', category: 'fraud', by: 'automated', decidedAt: at },
    ...over,
  }
}

export function correction(corrects: unknown, moderation: Record<string, unknown>): Record<string, unknown> {
  return {
    id: `c-${process.pid}-${(serial += 1)}`,
    type: 'message.corrected',
    corrects,
    moderation: { by: 'human', decidedAt: new Date().toISOString(), ...moderation },
  }
}

export interface Answer {
  status: number
  headers: Headers
  body: {
    accepted?: number
    duplicates?: number
    pending?: number
    rejected?: { index: number; code: string; pointer?: string; detail: string }[]
    code?: string
    status?: number
  }
}

export interface PostOptions {
  key?: string
  type?: string
  encoding?: string
}

/** Posts a body as it is, or a value as JSON. */
export async function post(
  url: string,
  body: unknown,
  { key, type = 'application/json', encoding }: PostOptions = {},
): Promise<Answer> {
  const bytes = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
  const response = await fetch(`${url}/api/v1/events`, {
    method: 'POST',
    headers: {
      'Content-Type': type,
      ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
      ...(encoding === undefined ? {} : { 'Content-Encoding': encoding }),
    },
    body: bytes as string,
  })
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Answer['body'],
  }
}
