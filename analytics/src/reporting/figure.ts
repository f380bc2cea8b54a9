import type { ReportFigure, ReportValue } from '@guanlan/contract/report'
import { createHash } from 'node:crypto'
import { canonicalJson } from '../canonical-json.ts'

/** SHA-256 (hex) of the canonical JSON. */
export const hashOf = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('hex')

type Parameters = ReportFigure['parameters']

export const figureHash = ({
  queryId,
  parameters,
  value,
}: Pick<ReportFigure, 'queryId' | 'parameters' | 'value'>): string => hashOf({ queryId, parameters, value })

/** What figures of one source share. */
export interface FigureSource {
  readonly queryId: string
  readonly parameters: Parameters
  readonly events: number | null
  readonly corrections: number | null
}

/** Figures of one edition, in the order in which they were stated. */
export interface FigureBook {
  /** Notes a figure and gives its id back. The same id twice must be the same value. @throws Error otherwise */
  add(id: string, value: ReportValue, source: FigureSource, more?: Parameters): string
  readonly all: Readonly<Record<string, ReportFigure>>
}

/** @param at when the data were read, ISO */
export function createFigures(at: string): FigureBook {
  const all: Record<string, ReportFigure> = {}
  return {
    all,
    add(id, value, source, more = {}) {
      const parameters = { ...source.parameters, ...more }
      const figure = {
        ...{ value, queryId: source.queryId, parameters },
        watermark: { at, events: source.events, corrections: source.corrections },
        hash: figureHash({ queryId: source.queryId, parameters, value }),
      }
      const known = all[id]
      if (known !== undefined && known.hash !== figure.hash)
        throw new Error(`the figure ${id} has two values in one edition`)
      all[id] = figure
      return id
    },
  }
}
