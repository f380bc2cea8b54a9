import { checkAuditEndpoint, exportAuditEndpoint, listAuditEndpoint } from '@guanlan/contract/endpoints/audit'
import type { AuditEntry as AuditEntryAnswer } from '@guanlan/contract/endpoints/audit'
import type { Audit, AuditEntry } from '../../identity/audit.ts'
import type { Route } from '../route.ts'
import { route } from '../route.ts'

export interface AuditRouteDeps {
  readonly audit: Audit
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

/** The audit, for auditors only. */
export function auditRoutes({ audit }: AuditRouteDeps): Route[] {
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
    route(checkAuditEndpoint, () => audit.verify()),
    route(exportAuditEndpoint, async ({ actor, res }) => {
      const { seq } = await audit.append(actor?.id ?? '', 'audit.export', 'audit')
      res.type('application/x-ndjson')
      res.setHeader('Content-Disposition', 'attachment; filename="guanlan-audit.ndjson"')
      for await (const entries of audit.pages(seq)) {
        res.write(
          entries
            .map((entry) => `${JSON.stringify({ ...toAnswer(entry), prevHash: entry.prevHash })}\n`)
            .join(''),
        )
      }
      res.end()
      return undefined
    }),
  ]
}
