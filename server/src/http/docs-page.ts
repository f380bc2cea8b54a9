import type { OpenApiDocument } from './openapi.ts'

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escape = (text: unknown) => String(text ?? '').replace(/[&<>"']/g, (char) => ESCAPES[char] ?? '')
const json = (value: unknown) => `<pre><code>${escape(JSON.stringify(value, null, 2))}</code></pre>`

interface Media {
  schema?: unknown
}
interface Operation {
  operationId?: string
  summary?: string
  description?: string
  tags?: string[]
  parameters?: { name: string; in: string; required?: boolean; schema?: unknown; description?: string }[]
  requestBody?: { description?: string; content?: Record<string, Media> }
  responses?: Record<string, { description?: string; content?: Record<string, Media> }>
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const

/** The description as one page without any script, so that it can be read under the strictest policy and on paper. */
export function renderDocs(document: OpenApiDocument): string {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item?.[method] as Operation | undefined
      return operation === undefined ? [] : [{ method, path, operation }]
    }),
  )
  const tags = [...new Set(operations.map(({ operation }) => operation.tags?.[0] ?? ''))].sort()
  const ofTag = (tag: string) => operations.filter(({ operation }) => operation.tags?.[0] === tag)
  const links = ({ method, path, operation }: (typeof operations)[number]) =>
    `<li><a href="#${escape(operation.operationId)}"><b>${method.toUpperCase()}</b> ${escape(path)}</a></li>`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(document.info.title)} API</title><link rel="stylesheet" href="/api/docs.css"></head>
<body><header><h1>${escape(document.info.title)} API <small>${escape(document.info.version)}</small></h1>
<p>${escape(document.info.description)}</p><p><a href="/api/openapi.json">openapi.json</a></p></header>
<nav>${tags.map((tag) => `<h2>${escape(tag)}</h2><ul>${ofTag(tag).map(links).join('')}</ul>`).join('')}</nav>
<main>${tags.map((tag) => ofTag(tag).map(section).join('')).join('')}${components(document)}</main></body></html>
`
}

function section({
  method,
  path,
  operation,
}: {
  method: string
  path: string
  operation: Operation
}): string {
  const rows = (operation.parameters ?? []).map(
    (parameter) =>
      `<tr><td><code>${escape(parameter.name)}</code></td><td>${escape(parameter.in)}</td><td>${parameter.required === true ? 'yes' : 'no'}</td><td>${json(parameter.schema)}</td></tr>`,
  )
  const table =
    rows.length === 0
      ? ''
      : `<table><thead><tr><th>name</th><th>in</th><th>required</th><th>takes</th></tr></thead><tbody>${rows.join('')}</tbody></table>`
  const bodies = Object.entries(operation.requestBody?.content ?? {}).map(([type, media]) =>
    details(`Body: ${type}`, media.schema),
  )
  const answers = Object.entries(operation.responses ?? {}).map(([status, response]) => {
    const [type, media] = Object.entries(response.content ?? {})[0] ?? []
    const title = `${status}: ${response.description ?? ''}${type === undefined ? '' : ` (${type})`}`
    return media?.schema === undefined ? `<p>${escape(title)}</p>` : details(title, media.schema)
  })
  return `<section id="${escape(operation.operationId)}"><h3><b class="${method}">${method.toUpperCase()}</b> <code>${escape(path)}</code></h3>
<p>${escape(operation.summary)}. ${escape(operation.description)} ${escape(operation.requestBody?.description)}</p>${table}${bodies.join('')}${answers.join('')}</section>`
}

const details = (title: string, schema: unknown) =>
  `<details><summary>${escape(title)}</summary>${json(schema)}</details>`

function components(document: OpenApiDocument): string {
  const schemas = Object.entries(document.components?.schemas ?? {})
  return `<section id="schemas"><h3>Schemas</h3>${schemas.map(([name, schema]) => details(name, schema)).join('')}</section>`
}

export const DOCS_CSS = `:root{color-scheme:light dark;font:16px/1.55 system-ui,"Noto Sans SC",sans-serif}
body{margin:0 auto;max-width:72rem;padding:1.5rem}
h1 small{font-weight:400;opacity:.6}
nav ul{list-style:none;padding:0;columns:22rem}
section{border-top:1px solid color-mix(in srgb,currentColor 20%,transparent);padding:.5rem 0 1rem}
h3 b{display:inline-block;min-width:4.5rem}
h3 code{font-size:1.05em}
b.get{color:#1d6fb8}b.post{color:#2b7f3f}b.put,b.patch{color:#a06000}b.delete{color:#b3261e}
table{border-collapse:collapse;width:100%}
th,td{border:1px solid color-mix(in srgb,currentColor 20%,transparent);padding:.35rem .6rem;text-align:left;vertical-align:top}
pre{margin:.3rem 0;overflow:auto;font-size:.85rem}
details{margin:.3rem 0}
summary{cursor:pointer}
`
