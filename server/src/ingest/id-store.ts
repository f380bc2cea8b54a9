import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { LocalTime } from '../lib/local-day.ts'
import { mergeRuns } from './id-merge.ts'
import { createRunWriter, openRun, PARTIAL, type IdRun, type RunWriter } from './id-run.ts'
import { createIdTable, type IdTable, type KnownAs } from './id-table.ts'

/** The runs on disk: written, merged eight to one within a day, and dropped when they are old or too many. */
export interface IdStore {
  find(words: Uint32Array, at: number): KnownAs | undefined
  /** Path of a new file of a day. */
  pathOf(day: string, level: number, kind: 'log' | 'run'): string
  writeRun(table: IdTable, day: string): Promise<void>
  /** Expires, then merges what is due. */
  tidy(today: string): Promise<void>
  readonly ids: number
  readonly bytes: number
  readonly count: number
  readonly oldestDay: string | undefined
  close(): void
}

const MERGE_AT = 8
const LEVELS = 2
/** Bits of a filter for each id by level: the many small runs of today are asked about every id, the large ones take most memory. */
const FILTER_BITS = [16, 16, 9] as const
/** Ids of a finished day that are merged into one file even when some were merged before. */
const WHOLE_DAY = 8_000_000

interface DayRun extends IdRun {
  day: string
  level: number
  serial: number
}

/** Files of one directory and the runs open in it. */
interface Shelf {
  directory: string
  runs: DayRun[]
  serial: number
}

function parseName(
  name: string,
): { name: string; day: string; level: number; serial: number; kind: string } | undefined {
  const match = /^(\d{4}-\d\d-\d\d)\.(\d+)\.(\d+)\.(log|run)$/.exec(name)
  if (!match) return undefined
  const [, day = '', level, serial, kind = ''] = match
  return { name, day, level: Number(level), serial: Number(serial), kind }
}

/** Ids of a log into a table; a last one that was cut short was never answered for and is left out. */
async function readLog(path: string): Promise<IdTable> {
  const bytes = await readFile(path)
  const ids = new Uint32Array(new Uint8Array(bytes.subarray(0, bytes.length - (bytes.length % 16))).buffer)
  const table = createIdTable()
  for (let at = 0; at < ids.length; at += 4) table.add(ids, at)
  return table
}

const sum = (runs: readonly IdRun[], of: (run: IdRun) => number) =>
  runs.reduce((total, run) => total + of(run), 0)

function pathOf(shelf: Shelf, day: string, level: number, kind: 'log' | 'run'): string {
  return join(shelf.directory, `${day}.${level}.${++shelf.serial}.${kind}`)
}

function keep(shelf: Shelf, run: IdRun): void {
  const { day = '', level = 0, serial = 0 } = parseName(basename(run.path)) ?? {}
  shelf.runs.push(Object.assign(run, { day, level, serial }))
}

/** Keeps a run that `fill` writes, or throws its error and leaves nothing open or behind. */
async function writeWhole(
  { shelf, day, level }: { shelf: Shelf; day: string; level: number },
  most: number,
  fill: (writer: RunWriter) => Promise<void>,
): Promise<void> {
  const writer = await createRunWriter(pathOf(shelf, day, level, 'run'), most, FILTER_BITS[level] ?? 9)
  try {
    await fill(writer)
    keep(shelf, await writer.finish())
  } catch (error) {
    await writer.abandon().catch(() => undefined)
    throw error
  }
}

async function writeRun(shelf: Shelf, table: IdTable, day: string): Promise<void> {
  if (table.size === 0) return
  await writeWhole({ shelf, day, level: 0 }, table.size, async (writer) => {
    // Each part is sorted and written before the next, and requests are served in between.
    for (const part of table.sorted()) await writer.append(part)
  })
}

async function drop(shelf: Shelf, gone: readonly DayRun[]): Promise<void> {
  shelf.runs = shelf.runs.filter((run) => !gone.includes(run))
  for (const run of gone) {
    run.close()
    await rm(run.path, { force: true })
  }
}

async function merge(shelf: Shelf, day: string, parts: DayRun[], level: number): Promise<void> {
  const most = sum(parts, (run) => run.count)
  await writeWhole({ shelf, day, level }, most, (writer) => mergeRuns(parts, writer))
  await drop(shelf, parts)
}

/** Eight runs of a level become one of the next; a day that is over becomes one file, a very large one a few. */
async function mergeDue(shelf: Shelf, today: string): Promise<void> {
  for (const day of new Set(shelf.runs.map((run) => run.day))) {
    if (day < today) {
      const whole = shelf.runs.filter((run) => run.day === day)
      const parts =
        sum(whole, (run) => run.count) <= WHOLE_DAY ? whole : whole.filter((run) => run.level < LEVELS)
      if (parts.length > 1) await merge(shelf, day, parts, LEVELS)
      continue
    }
    for (let level = 0; level < LEVELS; level++) {
      const parts = shelf.runs.filter((run) => run.day === day && run.level === level)
      if (parts.length >= MERGE_AT) await merge(shelf, day, parts, level + 1)
    }
  }
}

/** The newest runs whose ids reach the bound stay; an older one only while it is needed to reach it. */
async function expire(shelf: Shelf, oldest: string, maxIds: number): Promise<void> {
  const gone = shelf.runs.filter((run) => run.day < oldest)
  await drop(shelf, gone)
  // Within a day a run of a higher level is older: it was merged from what came first.
  shelf.runs.sort((a, b) => a.day.localeCompare(b.day) || b.level - a.level || a.serial - b.serial)
  let total = sum(shelf.runs, (run) => run.count)
  const over: DayRun[] = []
  for (const run of shelf.runs) {
    if (total - run.count < maxIds) break
    total -= run.count
    over.push(run)
  }
  await drop(shelf, over)
}

/** Opens what a former process left: whole runs, logs (which become runs), partial files (which go). */
async function recover(directory: string): Promise<Shelf> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const names = await readdir(directory)
  for (const name of names.filter((name) => name.endsWith(PARTIAL))) await rm(join(directory, name))
  const files = names.flatMap((name) => parseName(name) ?? []).sort((a, b) => a.serial - b.serial)
  const shelf: Shelf = { directory, runs: [], serial: files.at(-1)?.serial ?? 0 }
  for (const file of files) if (file.kind === 'run') keep(shelf, openRun(join(directory, file.name)))
  for (const file of files.filter((file) => file.kind === 'log')) {
    await writeRun(shelf, await readLog(join(directory, file.name)), file.day)
    await rm(join(directory, file.name))
  }
  return shelf
}

export async function openIdStore(
  directory: string,
  time: LocalTime,
  days: number,
  maxIds: number,
): Promise<IdStore> {
  const shelf = await recover(directory)
  return {
    find(words, at) {
      for (let i = shelf.runs.length - 1; i >= 0; i--) {
        const found = (shelf.runs[i] as DayRun).find(words, at)
        if (found !== undefined) return found
      }
      return undefined
    },
    pathOf: (day, level, kind) => pathOf(shelf, day, level, kind),
    writeRun: (table, day) => writeRun(shelf, table, day),
    async tidy(today) {
      await expire(shelf, time.addDays(today, -days), maxIds)
      await mergeDue(shelf, today)
    },
    get ids() {
      return sum(shelf.runs, (run) => run.count)
    },
    get bytes() {
      return sum(shelf.runs, (run) => run.bytes)
    },
    get count() {
      return shelf.runs.length
    },
    get oldestDay() {
      return shelf.runs.map((run) => run.day).sort()[0]
    },
    close() {
      for (const run of shelf.runs) run.close()
      shelf.runs = []
    },
  }
}
