import { composeEdition, contentHash } from '@guanlan/analytics/reporting/edition'
import { factsOf } from '@guanlan/analytics/reporting/testing'
import { editionOf, insertReport, nextNumber, readReport } from '@guanlan/server/reports/report-store'
import { hashesHold } from '@guanlan/analytics/reporting/edition'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startRegister, type TestRegister } from '../helpers/register.ts'

let at: TestRegister
beforeAll(async () => {
  at = await startRegister()
})
afterAll(() => at.stop())

const content = { ...composeEdition(factsOf()), auditHead: null }
const store = (id: string, createdBy = 'writer') =>
  insertReport(at.postgres, {
    ...{ id, kind: 'week', unitId: 'city', periodKey: '2026-W47', createdAt: new Date(), createdBy },
    ...{ supersedes: null, correctionNote: null, content, contentHash: contentHash(content), cells: [] },
  })
const issue = (id: string, sequence: number) =>
  at.postgres.query(
    `UPDATE report SET state = 'issued', issued_at = now(), issued_by = 'writer', approved_at = now(), approved_by = 'leader',
       year = 2026, sequence = $2 WHERE id = $1`,
    [id, sequence],
  )

it('an edition comes back from the database as it was, with hashes that hold', async () => {
  await store('rep-000000000000000001')
  const edition = editionOf((await readReport(at.postgres, 'rep-000000000000000001'))!)
  expect(edition.sections).toEqual(content.sections)
  expect(hashesHold(edition)).toBe(true)
})

it('the database itself refuses to change or delete what was issued, whoever asks', async () => {
  const id = 'rep-000000000000000001'
  await issue(id, 1)
  for (const change of [
    `UPDATE report SET content = '{}' WHERE id = '${id}'`,
    `UPDATE report SET issued_by = 'somebody' WHERE id = '${id}'`,
    `UPDATE report SET sequence = 9 WHERE id = '${id}'`,
    `UPDATE report SET cells = '[1]' WHERE id = '${id}'`,
    `UPDATE report SET state = 'draft' WHERE id = '${id}'`,
    `DELETE FROM report WHERE id = '${id}'`,
  ])
    await expect(at.postgres.query(change), change).rejects.toThrow(/frozen|kept/)
  await store('rep-000000000000000002')
  await at.postgres.query(
    `UPDATE report SET state = 'superseded', superseded_by = 'rep-000000000000000002' WHERE id = $1`,
    [id],
  )
  await expect(at.postgres.query('DELETE FROM report WHERE id = $1', [id])).rejects.toThrow(/kept/)
})

it('nobody approves an edition of their own, also not behind the back of the server', async () => {
  await store('rep-000000000000000003', 'leader')
  const approved = at.postgres.query(
    `UPDATE report SET approved_by = 'leader' WHERE id = 'rep-000000000000000003'`,
  )
  await expect(approved).rejects.toThrow(/report_check|check constraint/)
})

it('two issues at once take different numbers', async () => {
  await Promise.all(['rep-000000000000000004', 'rep-000000000000000005'].map((id) => store(id)))
  const take = (id: string) =>
    at.postgres.transaction(async (sql) => {
      const sequence = await nextNumber(sql, 'week', 'city', 2026)
      await sql.query(
        `UPDATE report SET state = 'issued', issued_at = now(), issued_by = 'w', approved_at = now(), approved_by = 'leader',
           year = 2026, sequence = $2 WHERE id = $1`,
        [id, sequence],
      )
      return sequence
    })
  const numbers = await Promise.all(['rep-000000000000000004', 'rep-000000000000000005'].map(take))
  expect(numbers.sort()).toEqual([2, 3])
})
