import { expect, it } from 'vitest'
import { renderSentence } from '@guanlan/contract/report-sentences'
import { composeEdition } from './edition.ts'
import { factsOf } from './testing.ts'

const none = { escalations: 0, falseAlarms: 0, open: 0 }
const editionOf = (acknowledged: number, acknowledgeMs: number | null) =>
  composeEdition(
    factsOf({
      alerts: {
        now: { raised: 9, acknowledged, acknowledgeMs, answerMs: null, ...none },
        before: { raised: 9, acknowledged: 0, acknowledgeMs: null, answerMs: null, ...none },
        ...{ byRule: [], byUnit: [] },
      },
    }),
  )
const sentencesOf = (content: ReturnType<typeof editionOf>) =>
  content.sections.find(({ key }) => key === 'alerts')?.sentences ?? []

it('says why there is no time when few were taken by few, instead of leaving it out', () => {
  const few = editionOf(4, null)
  const keys = sentencesOf(few).map(({ key }) => key)
  expect(keys).toContain('alerts.few')
  expect(keys).not.toContain('alerts.acknowledge')
  const said = sentencesOf(few).find(({ key }) => key === 'alerts.few')
  if (said === undefined) throw new Error('not said')
  expect(renderSentence(said, few as never, 'zh-CN')).toMatch(/其中 4 .已接手.*至少 3 人/u)
  expect(renderSentence(said, few as never, 'en')).toMatch(/4.* acknowledged.*three people/)
  expect(few.figures['alerts.acknowledgeMinutes']?.value ?? null).toBeNull()
})

it('gives the median of many, and says nothing of either when nobody took one', () => {
  const keysOf = (...of: Parameters<typeof editionOf>) => sentencesOf(editionOf(...of)).map(({ key }) => key)
  expect(keysOf(6, 60_000)).toContain('alerts.acknowledge')
  expect(keysOf(6, 60_000)).not.toContain('alerts.few')
  expect(keysOf(0, null)).not.toContain('alerts.few')
})
