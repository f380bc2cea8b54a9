import type { AuditEntry } from '@guanlan/contract/endpoints/audit'
import { useI18n } from 'vue-i18n'
import { useFormat } from '../../composables/use-format.ts'
import { detailText } from './detail-words.ts'

/** What an entry of the audit says, in words; a code that has none yet stays as it is. */
export function useActionWords() {
  const { t, te } = useI18n()
  const format = useFormat()
  const first = (code: string, keys: readonly string[]) => {
    const key = keys.find((each) => te(each))
    return key === undefined ? code : t(key)
  }
  const action = (code: string) => first(code, [`audit.actions.${code.replaceAll('.', '_')}`])
  const detail = (entry: AuditEntry) =>
    detailText(entry.detail, {
      key: (code) => first(code, [`audit.details.${code}`]),
      value: (code) => first(code, [`audit.values.${code}`, `access.roles.${code}`]),
      list: format.value.list,
      labelled: format.value.labelled,
    })
  return { action, detail }
}
