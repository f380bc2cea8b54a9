import { useI18n } from 'vue-i18n'
import { alertWordsZhCN } from '../i18n/alert-words.zh-cn.ts'

const SHIPPED = new Map(Object.entries(alertWordsZhCN.shipped).map(([id, name]) => [name, id]))

/** Rules, policies and rosters that ship with the product, in the reader's language for as long as nobody renamed them. */
export function useShippedNames(): (name: string) => string {
  const { t } = useI18n()
  return (name) => {
    const id = SHIPPED.get(name)
    return id === undefined ? name : t(`alerts.shipped.${id}`)
  }
}
