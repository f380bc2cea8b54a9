import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildTaxonomy, loadTaxonomy } from './taxonomy.ts'

const shipped = {
  categories: [
    {
      code: 'fraud',
      tier: 'illegal',
      weight: 4,
      zh: '诈骗',
      en: 'Fraud',
      clauses: ['JS-7.5'],
      dsa: 'SCAMS_AND_FRAUD',
    },
    {
      code: 'leak.privacy',
      tier: 'illegal',
      weight: 4,
      zh: '泄露个人隐私',
      en: 'Personal information exposed',
    },
  ],
}
const own = (code: string) => ({ categories: [{ code, zh: '退款诈骗', en: 'Refund fraud' }] })

describe('taxonomy', () => {
  it('reads the shipped file', async () => {
    const taxonomy = await loadTaxonomy(path.join(import.meta.dirname, '../../../seeds'))
    expect(taxonomy.all.length).toBeGreaterThanOrEqual(28)
    expect(taxonomy.get('self-harm.concern')).toMatchObject({ tier: 'care', weight: 5 })
    expect(taxonomy.get('nothing')).toBeUndefined()
  })

  it('lets an own category inherit tier and weight of the shipped code it refines', () => {
    expect(buildTaxonomy(shipped, own('fraud.refund')).get('fraud.refund')).toMatchObject({
      tier: 'illegal',
      weight: 4,
    })
    expect(buildTaxonomy(shipped, own('leak.privacy.address')).get('leak.privacy.address')).toBeDefined()
  })

  it.each(['opinion', 'leak', 'leak.other', 'frauds.refund'])('refuses a new subject: %s', (code) => {
    expect(() => buildTaxonomy(shipped, own(code))).toThrow(/child of a shipped/)
  })

  it('refuses an own tier or weight and a shipped code given again', () => {
    expect(() =>
      buildTaxonomy(shipped, { categories: [{ ...own('fraud.x').categories[0], weight: 5 }] }),
    ).toThrow()
    expect(() => buildTaxonomy(shipped, own('fraud'))).toThrow(/twice/)
  })
})
