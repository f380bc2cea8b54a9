import type { Endpoint } from '@guanlan/contract/endpoint'

type Values = Readonly<Record<string, string | number | undefined>>

/** The operation at a place: `:name` parts of the path filled in and the query added. Values are escaped; undefined ones are left out. */
export function at<E extends Endpoint>(endpoint: E, params: Values, query: Values = {}): E {
  const path = endpoint.path.replace(/:([a-zA-Z]+)/g, (_part, name: string) =>
    encodeURIComponent(String(params[name])),
  )
  const asked = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) asked.set(name, String(value))
  return { ...endpoint, path: asked.size === 0 ? path : `${path}?${asked.toString()}` }
}
