import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { Category, CategoryCode } from '@guanlan/contract/taxonomy'

export interface Taxonomy {
  get(code: string): Category | undefined
  readonly all: readonly Category[]
}

const ShippedFile = z.object({ categories: z.array(Category.loose()).min(1) })
/** An organisation's own category refines a shipped one: it names its code and its words, and inherits tier and weight. */
const OwnFile = z.strictObject({
  categories: z.array(
    z.strictObject({ code: CategoryCode, zh: z.string().min(1).max(60), en: z.string().min(1).max(120) }),
  ),
})

function parentOf(code: string, known: ReadonlyMap<string, Category>): Category | undefined {
  for (let end = code.lastIndexOf('.'); end > 0; end = code.lastIndexOf('.', end - 1)) {
    const parent = known.get(code.slice(0, end))
    if (parent !== undefined) return parent
  }
  return undefined
}

/**
 * Joins the shipped categories with an organisation's own.
 * @throws Error when an own category is not a child of a shipped code, or a code is given twice
 */
export function buildTaxonomy(shipped: unknown, own?: unknown): Taxonomy {
  const codes = new Map<string, Category>()
  for (const { code, tier, weight, zh, en } of ShippedFile.parse(shipped).categories) {
    if (codes.has(code)) throw new Error(`taxonomy: ${code} is given twice`)
    codes.set(code, { code, tier, weight, zh, en })
  }
  const shippedCodes = new Map(codes)
  for (const { code, zh, en } of own === undefined ? [] : OwnFile.parse(own).categories) {
    if (codes.has(code)) throw new Error(`taxonomy: ${code} is given twice`)
    const parent = parentOf(code, shippedCodes)
    if (parent === undefined) {
      throw new Error(
        `taxonomy: ${code} must be a child of a shipped category, such as fraud.${code.split('.').at(-1)}`,
      )
    }
    codes.set(code, { code, tier: parent.tier, weight: parent.weight, zh, en })
  }
  const all = [...codes.values()]
  return { get: (code) => codes.get(code), all }
}

/** Reads seeds/taxonomy.yaml and, where there is one, the organisation's own file. */
export async function loadTaxonomy(seedsDir: string, ownFile?: string): Promise<Taxonomy> {
  const shipped: unknown = parse(await readFile(path.join(seedsDir, 'taxonomy.yaml'), 'utf8'))
  const own: unknown = ownFile === undefined ? undefined : parse(await readFile(ownFile, 'utf8'))
  return buildTaxonomy(shipped, own)
}
