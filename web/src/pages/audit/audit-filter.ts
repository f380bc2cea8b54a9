import type { AuditExportFilter } from '@guanlan/contract/endpoints/audit'

/** What the form of a search holds: empty strings where nothing is asked. */
interface AuditForm {
  action: string
  actor: string
  target: string
  /** Local days, both included. */
  from: string
  to: string
}

export const emptyForm = (): AuditForm => ({ action: '', actor: '', target: '', from: '', to: '' })

const OFFSET = '+08:00'
const DAY_MS = 86_400_000

function instant(day: string, addDays: number): string {
  return new Date(Date.parse(`${day}T00:00:00${OFFSET}`) + addDays * DAY_MS).toISOString()
}

/** The search as the server takes it; `to` becomes the end of that day. */
export function filterOf(form: AuditForm): AuditExportFilter {
  const text = (value: string) => (value.trim() === '' ? undefined : value.trim())
  const filter = {
    action: text(form.action),
    actor: text(form.actor),
    target: text(form.target),
    from: form.from === '' ? undefined : instant(form.from, 0),
    to: form.to === '' ? undefined : instant(form.to, 1),
  }
  return Object.fromEntries(
    Object.entries(filter).filter(([, value]) => value !== undefined),
  ) as AuditExportFilter
}
