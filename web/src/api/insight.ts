import type { VocabularyRequest } from '@guanlan/contract/gazetteer'
import {
  decideRiskEndpoint,
  explainRiskEndpoint,
  markRiskEndpoint,
  proposeRiskEndpoint,
  replayRiskEndpoint,
  riskCalibrationEndpoint,
  riskFormulasEndpoint,
  riskHistoryEndpoint,
} from '@guanlan/contract/endpoints/risk'
import {
  answerTopicEndpoint,
  getTopicEndpoint,
  topicTimelineEndpoint,
} from '@guanlan/contract/endpoints/topics'
import {
  calibrateSentimentEndpoint,
  decideEntryEndpoint,
  dropSentimentCalibrationEndpoint,
  getRosterEndpoint,
  getSentimentCalibrationEndpoint,
  getVocabularyEndpoint,
  proposeEntryEndpoint,
  removeEntryEndpoint,
  replaceRosterEndpoint,
} from '@guanlan/contract/endpoints/words'
import type { Range } from '@guanlan/contract/scope'
import type { CalibrationSamples } from '@guanlan/contract/sentiment'
import { at } from './address.ts'
import { call } from './client.ts'

const iso = (time: number) => new Date(time).toISOString()

/** HTTP operations of topics, risk and the operators' words. All reject with ApiFailure only. */
export const insightApi = {
  timeline: (scope: string, range: Range) => call(at(topicTimelineEndpoint, {}, { scope, range })),
  topic: (id: string, scope: string, since: number) =>
    call(at(getTopicEndpoint, { id }, { scope, since: iso(since) })),
  answer: (id: string, scope: string, note: string) => call(at(answerTopicEndpoint, { id }), { scope, note }),
  explain: (scope: string, since: number) => call(at(explainRiskEndpoint, {}, { scope, since: iso(since) })),
  history: (scope: string, range: Range) => call(at(riskHistoryEndpoint, {}, { scope, range })),
  mark: (subject: string, scope: string, neededResponse: boolean) =>
    call(markRiskEndpoint, { subject, scope, neededResponse }),
  riskCalibration: () => call(riskCalibrationEndpoint),
  formulas: () => call(riskFormulasEndpoint),
  replay: (version: string, days: number) => call(replayRiskEndpoint, { version, days }),
  proposeFormula: (version: string) => call(at(proposeRiskEndpoint, { version })),
  decideFormula: (version: string, decision: 'approve' | 'refuse') =>
    call(at(decideRiskEndpoint, { version }), { decision }),
  vocabulary: () => call(getVocabularyEndpoint),
  propose: (entry: VocabularyRequest) => call(proposeEntryEndpoint, entry),
  decide: (id: number, decision: 'approve' | 'refuse') => call(at(decideEntryEndpoint, { id }), { decision }),
  remove: (id: number) => call(at(removeEntryEndpoint, { id })),
  roster: () => call(getRosterEndpoint),
  replaceRoster: (names: string[]) => call(replaceRosterEndpoint, { names }),
  calibration: () => call(getSentimentCalibrationEndpoint),
  calibrate: (samples: CalibrationSamples['samples']) => call(calibrateSentimentEndpoint, { samples }),
  dropCalibration: () => call(dropSentimentCalibrationEndpoint),
}
