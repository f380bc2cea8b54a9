import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { freePort } from '../helpers/server.ts'

/** Debian's build reads its templates from /usr/share, so the packages have to be installed. */
function binary(name: string): string {
  const installed = `/usr/bin/${name}`
  if (existsSync(installed)) return installed
  throw new Error('the peer is not installed; as root: apt-get install prometheus prometheus-alertmanager')
}

export interface Peer {
  readonly version: string
  /** The condition holds for a group from now on. */
  hold(group: string): void
  /** ms at which each Alertmanager's notification for a group arrived, by its group_wait. */
  readonly arrived: { readonly groupWait0: Map<string, number>; readonly default: Map<string, number> }
  stop(): Promise<void>
}

const RULES = `groups:
- name: bench
  interval: 1s
  rules:
  - alert: decisive
    expr: violations{category="decisive"} >= 1
    for: 0s
`
/** Each alert is a group of its own, as in the product; `group_wait` is left out for the default of 30 s. */
const manager = (url: string, wait: string) => `route:
  receiver: bench
  group_by: [group]
${wait}  repeat_interval: 4h
receivers:
- name: bench
  webhook_configs:
  - url: ${url}
    send_resolved: false
`

/** Prometheus with two Alertmanagers (group_wait 0 s and the default), on loopback, scraping and evaluating each second. */
export async function startPeer(): Promise<Peer> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'guanlan-bench-peer-'))
  const holding = new Set<string>()
  const arrived = { groupWait0: new Map<string, number>(), default: new Map<string, number>() }
  const http = await serve(holding, arrived)
  const base = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const children: ChildProcess[] = []
  const start = (name: string, args: string[]) => {
    children.push(spawn(binary(name), args, { cwd: dir, stdio: 'ignore' }))
  }
  const ports = [await freePort(), await freePort(), await freePort()] as const
  const waits = [
    ['groupWait0', '  group_wait: 0s\n'],
    ['default', ''],
  ] as const
  for (const [i, [name, wait]] of waits.entries()) {
    writeFileSync(path.join(dir, `${name}.yml`), manager(`${base}/${name}`, wait))
    start('prometheus-alertmanager', [
      ...[`--config.file=${dir}/${name}.yml`, `--storage.path=${dir}/${name}`, '--cluster.listen-address='],
      `--web.listen-address=127.0.0.1:${ports[i] ?? 0}`,
    ])
  }
  writeFileSync(path.join(dir, 'rules.yml'), RULES)
  const targets = `['127.0.0.1:${ports[0]}', '127.0.0.1:${ports[1]}']`
  writeFileSync(
    path.join(dir, 'prometheus.yml'),
    [
      'global: { scrape_interval: 1s, evaluation_interval: 1s }',
      'rule_files: [rules.yml]',
      `scrape_configs: [{ job_name: bench, static_configs: [{ targets: ['${base.slice(7)}'] }] }]`,
      `alerting: { alertmanagers: [{ static_configs: [{ targets: ${targets} }] }] }`,
    ].join('\n'),
  )
  start('prometheus', [
    ...[`--config.file=${dir}/prometheus.yml`, `--storage.tsdb.path=${dir}/data`],
    `--web.listen-address=127.0.0.1:${ports[2]}`,
  ])
  const stop = async () => {
    for (const child of children) child.kill('SIGKILL')
    http.closeAllConnections()
    await new Promise((resolve) => http.close(resolve))
    rmSync(dir, { recursive: true, force: true })
  }
  try {
    for (const port of ports) await ready(`http://127.0.0.1:${port}/-/ready`)
  } catch (error) {
    await stop()
    throw error
  }
  const version = execFileSync(binary('prometheus'), ['--version'], { encoding: 'utf8' })
  return {
    ...{ arrived, stop, version: /version (\S+)/.exec(version)?.[1] ?? '' },
    hold: (group) => void holding.add(group),
  }
}

/** Gives the gauge to be scraped, and takes the notifications. */
async function serve(holding: ReadonlySet<string>, arrived: Peer['arrived']): Promise<Server> {
  const http = createServer((req, res) => {
    if (req.url === '/metrics') {
      const lines = [...holding].map((group) => `violations{group="${group}",category="decisive"} 1`)
      res.end(`# TYPE violations gauge\n${lines.join('\n')}\n`)
      return
    }
    const into = req.url === '/groupWait0' ? arrived.groupWait0 : arrived.default
    let body = ''
    req.on('data', (part: Buffer) => (body += part.toString('utf8')))
    req.on('end', () => {
      const { alerts = [] } = JSON.parse(body) as { alerts?: { labels: { group?: string } }[] }
      for (const { labels } of alerts)
        if (labels.group !== undefined && !into.has(labels.group)) into.set(labels.group, performance.now())
      res.end()
    })
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  return http
}

async function ready(url: string): Promise<void> {
  for (let tries = 0; tries < 240; tries++) {
    if (
      await fetch(url).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  throw new Error(`${url} did not get ready`)
}
