import { AlertCondition, AlertLevel, type RuleKindName } from '@guanlan/contract/alert-rule'
import { z } from 'zod'

/** One input of a condition, read from the kind's schema, so that a new kind has its form at once. */
export type ConditionField =
  | { readonly type: 'choice'; readonly name: string; readonly options: readonly string[] }
  | { readonly type: 'number'; readonly name: string; readonly min: number; readonly max: number }
  | { readonly type: 'levels'; readonly name: string }

function choicesOf(schema: unknown): string[] | null {
  if (schema instanceof z.ZodEnum) return schema.options.map(String)
  if (schema instanceof z.ZodLiteral) return [...schema.values].map(String)
  if (!(schema instanceof z.ZodUnion)) return null
  const parts = schema.options.map(choicesOf)
  return parts.some((part) => part === null) ? null : parts.flatMap((part) => part ?? [])
}

function fieldOf(name: string, schema: unknown): ConditionField {
  const options = choicesOf(schema)
  if (options !== null) return { type: 'choice', name, options }
  if (schema instanceof z.ZodNumber)
    return { type: 'number', name, min: schema.minValue ?? 0, max: schema.maxValue ?? 1e9 }
  return { type: 'levels', name }
}

const schemaOf = (kind: RuleKindName) =>
  AlertCondition.options.find((option) => option.shape.kind.value === kind)?.shape ?? {}

/** Every kind of rule that the contract knows, in its order. */
export const RULE_KINDS: readonly RuleKindName[] = AlertCondition.options.map(
  (option) => option.shape.kind.value,
)

/** Inputs of a kind, in the order of its schema. */
export function fieldsOf(kind: RuleKindName): ConditionField[] {
  return Object.entries(schemaOf(kind)).flatMap(([name, schema]) =>
    name === 'kind' ? [] : [fieldOf(name, schema)],
  )
}

/** Usual values to begin with; the backtest says what they would do here. Levels in the kind's own unit. */
const FIRST_VALUES: Partial<Record<RuleKindName, number>> = {
  threshold: 10,
  rate: 0.05,
  surge: 3,
  'sentiment-shift': 15,
  'time-to-decision': 30,
  'silent-source': 10,
  'register-finding': 7,
}
const FIRST_CHOICES: Readonly<Record<string, string>> = { counted: 'acted', atLeast: AlertLevel.enum.orange }
const FIRST_NUMBERS: Readonly<Record<string, number>> = {
  windowMinutes: 60,
  leastMessages: 50,
  leastCount: 10,
}

function firstValue(kind: RuleKindName, field: ConditionField): unknown {
  if (field.type === 'levels') return [{ level: AlertLevel.enum.yellow, from: FIRST_VALUES[kind] ?? 1 }]
  if (field.type === 'number') return Math.max(field.min, FIRST_NUMBERS[field.name] ?? field.min)
  const usual = FIRST_CHOICES[field.name]
  return usual !== undefined && field.options.includes(usual) ? usual : field.options[0]
}

/** A condition of a kind that the contract takes as it is. */
export function firstCondition(kind: RuleKindName): AlertCondition {
  return AlertCondition.parse({
    kind,
    ...Object.fromEntries(fieldsOf(kind).map((field) => [field.name, firstValue(kind, field)])),
  })
}
