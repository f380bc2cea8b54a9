/** Real texts and titles for streams with a known truth, and draws that repeat with their seed. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

export type Random = () => number

/** mulberry32 */
export function createRandom(seed: number): Random {
  let a = seed | 0
  return () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Rows of a gzipped TSV among the data sets, without its header. */
export function rows(name: string): string[][] {
  const path = join(process.env.GUANLAN_DATA ?? '../shared/data', name)
  if (!existsSync(path))
    throw new Error(`${name} is missing; set GUANLAN_DATA to the folder with the data sets`)
  const lines = gunzipSync(readFileSync(path)).toString('utf8').split('\n')
  return lines
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => line.split('\t'))
}

export interface Material {
  texts: string[]
  titles: string[]
}

/** Background in file order; titles of the year's list in order of appearance, the most often listed last heat aside. */
export function loadMaterial(): Material {
  const cold = rows('cold-train-dev.tsv.gz').map((row) => row[3]!)
  const cped = rows('cped-utterances.tsv.gz').map((row) => row[3]!)
  const texts: string[] = []
  for (let i = 0; i < Math.max(cold.length, cped.length); i += 12)
    texts.push(...cped.slice(i, i + 12), ...cold.slice(i, i + 10))
  const titles = [...new Set(rows('hot-search-society-2024-06_2025-05.tsv.gz').map((row) => row[2]!))]
  return { texts, titles }
}

export function poisson(mean: number, random: Random): number {
  if (mean > 40) return Math.max(0, Math.round(mean + Math.sqrt(mean) * gauss(random)))
  let k = 0
  for (let p = random(); p > Math.exp(-mean); p *= random()) k++
  return k
}

const gauss = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
