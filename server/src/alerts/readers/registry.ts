import type { Observation } from '@guanlan/analytics/alerting/kinds/kind'
import type { AlertRule, RuleKindName } from '@guanlan/contract/alert-rule'
import { countedReader } from './counted.ts'
import { distressReader } from './distress.ts'
import type { ReaderDeps, ReplaySpan, Round, RuleReader } from './reader.ts'
import { registerFindingReader } from './register-finding.ts'
import { sentimentShiftReader } from './sentiment-shift.ts'
import { silentSourceReader } from './silent-source.ts'
import { surgeReader } from './surge.ts'
import { timeToDecisionReader } from './time-to-decision.ts'
import { topicRiskReader } from './topic-risk.ts'

type Readers = { readonly [K in RuleKindName]: RuleReader<K> }

/** Where each kind of rule gets its figures, one line each. */
export function createReaders(deps: ReaderDeps) {
  const counted = countedReader(deps)
  const readers: Readers = {
    threshold: counted as RuleReader<'threshold'>,
    rate: counted as RuleReader<'rate'>,
    surge: surgeReader(deps),
    'topic-risk': topicRiskReader(deps),
    'sentiment-shift': sentimentShiftReader(deps),
    'time-to-decision': timeToDecisionReader(deps),
    'silent-source': silentSourceReader(),
    'register-finding': registerFindingReader(deps),
    distress: distressReader(deps),
  }
  return {
    observe: (rule: AlertRule, round: Round, known: ReadonlySet<string>): Promise<Observation[] | null> =>
      readerOf(readers, rule).observe(rule, round, known),
    replay: (rule: AlertRule, span: ReplaySpan) => readerOf(readers, rule).replay?.(rule, span) ?? null,
  }
}

/** The mapped type above guarantees that a reader is stored under its own kind. */
const readerOf = (readers: Readers, rule: AlertRule) =>
  readers[rule.condition.kind] as unknown as RuleReader<RuleKindName>
