import { sourceHealthEndpoint, type SourceHealth } from '@guanlan/contract/endpoints/source'
import { appError } from '@guanlan/contract/errors'
import type { Clock } from '../../lib/clock.ts'
import { route, type Route } from '../route.ts'

export interface SourceDeps {
  readonly clock: Clock
  readonly ofSource: (source: string, since: number) => Promise<SourceHealth>
}

/** A source reads what became of its own events, and of no other's. */
export function sourceRoute({ clock, ofSource }: SourceDeps): Route {
  return route(sourceHealthEndpoint, async ({ key, query }) => {
    if (key === undefined) throw appError('forbidden')
    return ofSource(key.source, query.since === undefined ? clock.now() : Date.parse(query.since))
  })
}
