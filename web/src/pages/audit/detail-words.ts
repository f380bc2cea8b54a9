/** How a detail of an audit entry is called, and what its values are called; codes without a word stay as they are. */
export interface DetailWords {
  readonly key: (code: string) => string
  readonly value: (code: string) => string
  readonly list: (items: readonly string[]) => string
  readonly labelled: (label: string, value: string) => string
}

function valueText(value: unknown, words: DetailWords): string {
  if (value === null || value === '') return '—'
  if (Array.isArray(value)) return words.list(value.map((each) => valueText(each, words)))
  if (typeof value === 'object')
    return words.list(
      Object.entries(value).map(([key, each]) => `${words.key(key)} ${valueText(each, words)}`),
    )
  // A role over a unit is kept as role@unit.
  const [role = '', unit] = String(value).split('@')
  return unit === undefined ? words.value(role) : `${words.value(role)}@${unit}`
}

/** Ids, counts and days that an entry keeps beside its action, in words; empty for an entry that keeps none. */
export function detailText(detail: Readonly<Record<string, unknown>>, words: DetailWords): string {
  return Object.entries(detail)
    .map(([key, value]) => words.labelled(words.key(key), valueText(value, words)))
    .join(' · ')
}
