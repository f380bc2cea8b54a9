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
import { appError } from '@guanlan/contract/errors'
import type { VocabularyEntry } from '@guanlan/contract/gazetteer'
import type { SentimentCalibration } from '@guanlan/contract/sentiment'
import type { CalibrationKeeper } from '../../words/calibration-keeper.ts'
import type { Candidates } from '../../words/candidates.ts'
import type { RosterKeeper } from '../../words/roster-keeper.ts'
import type { Vocabulary } from '../../words/vocabulary.ts'
import type { ReadNames } from '../account-names.ts'
import { route, type Caller, type Route } from '../route.ts'

export interface WordRouteDeps {
  readonly vocabulary: Vocabulary
  readonly roster: RosterKeeper
  readonly calibration: CalibrationKeeper
  readonly candidates: Candidates
  readonly names: ReadNames
  /** root unit of the organisation */
  root(): string
}

/** What counts for the whole organisation is changed by its own communications office, not by that of a part. @throws appError forbidden */
export function organisationEditor(actor: Caller | undefined, root: string): string {
  const office = actor?.grants.some(({ role, unitId }) => role === 'communications' && unitId === root)
  if (actor?.kind !== 'user' || office !== true)
    throw appError('forbidden', 'only the communications office of the whole organisation may do that')
  return actor.id
}

/** The same, or the organisation's leader, where a second person decides. @throws appError forbidden */
export function organisationOffice(actor: Caller | undefined, root: string): string {
  const leads = actor?.grants.some(({ role, unitId }) => role === 'leader' && unitId === root)
  return actor?.kind === 'user' && leads === true ? actor.id : organisationEditor(actor, root)
}

/** What the communications role adds to the analysis. */
export function wordRoutes(deps: WordRouteDeps): Route[] {
  const { vocabulary, roster, calibration, candidates, root } = deps
  const named = async (entries: readonly VocabularyEntry[]): Promise<VocabularyEntry[]> => {
    const nameOf = await deps.names()
    return entries.map((entry) => ({
      ...entry,
      proposedBy: nameOf(entry.proposedBy),
      decidedBy: entry.decidedBy === null ? null : nameOf(entry.decidedBy),
    }))
  }
  const one = async (entry: Promise<VocabularyEntry>) => (await named([await entry]))[0]!
  const calibrated = async (made: SentimentCalibration | null) =>
    made === null ? null : { ...made, by: (await deps.names())(made.by) }
  const idOf = (actor: Caller | undefined) => organisationEditor(actor, root())
  return [
    route(getVocabularyEndpoint, async ({ actor }) => ({
      entries: await named(await vocabulary.list(idOf(actor))),
      candidates: candidates.list(),
    })),
    route(proposeEntryEndpoint, ({ actor, body }) => one(vocabulary.propose(idOf(actor), body))),
    route(decideEntryEndpoint, ({ actor, params, body }) =>
      one(vocabulary.decide(idOf(actor), params.id, body.decision)),
    ),
    route(removeEntryEndpoint, async ({ actor, params }) => {
      await vocabulary.remove(idOf(actor), params.id)
      return undefined
    }),
    route(getRosterEndpoint, () => roster.state()),
    route(replaceRosterEndpoint, ({ actor, body }) => roster.replace(idOf(actor), body.names)),
    route(getSentimentCalibrationEndpoint, () => calibrated(calibration.describe())),
    route(calibrateSentimentEndpoint, async ({ actor, body }) => {
      const made = await calibration.calibrate(idOf(actor), body.samples)
      return { ...made, by: (await deps.names())(made.by) }
    }),
    route(dropSentimentCalibrationEndpoint, async ({ actor }) => {
      await calibration.drop(idOf(actor))
      return undefined
    }),
  ]
}
