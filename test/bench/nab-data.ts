/** Reads series and windows in NAB's formats: `timestamp,value` CSV files and `{ "<file>": [[from, to], …] }`. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { NabSeries } from './nab-score.ts'

/** Files of an uncompressed POSIX tar (ustar and GNU regular files); enough for a data archive, nothing is extracted. */
export const untar = (archive: Buffer): Map<string, Buffer> => {
  const files = new Map<string, Buffer>()
  const text = (at: number, length: number): string =>
    archive.toString('utf8', at, at + length).split('\0')[0] ?? ''
  for (let at = 0; at + 512 <= archive.length;) {
    const name = text(at, 100)
    if (name === '') break
    const size = Number.parseInt(text(at + 124, 12).trim() || '0', 8)
    const prefix = text(at + 257, 5) === 'ustar' ? text(at + 345, 155) : ''
    const type = text(at + 156, 1)
    if (type === '0' || type === '')
      files.set(prefix ? `${prefix}/${name}` : name, archive.subarray(at + 512, at + 512 + size))
    at += 512 + Math.ceil(size / 512) * 512
  }
  return files
}

/** NAB writes windows with and without fractions of a second; the series never carry them. */
const instant = (text: string): string => text.trim().replace(/\.0+$/, '')

const parseSeries = (
  name: string,
  csv: string,
  windows: readonly (readonly [string, string])[],
): NabSeries => {
  const times: string[] = []
  const values: number[] = []
  const lines = csv.split(/\r?\n/)
  for (const line of lines.slice(1)) {
    const comma = line.indexOf(',')
    if (comma < 0) continue
    times.push(instant(line.slice(0, comma)))
    values.push(Number(line.slice(comma + 1).split(',')[0]))
  }
  const position = (time: string): number => {
    const at = times.indexOf(instant(time))
    if (at < 0) throw new Error(`${name}: the window limit ${time} is not a row of the series`)
    return at
  }
  return {
    name,
    times,
    values,
    windows: windows.map(([from, to]) => [position(from), position(to)] as const),
  }
}

const windowsFor = (
  table: Readonly<Record<string, [string, string][]>>,
  path: string,
): [string, string][] | undefined => {
  const key = Object.keys(table).find((k) => k === path || basename(k) === basename(path))
  return key === undefined ? undefined : table[key]
}

const build = (
  csvs: readonly (readonly [string, string])[],
  table: Record<string, [string, string][]>,
): NabSeries[] =>
  csvs
    .flatMap(([path, csv]) => {
      const windows = windowsFor(table, path)
      return windows === undefined ? [] : [parseSeries(basename(path), csv, windows)]
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))

/** The ten tweet series that the benchmark uses by default. Throws with what is missing and where it was looked for. */
export const loadTweets = (dataDir: string): NabSeries[] => {
  const path = join(dataDir, 'nab-tweets.tar.gz')
  if (!existsSync(path))
    throw new Error(`${path} is missing (set GUANLAN_DATA to the folder that holds nab-tweets.tar.gz)`)
  const files = [...untar(gunzipSync(readFileSync(path)))]
  const windows = files.find(([name]) => name.endsWith('windows.json'))
  if (!windows) throw new Error(`${path} holds no windows.json`)
  const csvs = files
    .filter(([name]) => name.endsWith('.csv'))
    .map(([name, body]) => [name, body.toString('utf8')] as const)
  return build(csvs, JSON.parse(windows[1].toString('utf8')) as Record<string, [string, string][]>)
}

/** Every CSV below `dir` that `windowsFile` names (an entry with no windows is a series without anomalies). */
export const loadSeries = (dir: string, windowsFile: string): NabSeries[] => {
  const table = JSON.parse(readFileSync(windowsFile, 'utf8')) as Record<string, [string, string][]>
  const csvs = readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.csv'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [relative(dir, path), readFileSync(path, 'utf8')] as const)
  const corpus = build(csvs, table)
  if (corpus.length === 0) throw new Error(`no CSV below ${dir} is named in ${windowsFile}`)
  return corpus
}

/** `anomaly_score` column of a published NAB result file (`<detector>_<series>.csv`) for each series. */
export const loadPublishedScores = (
  dir: string,
  detector: string,
  corpus: readonly NabSeries[],
): number[][] =>
  corpus.map((series) => {
    const lines = readFileSync(join(dir, detector, 'realTweets', `${detector}_${series.name}`), 'utf8')
      .trim()
      .split(/\r?\n/)
    const column = (lines[0] ?? '').split(',').indexOf('anomaly_score')
    return lines.slice(1).map((line) => Number(line.split(',')[column]))
  })
