// npm run bench -- register --json: a register of 20,000 groups in 2,000 units, over HTTP against the running product.
// Targets: list, filter and findings under 200 ms, import under 30 s.

import { performance } from 'node:perf_hooks'
import { quantile } from 'd3-array'
import type { ImportAnswer } from '@guanlan/contract/endpoints/register'
import { accountWith } from '../helpers/http-client.ts'
import type { Call } from '../helpers/http-client.ts'
import { startServer } from '../helpers/server.ts'

const UNITS = 2_000
const GROUPS = 20_000
const WARM_UP = 3
const REPEATS = 20

/** City, 20 districts, 80 streets, and the rest communities; two of five groups lack something. */
function registerFiles(): { units: string; groups: string } {
  const units = ['id,name,parent_id', 'city,城市服务中心,']
  for (let n = 1; n < UNITS; n++) {
    const parent = n <= 20 ? 'city' : n <= 100 ? `u${1 + (n % 20)}` : `u${21 + (n % 80)}`
    units.push(`u${n},单位${n},${parent}`)
  }
  const groups = ['id,name,kind,unit_id,state,filed_on,informed_on,informed_how,administrator_post,size']
  for (let n = 0; n < GROUPS; n++) {
    const unit = 1 + (n % (UNITS - 1))
    const kind = ['staff', 'service', 'service', 'temporary', 'public'][n % 5] ?? 'staff'
    const informed = n % 3 === 0 ? ',' : '2026-01-12,公告'
    groups.push(`b-${n},单位${unit}第${n}群,${kind},u${unit},filed,2026-01-10,${informed},网格员,${n % 220}`)
  }
  return { units: units.join('\n'), groups: groups.join('\n') }
}

const seconds = (ms: number) => Math.round(ms / 10) / 100

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const start = performance.now()
  const result = await work()
  return { ms: performance.now() - start, result }
}

/** Median and 95th percentile of repeated requests, ms. */
async function ask(call: Call, path: string): Promise<{ medianMs: number; p95Ms: number }> {
  const times: number[] = []
  for (let run = 0; run < WARM_UP + REPEATS; run++) {
    const { ms, result } = await timed(() => call('GET', path))
    if (result.status !== 200) throw new Error(`${path} was answered with ${result.status}`)
    if (run >= WARM_UP) times.push(ms)
  }
  const at = (share: number) => Math.round(quantile(times, share) ?? NaN)
  return { medianMs: at(0.5), p95Ms: at(0.95) }
}

async function importAll(call: Call) {
  const files = registerFiles()
  const preview = await timed(() => call('POST', '/api/v1/register/import', { ...files, preview: true }))
  const written = await timed(() => call('POST', '/api/v1/register/import', { ...files, preview: false }))
  const answer = written.result.body as unknown as ImportAnswer
  if (!answer.written || answer.groups.added !== GROUPS)
    throw new Error(`the import took ${answer.groups.added} groups`)
  const exported = await timed(() => call('GET', '/api/v1/register/register.xlsx'))
  const workbook = Buffer.from(exported.result.bytes).toString('base64')
  const again = await timed(() => call('POST', '/api/v1/register/workbook', { workbook, preview: false }))
  const back = again.result.body as unknown as ImportAnswer
  if (!back.ok || back.groups.unchanged !== GROUPS)
    throw new Error('the workbook did not come back unchanged')
  return {
    previewSeconds: seconds(preview.ms),
    importSeconds: seconds(written.ms),
    exportWorkbookSeconds: seconds(exported.ms),
    importWorkbookSeconds: seconds(again.ms),
  }
}

/** Waits for the keeper to have looked at everything once. */
async function findingsReady(call: Call): Promise<number> {
  const { ms } = await timed(async () => {
    for (;;) {
      const { body } = await call('GET', '/api/v1/findings?limit=1')
      if (Number(body['total']) > GROUPS / 3) return
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
  })
  return ms
}

export async function run(): Promise<object> {
  const server = await startServer({ env: { GUANLAN_API_PER_MINUTE: '100000' } })
  try {
    await server.admin('register.import', {
      units: 'id,name,parent_id\ncity,城市服务中心,\n',
      groups: 'id,name,kind,unit_id\n',
    })
    const { call } = await accountWith(server, 'communications', 'city')
    const imports = await importAll(call)
    const findingsAfterSeconds = seconds(await findingsReady(call))
    const list = await ask(call, '/api/v1/groups?limit=100')
    const lastPage = await ask(call, '/api/v1/groups?limit=100&offset=19900')
    const filter = await ask(call, '/api/v1/groups?limit=100&kind=service&finding=not_informed')
    const byName = await ask(call, `/api/v1/groups?limit=100&name=${encodeURIComponent('第77')}`)
    const byUnit = await ask(call, '/api/v1/groups?limit=100&unit=u1')
    const findings = await ask(call, '/api/v1/findings?limit=100')
    const oneFinding = await ask(call, '/api/v1/findings?limit=100&code=over_cap')
    const units = await ask(call, '/api/v1/units')
    const burden = await ask(call, '/api/v1/register/burden?limit=100')
    const slowest = Math.max(
      ...[list, lastPage, filter, byName, byUnit, findings, oneFinding].map((each) => each.p95Ms),
    )
    return {
      ...{ groups: GROUPS, units: UNITS, ...imports, findingsAfterSeconds },
      ...{ list, lastPage, filter, byName, byUnit, findings, oneFinding, unitTree: units, burden },
      pass: {
        under200Ms: slowest < 200,
        importUnder30s: imports.importSeconds < 30 && imports.importWorkbookSeconds < 30,
      },
    }
  } finally {
    await server.stop()
  }
}
