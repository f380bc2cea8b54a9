import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import {
  RosterRequest,
  RosterState,
  Vocabulary,
  VocabularyDecision,
  VocabularyEntry,
  VocabularyRequest,
} from '../gazetteer.ts'
import { CalibrationSamples, SentimentCalibration } from '../sentiment.ts'

const editors = { roles: ['communications'] } as const
const entryId = z.strictObject({ id: z.coerce.number().int().min(1) })

export const getVocabularyEndpoint = endpoint({
  operationId: 'getVocabulary',
  method: 'get',
  path: '/api/v1/vocabulary',
  summary: 'The organisation’s own entries, and new spellings that wait for an approval',
  tag: 'vocabulary',
  access: editors,
  response: Vocabulary,
})

export const proposeEntryEndpoint = endpoint({
  operationId: 'proposeVocabularyEntry',
  method: 'post',
  path: '/api/v1/vocabulary',
  summary: 'Propose an entry; a second account of the communications role has to approve it',
  tag: 'vocabulary',
  access: editors,
  body: VocabularyRequest,
  response: VocabularyEntry,
  status: 201,
})

export const decideEntryEndpoint = endpoint({
  operationId: 'decideVocabularyEntry',
  method: 'post',
  path: '/api/v1/vocabulary/:id/decision',
  summary: 'Approve or refuse an entry that somebody else proposed',
  tag: 'vocabulary',
  access: editors,
  params: entryId,
  body: VocabularyDecision,
  response: VocabularyEntry,
})

export const removeEntryEndpoint = endpoint({
  operationId: 'removeVocabularyEntry',
  method: 'delete',
  path: '/api/v1/vocabulary/:id',
  summary: 'Take an entry out of force',
  tag: 'vocabulary',
  access: editors,
  params: entryId,
})

export const getRosterEndpoint = endpoint({
  operationId: 'getRoster',
  method: 'get',
  path: '/api/v1/vocabulary-roster',
  summary:
    'How many names are kept out of topics by the organisation’s own roster; the names cannot be read back',
  tag: 'vocabulary',
  access: editors,
  response: RosterState,
})

export const replaceRosterEndpoint = endpoint({
  operationId: 'replaceRoster',
  method: 'put',
  path: '/api/v1/vocabulary-roster',
  summary: 'Replace the roster of names that are kept out of topics; stored as keyed hashes',
  tag: 'vocabulary',
  access: editors,
  body: RosterRequest,
  bodyLimitBytes: 4 * 1024 * 1024,
  response: RosterState,
})

export const getSentimentCalibrationEndpoint = endpoint({
  operationId: 'getSentimentCalibration',
  method: 'get',
  path: '/api/v1/sentiment-calibration',
  summary: 'The local calibration in force, or null',
  tag: 'vocabulary',
  access: { roles: ['communications', 'leader'] },
  response: SentimentCalibration.nullable(),
})

export const calibrateSentimentEndpoint = endpoint({
  operationId: 'calibrateSentiment',
  method: 'post',
  path: '/api/v1/sentiment-calibration',
  summary:
    'Calibrate with samples that staff pasted and labelled; the samples are scored in memory and dropped',
  tag: 'vocabulary',
  access: editors,
  body: CalibrationSamples,
  bodyLimitBytes: 4 * 1024 * 1024,
  response: SentimentCalibration,
})

export const dropSentimentCalibrationEndpoint = endpoint({
  operationId: 'dropSentimentCalibration',
  method: 'delete',
  path: '/api/v1/sentiment-calibration',
  summary: 'Go back to the shipped model without calibration',
  tag: 'vocabulary',
  access: editors,
})
