import path from 'node:path'
import { createDocuments, type UnreadableDocument } from '@guanlan/server/alerts/documents'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startRegister, type TestRegister } from '../helpers/register.ts'

let at: TestRegister
beforeAll(async () => {
  at = await startRegister()
})
afterAll(() => at.stop())

it('a stored rule that cannot be read is switched off and named, the others stay on', async () => {
  let told: readonly UnreadableDocument[] = []
  const store = createDocuments(at.postgres, at.audit, (unreadable) => void (told = unreadable))
  await store.seed(path.join(import.meta.dirname, '../../seeds'))
  const before = await store.load()
  expect(told).toEqual([])
  expect(before.rules.has('leak')).toBe(true)
  await at.postgres.query(
    `UPDATE alerting_document SET body = jsonb_set(body, '{per}', '"person"') WHERE kind = 'rule' AND id = 'leak'`,
  )
  const after = await store.load()
  expect([...after.rules.keys()].sort()).toEqual(
    [...before.rules.keys()].filter((id) => id !== 'leak').sort(),
  )
  expect(told).toMatchObject([{ kind: 'rule', id: 'leak', version: 1 }])
  expect(told[0]?.pointers).toContain('/per')
  expect(JSON.stringify(told)).not.toContain('person')
})
