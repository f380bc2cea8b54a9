import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  auditHeadsEndpoint,
  checkAuditEndpoint,
  decideAuditExportEndpoint,
  listAuditEndpoint,
  listAuditExportsEndpoint,
  requestAuditExportEndpoint,
  takeAuditExportEndpoint,
} from '@guanlan/contract/endpoints/audit'
import type { AuditEntry as AuditEntryAnswer } from '@guanlan/contract/endpoints/audit'
import { appError } from '@guanlan/contract/errors'
import type { Audit, AuditEntry } from '../../identity/audit.ts'
import type { AuditExports } from '../../identity/audit-exports.ts'
import type { AuditHeadsKeeper } from '../../identity/audit-heads.ts'
import type { Directory } from '../../register/directory.ts'
import type { Caller, Route } from '../route.ts'
import { route } from '../route.ts'

export interface AuditRouteDeps {
  readonly audit: Audit
  readonly auditExports: AuditExports
  readonly auditHeads: AuditHeadsKeeper
  readonly directory: Pick<Directory, 'root'>
}

const toAnswer = ({ seq, at, actor, action, target, detail, hash }: AuditEntry): AuditEntryAnswer => ({
  seq,
  at: new Date(at).toISOString(),
  actor,
  action,
  target,
  detail: { ...detail },
  hash,
})

async function* linesOf(pages: AsyncIterable<readonly AuditEntry[]>): AsyncGenerator<string> {
  for await (const entries of pages)
    yield entries
      .map((entry) => `${JSON.stringify({ ...toAnswer(entry), prevHash: entry.prevHash })}\n`)
      .join('')
}

/** @throws what is no connection that the reader closed */
function ignoreGone(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
}

/** The audit, for auditors only. */
export function auditRoutes({ audit, auditHeads, ...deps }: AuditRouteDeps): Route[] {
  return [
    route(listAuditEndpoint, async ({ query }) => {
      const { before, from, to, actor, action, target, limit } = query
      const entries = await audit.list({
        limit,
        ...(before === undefined ? {} : { beforeSeq: before }),
        ...(from === undefined ? {} : { fromMs: Date.parse(from) }),
        ...(to === undefined ? {} : { toMs: Date.parse(to) }),
        ...(actor === undefined ? {} : { actor }),
        ...(action === undefined ? {} : { action }),
        ...(target === undefined ? {} : { target }),
      })
      return {
        entries: entries.map(toAnswer),
        next: entries.length === limit ? (entries.at(-1)?.seq ?? null) : null,
      }
    }),
    route(checkAuditEndpoint, async () => {
      const heads = await auditHeads.kept()
      return { ...(await audit.verify(heads)), heads: heads.length }
    }),
    route(auditHeadsEndpoint, () => auditHeads.status()),
    ...exportRoutes(deps),
  ]
}

/** An auditor anywhere, or the leader of the whole organisation: both see who asked for what, never the file of another. */
function exportRoutes({ auditExports, directory }: Omit<AuditRouteDeps, 'audit' | 'auditHeads'>): Route[] {
  function deciding(actor: Caller | undefined): string {
    const may = actor?.grants.some(
      ({ role, unitId }) => role === 'auditor' || (role === 'leader' && unitId === directory.root),
    )
    if (actor === undefined || may !== true)
      throw appError('forbidden', 'an auditor or the leader of the organisation decides on exports')
    return actor.id
  }
  return [
    route(listAuditExportsEndpoint, async ({ actor }) => ({
      exports: await auditExports.list(deciding(actor)),
    })),
    route(requestAuditExportEndpoint, ({ actor, body }) =>
      auditExports.request(actor?.id ?? '', body.filter, body.reason),
    ),
    route(decideAuditExportEndpoint, ({ actor, params, body }) =>
      auditExports.decide(deciding(actor), params.id, body.approve),
    ),
    route(takeAuditExportEndpoint, async ({ actor, params, res }) => {
      const pages = await auditExports.take(actor?.id ?? '', params.id)
      res.type('application/x-ndjson')
      res.setHeader('Content-Disposition', 'attachment; filename="guanlan-audit.ndjson"')
      // A reader that stalls holds up the pages, not the memory; one that goes away ends them.
      await pipeline(Readable.from(linesOf(pages)), res).catch(ignoreGone)
      return undefined
    }),
  ]
}
