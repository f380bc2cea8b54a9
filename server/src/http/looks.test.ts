import { describe, expect, it } from 'vitest'
import { LOOKS, scopesShown } from './looks.ts'

const nothing = { params: undefined, query: undefined, body: undefined }
const deps = { scopeOfReport: async (id: string) => (id === 'rep-1' ? 'unit:south' : undefined) }
const shown = (id: string, asked: object, answer: unknown = undefined) =>
  scopesShown(id, { ...nothing, ...asked }, answer, deps)

describe('whose figures an answer shows', () => {
  it('is told by the query, the body or the answer, wherever the operation has it', async () => {
    expect(await shown('getTotals', {}, { unit: 'south' })).toEqual(['unit:south'])
    expect(await shown('explainRisk', { query: { scope: 'group:g-1' } })).toEqual(['group:g-1'])
    expect(await shown('markRisk', { body: { subject: 'group:g-1', scope: 'org' } })).toEqual(['group:g-1'])
    expect(await shown('markRisk', { body: { subject: 'topic:t', scope: 'unit:a' } })).toEqual(['unit:a'])
    expect(await shown('answerTopic', { body: { scope: 'unit:a' } })).toEqual(['unit:a'])
    const alert = (groupId: string | null) => ({ alert: { subject: { unitId: 'south', groupId } } })
    expect(await shown('getAlert', {}, alert('g-1'))).toEqual(['group:g-1'])
    expect(await shown('getAlert', {}, alert(null))).toEqual(['unit:south'])
    expect(await shown('backtestAlertRule', {}, { byUnit: [{ unitId: 'a' }] })).toEqual(['unit:a'])
    expect(await shown('replayRisk', {}, { tracks: [{ scope: 'group:g-1' }] })).toEqual(['group:g-1'])
  })

  it('is looked up for a report, whose answer may be a file', async () => {
    for (const id of ['getReport', 'exportReport', 'recomputeReport'])
      expect(await shown(id, { params: { id: 'rep-1' } })).toEqual(['unit:south'])
    expect(await shown('getReport', { params: { id: 'rep-2' } })).toEqual([])
  })

  it('is nobody’s where no figure is shown', async () => {
    expect(await shown('listKeys', {}, { keys: [] })).toEqual([])
    const units = [
      { unitId: 'a', messagesPerMemberDay: null },
      { unitId: 'b', messagesPerMemberDay: 1 },
    ]
    expect(await shown('getBurden', {}, { units })).toEqual(['unit:b'])
    expect(LOOKS.size).toBeGreaterThan(20)
  })
})
