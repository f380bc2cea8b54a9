// The embedded engine behind ClickHouse's HTTP interface, in a process of its own: what the real client needs of it
// (statements, bound parameters, formats, inserts, errors), so that the server driver crosses a real socket.
// Usage: tsx clickhouse-front.ts <data folder>; prints {"port":N} and ends when its input closes.
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { Session } from 'chdb'

// A connection is a queue: requests at the same time take different ones, as a server would.
const sessions = Array.from({ length: 8 }, () => new Session(process.argv[2]))
const busy = new Map(sessions.map((session) => [session, 0]))
const leastBusy = () =>
  sessions.reduce((best, each) => ((busy.get(each) ?? 0) < (busy.get(best) ?? 0) ? each : best))

async function withSession<T>(use: (session: Session) => Promise<T>): Promise<T> {
  const session = leastBusy()
  busy.set(session, (busy.get(session) ?? 0) + 1)
  try {
    return await use(session)
  } finally {
    busy.set(session, (busy.get(session) ?? 0) - 1)
  }
}

const ESCAPES: Record<string, string> = { t: '\t', n: '\n', r: '\r', 0: '\0', b: '\b', f: '\f' }
/** Values of parameters come escaped as in tab-separated text. */
const unescaped = (text: string) => text.replace(/\\(.)/gs, (_, char: string) => ESCAPES[char] ?? char)

/** What the HTTP interface itself understands; any other setting in the address would stick to the engine's session. */
const TRANSPORT = new Set([
  'query',
  'query_id',
  'database',
  'wait_end_of_query',
  'enable_http_compression',
  'default_format',
  'session_id',
])
const INSERT =
  /^INSERT INTO ([\w.]+)\s*\(([^)]*)\)\s*SETTINGS\s+(.*?)\s+FORMAT\s+(JSONCompactEachRow|JSONEachRow)\s*$/is

/** The engine binds JavaScript values: an array's text becomes an array of its strings and numbers. */
function bound(sql: string, name: string, text: string): unknown {
  if (!new RegExp(`\\{${name}:\\s*Array\\(`).test(sql)) return unescaped(text)
  const items = text.matchAll(/'((?:[^'\\]|\\.)*)'|(-?[\d.]+)/gs)
  return [...items].map(([, quoted, number]) => (quoted === undefined ? Number(number) : unescaped(quoted)))
}

async function bodyOf(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks)
  return req.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
}

function settingsOf(text: string): Record<string, string | number> {
  const found = text.matchAll(/(\w+)\s*=\s*(?:'((?:[^']|'')*)'|(-?[\d.]+))/g)
  return Object.fromEntries(
    [...found].map(([, name = '', quoted, number]) => [
      name,
      quoted?.replaceAll("''", "'") ?? Number(number),
    ]),
  )
}

async function run(
  session: Session,
  sql: string,
  params: Record<string, string>,
  body: Buffer,
): Promise<Uint8Array> {
  const insert = INSERT.exec(sql)
  if (insert) {
    const [, table = '', columns = '', settings = '', format = ''] = insert
    await session.insert({
      table,
      columns: columns.split(',').map((name) => name.trim()),
      settings: settingsOf(settings),
      format: format as 'JSONCompactEachRow',
      values: body,
    })
    return new Uint8Array()
  }
  const result =
    Object.keys(params).length > 0
      ? await session.queryBindAsync(
          sql,
          Object.fromEntries(Object.entries(params).map(([name, text]) => [name, bound(sql, name, text)])),
        )
      : await session.queryAsync(sql)
  return result.bytes()
}

async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const url = new URL(req.url ?? '/', 'http://front')
  if (url.pathname === '/ping') return void res.end('Ok.\n')
  const params: Record<string, string> = {}
  for (const [name, value] of url.searchParams) {
    if (name.startsWith('param_')) params[name.slice(6)] = value
    else if (!TRANSPORT.has(name))
      throw new Error(`Code: 115. DB::Exception: setting ${name} in the address. (UNKNOWN_SETTING)`)
  }
  const body = await bodyOf(req)
  const inAddress = url.searchParams.get('query')
  const result = await withSession((session) =>
    run(session, inAddress ?? body.toString('utf8'), params, inAddress === null ? Buffer.alloc(0) : body),
  )
  res.writeHead(200, {
    'X-ClickHouse-Query-Id': url.searchParams.get('query_id') ?? '',
    'X-ClickHouse-Summary': '{}',
  })
  res.end(result)
}

const server = createServer((req, res) => {
  answer(req, res).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error)
    res.writeHead(500, { 'X-ClickHouse-Exception-Code': /Code: (\d+)/.exec(message)?.[1] ?? '1' })
    res.end(message)
  })
})
server.listen(0, '127.0.0.1', () =>
  process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port })}\n`),
)
process.stdin.resume().once('end', () => {
  server.close()
  server.closeAllConnections()
  for (const session of sessions) session.close()
  process.exit(0)
})
