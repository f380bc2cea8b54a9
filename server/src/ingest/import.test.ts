import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { appError } from '@guanlan/contract/errors'
import type { IngestResult } from '@guanlan/contract/event'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { importFile } from './import-file.ts'
import { readCsv, readNdjson, type ImportItem } from './import-reader.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'guanlan-import-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** A stand-in for the way in: refuses events that say so, remembers ids. */
function createTaker() {
  const seen = new Set<string>()
  return {
    seen,
    async submit(events: unknown[]): Promise<IngestResult> {
      const result: IngestResult = { accepted: 0, duplicates: 0, pending: 0, rejected: [] }
      for (const [index, event] of (events as { id: string; bad?: boolean }[]).entries()) {
        if (event.bad === true)
          result.rejected.push({ index, code: 'unknown_group', pointer: '/group', detail: 'no' })
        else if (seen.has(event.id)) result.duplicates++
        else {
          seen.add(event.id)
          result.accepted++
        }
      }
      return result
    },
  }
}
const ndjson = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    i % 97 === 5 ? '{"id": "cut' : JSON.stringify({ id: `e-${i}`, ...(i % 50 === 7 ? { bad: true } : {}) }),
  ).join('\n')

function options(
  file: string,
  submit: (events: unknown[]) => Promise<IngestResult>,
  signal = new AbortController().signal,
) {
  return {
    ...{
      file,
      format: 'ndjson' as const,
      rejectsFile: `${file}.rejects.tsv`,
      stateDir: path.join(folder, 'state'),
      submit,
      signal,
    },
    progress: () => undefined,
  }
}
async function all(items: AsyncIterable<ImportItem>): Promise<ImportItem[]> {
  const list: ImportItem[] = []
  for await (const item of items) list.push(item)
  return list
}
const pieces = (text: string, size: number) => {
  const bytes = Buffer.from(text)
  return Readable.from(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    ),
  )
}

describe('reading', () => {
  it('numbers lines and knows where each ends, however the bytes come', async () => {
    const text = '\uFEFF{"id":"水"}\n\n{"id":"b"}\r\nnot json\n{"id":"c"}'
    for (const size of [1, 3, 7, 1000]) {
      const items = await all(readNdjson(pieces(text, size)))
      expect(items.map(({ line, event }) => [line, event])).toEqual([
        [1, { id: '水' }],
        [3, { id: 'b' }],
        [4, undefined],
        [5, { id: 'c' }],
      ])
      for (const { end, line } of items.slice(0, -1)) {
        const rest = await all(
          readNdjson(Readable.from([Buffer.from(text).subarray(end)]), { offset: end, line }),
        )
        expect(rest.at(-1)).toEqual(items.at(-1))
      }
    }
  })

  it('turns CSV records into events, and goes on in the middle', async () => {
    const header = [
      'id',
      'type',
      'time',
      'group',
      'sender',
      'kind',
      'text',
      'decision',
      'category',
      'by',
      'decidedAt',
      'confidence',
      'corrects',
    ]
    const text = `${header.join(',')}\na,message.moderated,t,g,s,text,"two\nlines, ""quoted""",removed,fraud,human,d,0.5,\nb,message.corrected,,,,,,allowed,,human,d,,a\nshort,row\n`
    const items = await all(readCsv(pieces(text, 11)))
    expect(items.map(({ event }) => event)).toEqual([
      {
        ...{
          id: 'a',
          type: 'message.moderated',
          time: 't',
          group: 'g',
          sender: 's',
          content: { kind: 'text', text: 'two\nlines, "quoted"' },
        },
        moderation: { decision: 'removed', category: 'fraud', by: 'human', decidedAt: 'd', confidence: 0.5 },
      },
      {
        id: 'b',
        type: 'message.corrected',
        corrects: 'a',
        moderation: { decision: 'allowed', by: 'human', decidedAt: 'd' },
      },
      undefined,
    ])
    const offset = items[0]?.end ?? 0
    const rest = await all(
      readCsv(Readable.from([Buffer.from(text).subarray(offset)]), {
        offset,
        line: items[0]?.line ?? 0,
        header,
      }),
    )
    expect(rest.map(({ event }) => event)).toEqual(items.slice(1).map(({ event }) => event))
  })

  it('refuses a header that cannot work', async () => {
    await expect(all(readCsv(Readable.from([Buffer.from('id,type\n')])))).rejects.toThrow(
      'the header lacks decision',
    )
    const unknown = Buffer.from('id,type,decision,by,decidedAt,phone\n')
    await expect(all(readCsv(Readable.from([unknown])))).rejects.toThrow(
      'column 6 of the header is not known',
    )
  })
})

describe('importing a file', () => {
  it('counts everything and lists refusals by line and code only', async () => {
    const file = path.join(folder, 'events.ndjson')
    await writeFile(file, ndjson(5000))
    const taker = createTaker()
    const counts = await importFile(options(file, taker.submit))
    expect(counts.lines).toBe(5000)
    expect(counts.accepted).toBe(taker.seen.size)
    expect(counts.accepted + counts.rejected).toBe(5000)
    const rejects = (await readFile(`${file}.rejects.tsv`, 'utf8')).trim().split('\n')
    expect(rejects).toHaveLength(counts.rejected + 1)
    expect(rejects.slice(0, 3)).toEqual([
      'line\tcode\tpointer',
      '6\tinvalid_event\t',
      '8\tunknown_group\t/group',
    ])
  })

  it('goes on after an end in the middle, with each refusal listed once', async () => {
    const file = path.join(folder, 'events.ndjson')
    await writeFile(file, ndjson(20_000))
    const taker = createTaker()
    const stop = new AbortController()
    let batches = 0
    const first = await importFile(
      options(
        file,
        (events) => {
          if ((batches += 1) === 8) stop.abort()
          return taker.submit(events)
        },
        stop.signal,
      ),
    )
    expect(first.lines).toBeLessThan(20_000)
    const second = await importFile(options(file, taker.submit))
    expect(second).toMatchObject({ lines: 20_000, duplicates: 0, resumed: true })
    expect(second.accepted).toBe(taker.seen.size)
    const lines = (await readFile(`${file}.rejects.tsv`, 'utf8')).trim().split('\n').slice(1)
    expect(new Set(lines).size).toBe(lines.length)
    expect(lines).toHaveLength(second.rejected)
  })

  it('waits while the store takes nothing, and stops at any other error', async () => {
    const file = path.join(folder, 'events.ndjson')
    await writeFile(file, ndjson(100))
    const taker = createTaker()
    let away = 2
    const flaky = (events: unknown[]) =>
      away-- > 0 ? Promise.reject(appError('unavailable', 'full')) : taker.submit(events)
    expect((await importFile(options(file, flaky))).lines).toBe(100)
    const broken = () => Promise.reject(new Error('broken'))
    await expect(importFile(options(file, broken))).rejects.toThrow('broken')
  })
})
