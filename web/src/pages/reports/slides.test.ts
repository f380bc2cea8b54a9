import type { ReportSection, ReportSentence, ReportTable } from '@guanlan/contract/report'
import { describe, expect, it } from 'vitest'
import { slidesOf } from './slides.ts'

const sentence = (key: string): ReportSentence => ({ key, params: {}, figureRefs: [], tone: 'plain' })
const table = (rows: number): ReportTable => ({
  id: 'units',
  captionKey: 'table.units',
  columns: [{ key: 'unit', type: 'label', vocabulary: 'unit', unit: null }],
  rows: Array.from({ length: rows }, (_, i) => ({
    cells: [`u-${i}`],
    figureRefs: [],
    total: i === rows - 1,
  })),
})
const section = (changes: Partial<ReportSection>): ReportSection => ({
  key: 'units',
  sentences: [],
  tables: [],
  charts: [],
  notes: [],
  ...changes,
})

describe('slides of an edition', () => {
  it('keeps every sentence and every row, in order, on pages that can be read from the back', () => {
    const sentences = Array.from({ length: 6 }, (_, i) => sentence(`s${i}`))
    const slides = slidesOf({ sections: [section({ sentences, tables: [table(20)] })] })
    expect(slides[0]!.section).toBe('title')
    expect(slides.flatMap((slide) => slide.sentences.map(({ key }) => key))).toEqual(
      sentences.map(({ key }) => key),
    )
    const rows = slides.flatMap((slide) => slide.table?.rows ?? [])
    expect(rows.map((row) => row.cells[0])).toEqual(Array.from({ length: 20 }, (_, i) => `u-${i}`))
    for (const slide of slides) {
      expect(slide.sentences.length).toBeLessThanOrEqual(4)
      expect(slide.table?.rows.length ?? 0).toBeLessThanOrEqual(9)
    }
  })
  it('gathers sections with a single plain sentence on one page before the limits', () => {
    const slides = slidesOf({
      sections: [
        section({ key: 'topics', sentences: [sentence('none')] }),
        section({ key: 'risk', sentences: [sentence('calm')] }),
        section({ key: 'alerts', sentences: [{ ...sentence('open'), tone: 'attention' }] }),
        section({ key: 'limits', sentences: Array.from({ length: 5 }, (_, i) => sentence(`l${i}`)) }),
      ],
    })
    expect(slides.map((slide) => [slide.section, slide.sentences.length])).toEqual([
      ['title', 0],
      ['alerts', 1],
      ['quiet', 2],
      ['limits', 5],
    ])
  })
  it('has no page for a section that says nothing', () => {
    expect(slidesOf({ sections: [section({}), section({ tables: [table(0)] })] })).toHaveLength(1)
  })
})
