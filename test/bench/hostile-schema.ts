import fc from 'fast-check'

/** As much of JSON Schema 2020-12 as the product's OpenAPI file uses. */
export interface Schema {
  $ref?: string
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  prefixItems?: Schema[]
  additionalProperties?: boolean | Schema
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  pattern?: string
  format?: string
}

const DEEPEST = 6
const STRINGS: Record<string, fc.Arbitrary<unknown>> = {
  'date-time': fc
    .integer({ min: 0, max: 4_102_444_800 })
    .map((seconds) => new Date(seconds * 1000).toISOString()),
  date: fc
    .integer({ min: 0, max: 40_000 })
    .map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10)),
  email: fc.constantFrom('a@city.example', 'b@city.example'),
  uri: fc.constantFrom('https://example.invalid/', 'http://127.0.0.1:1/', 'file:///etc/passwd'),
}

function stringOf(schema: Schema): fc.Arbitrary<unknown> {
  const known = STRINGS[schema.format ?? '']
  if (known !== undefined) return known
  if (schema.pattern !== undefined)
    try {
      return fc.stringMatching(new RegExp(schema.pattern, 'u'))
    } catch {
      // Patterns with look-ahead and their like can't be made from: any string will do.
    }
  const minLength = Math.min(schema.minLength ?? 0, 64)
  return fc.string({
    minLength,
    maxLength: Math.max(minLength, Math.min(schema.maxLength ?? 24, 64)),
    unit: 'grapheme',
  })
}

function numberOf(schema: Schema, whole: boolean): fc.Arbitrary<unknown> {
  const min = schema.minimum ?? schema.exclusiveMinimum ?? -1000
  const max = Math.max(min, schema.maximum ?? schema.exclusiveMaximum ?? min + 100_000)
  return whole
    ? fc.integer({ min: Math.ceil(Math.max(min, -(2 ** 31))), max: Math.floor(Math.min(max, 2 ** 31 - 1)) })
    : fc.double({ min, max, noNaN: true })
}

/** Values that fit a schema, where that is easy to say, and otherwise nearly. */
export function valuesOf(schema: Schema, all: Record<string, Schema>, depth = 0): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) {
    const named = all[schema.$ref.split('/').at(-1) ?? '']
    return named === undefined || depth > DEEPEST ? fc.constant({}) : valuesOf(named, all, depth + 1)
  }
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined && choices.length > 0)
    return fc.oneof(...choices.map((choice) => valuesOf(choice, all, depth + 1)))
  const [first] = schema.allOf ?? []
  if (first !== undefined) return valuesOf(first, all, depth + 1)
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? ['object'])
  return fc.oneof(...types.map((type) => typed(type, schema, all, depth)))
}

function typed(
  type: string,
  schema: Schema,
  all: Record<string, Schema>,
  depth: number,
): fc.Arbitrary<unknown> {
  if (type === 'null') return fc.constant(null)
  if (type === 'boolean') return fc.boolean()
  if (type === 'string') return stringOf(schema)
  if (type === 'integer' || type === 'number') return numberOf(schema, type === 'integer')
  if (type === 'array') {
    const minLength = Math.min(schema.minItems ?? 0, 4)
    return fc.array(valuesOf(schema.items ?? {}, all, depth + 1), { minLength, maxLength: minLength + 3 })
  }
  if (depth > DEEPEST) return fc.constant({})
  const properties = Object.entries(schema.properties ?? {})
  return fc.record(
    Object.fromEntries(properties.map(([name, each]) => [name, valuesOf(each, all, depth + 1)])),
    { requiredKeys: schema.required ?? [] },
  )
}
