import { RiskFormulaVersion } from '@guanlan/contract/risk'
import { z } from 'zod'
import type { Audit } from '../identity/audit.ts'
import { createFormulas } from '../insight/formulas.ts'
import { createScoreStore } from '../insight/score-store.ts'
import type { Clock } from '../lib/clock.ts'
import type { ClickHouse } from '../ports/clickhouse.ts'
import type { Postgres } from '../ports/postgres.ts'
import { CLI_ACTOR } from './access-commands.ts'
import { adminCommand } from './command.ts'
import type { AdminCommands } from './command.ts'

const ReplayArgs = z.strictObject({ version: RiskFormulaVersion, days: z.int().min(1).max(90).default(30) })

/** A version of the risk formula over stored history, before it is switched on. */
export function riskCommands(deps: {
  clickhouse: ClickHouse
  postgres: Postgres
  audit: Audit
  clock: Clock
  dayOf(ms: number): string
}): AdminCommands {
  const formulas = createFormulas({ ...deps, store: createScoreStore(deps.clickhouse, deps.dayOf, 'replay') })
  return {
    'risk.replay': adminCommand(ReplayArgs, async ({ version, days }) => {
      await formulas.reload()
      return formulas.replay(CLI_ACTOR, version, days)
    }),
  }
}
