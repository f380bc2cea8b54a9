// Measured quality of the name layers on real headlines, labelled by hand: name-labels.json holds, by the hash of a
// headline, where its Chinese names of people stand, and no text. Headlines come from the hot-search set.

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createAnalyser } from '../src/text/analyser.ts'
import { createFold, createFoldedText, foldInto } from '../src/text/fold.ts'
import { createLexicon } from '../src/text/lexicon.ts'
import { createNameTagger } from '../src/text/names.ts'
import type { AnalyserResources } from '../src/text/resources.ts'
import { createSegmenter } from '../src/text/segmenter.ts'
import { readTable } from './data.ts'

export interface NameQuality {
  readonly headlines: number
  readonly names: number
  /** Share of names of which every character is marked, per cent. */
  readonly recall: number
  /** Share of marked stretches that touch a name, per cent. */
  readonly precision: number
  /** Share of names of which a term that holds the whole name or the whole given name is let through, per cent. */
  readonly letThrough: number
}

type Labels = Readonly<Record<string, readonly (readonly [number, number])[]>>

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12)
const percent = (part: number, whole: number): number => Math.round((1000 * part) / Math.max(1, whole)) / 10

function stretches(marks: Uint8Array, length: number): [number, number][] {
  const found: [number, number][] = []
  for (let i = 0; i < length; i++) {
    if (marks[i] !== 1) continue
    const start = i
    while (i < length && marks[i] === 1) i++
    found.push([start, i])
  }
  return found
}

export function measureNames(resources: AnalyserResources): NameQuality {
  const path = fileURLToPath(new URL('./name-labels.json', import.meta.url))
  const labels = JSON.parse(readFileSync(path, 'utf8')) as Labels
  const titles = new Set(readTable('hot-search-society-2024-06_2025-05.tsv.gz').map((row) => row['title']!))
  const fold = createFold(resources.traditional)
  const lexicon = createLexicon(fold, resources)
  const segmenter = createSegmenter(lexicon, 200)
  const tagger = createNameTagger(lexicon, resources.names, 200)
  const analyser = createAnalyser(resources)
  const text = createFoldedText(200)
  const marks = new Uint8Array(204)
  let headlines = 0
  let names = 0
  let hidden = 0
  let through = 0
  let marked = 0
  let rightly = 0
  for (const title of titles) {
    const spans = labels[hashOf(title)]
    if (spans === undefined) continue
    headlines++
    foldInto(fold, title, text)
    tagger.tag(text, segmenter.segment(text), marks)
    const found = stretches(marks, text.length)
    marked += found.length
    rightly += found.filter(([a, b]) => spans.some(([start, size]) => a < start + size && b > start)).length
    const { terms, count } = analyser.analyse(title)
    const shown = [...terms.subarray(0, count)].map((id) => analyser.vocabulary.word(id))
    for (const [start, size] of spans) {
      names++
      if (marks.subarray(start, start + size).every((m) => m === 1)) hidden++
      const given = title.slice(start + 1, start + size)
      if (
        shown.some(
          (word) =>
            (given.length > 1 && word.includes(given)) || word.includes(title.slice(start, start + size)),
        )
      ) {
        through++
      }
    }
  }
  return {
    headlines,
    names,
    recall: percent(hidden, names),
    precision: percent(rightly, marked),
    letThrough: percent(through, names),
  }
}
