import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { IngestResult } from '@guanlan/contract/event'
import { readCsv, readHeader, readNdjson, type ImportFormat, type ImportItem } from './import-reader.ts'
import {
  IMPORT_START,
  runImport,
  type ImportCounts,
  type ImportPosition,
  type ImportReject,
} from './import-run.ts'

export interface FileImport {
  file: string
  format: ImportFormat
  /** Side file of refused lines: line, code and pointer, separated by tabs. */
  rejectsFile: string
  /** Folder that remembers how far imports have come. */
  stateDir: string
  submit(events: unknown[]): Promise<IngestResult>
  progress(step: { done: number; total: number; note: string }): void
  signal: AbortSignal
}

interface Saved {
  position: ImportPosition
  rejectsBytes: number
}

const SAVE_MS = 500

export const REJECTS_HEADER = 'line\tcode\tpointer\n'
export const rejectLines = (rejects: readonly ImportReject[]) =>
  rejects.map(({ line, code, pointer }) => `${line}\t${code}\t${pointer}\n`).join('')

async function readSaved(file: string): Promise<Saved> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Saved
  } catch {
    return { position: IMPORT_START, rejectsBytes: 0 }
  }
}

async function items(options: FileImport, from: ImportPosition): Promise<AsyncIterable<ImportItem>> {
  const { file, format } = options
  const stream = createReadStream(file, { start: from.offset, highWaterMark: 256 * 1024 })
  if (format === 'ndjson') return readNdjson(stream, from)
  return readCsv(stream, from.offset === 0 ? from : { ...from, header: await readHeader(file) })
}

/**
 * Imports a file, going on where an earlier run of the same file (path, size, time of change) was interrupted.
 * @throws Error when the file cannot be read or its header is not known
 */
export async function importFile(
  options: FileImport,
): Promise<ImportCounts & { seconds: number; resumed: boolean; rejectsFile?: string }> {
  const began = performance.now()
  const { size, mtimeMs } = await stat(options.file)
  await mkdir(options.stateDir, { recursive: true, mode: 0o700 })
  const name = createHash('sha256')
    .update(`${path.resolve(options.file)}\n${size}\n${mtimeMs}`)
    .digest('hex')
    .slice(0, 32)
  const stateFile = path.join(options.stateDir, `${name}.json`)
  const saved = await readSaved(stateFile)
  const rejects = await open(options.rejectsFile, saved.rejectsBytes > 0 ? 'r+' : 'w', 0o600)
  let savedAt = performance.now()
  let rejectsBytes = saved.rejectsBytes
  if (rejectsBytes > 0) await rejects.truncate(rejectsBytes)
  else rejectsBytes = (await rejects.write(REJECTS_HEADER, 0)).bytesWritten

  async function save(position: ImportPosition): Promise<void> {
    await writeFile(`${stateFile}.new`, JSON.stringify({ position, rejectsBytes } satisfies Saved), {
      mode: 0o600,
    })
    await rename(`${stateFile}.new`, stateFile)
  }
  try {
    const position = await runImport({
      items: await items(options, saved.position),
      from: saved.position,
      submit: options.submit,
      signal: options.signal,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      async onRejects(refused) {
        rejectsBytes += (await rejects.write(rejectLines(refused), rejectsBytes)).bytesWritten
      },
      async onPosition(reached) {
        options.progress({
          done: reached.offset,
          total: size,
          note: `${reached.accepted} accepted, ${reached.rejected} refused`,
        })
        if (performance.now() - savedAt < SAVE_MS) return
        await save(reached)
        savedAt = performance.now()
      },
    })
    if (options.signal.aborted) await save(position)
    else await rm(stateFile, { force: true })
    const { lines, accepted, duplicates, pending, rejected } = position
    const seconds = (performance.now() - began) / 1000
    return {
      ...{ lines, accepted, duplicates, pending, rejected, seconds, resumed: saved.position.offset > 0 },
      ...(rejected > 0 ? { rejectsFile: options.rejectsFile } : {}),
    }
  } finally {
    await rejects.close()
  }
}
