import { z } from 'zod'

/** Tiers of harm. `care` is not a violation: it never enters violation totals and goes to a care role. */
export const Tier = z.enum(['care', 'illegal', 'harmful', 'conduct'])
export type Tier = z.infer<typeof Tier>

/** Tiers that count as violations, gravest first. */
export const VIOLATION_TIERS = ['illegal', 'harmful', 'conduct'] as const satisfies readonly Tier[]

export const CategoryCode = z
  .string()
  .regex(/^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*){0,2}$/)
  .max(64)

/** One harm category. An organisation's own category is a child of a shipped code and inherits its tier and weight. */
export const Category = z.strictObject({
  code: CategoryCode,
  tier: Tier,
  /** 1 (nuisance) to 5 (someone may be hurt now). */
  weight: z.int().min(1).max(5),
  zh: z.string().min(1).max(60),
  en: z.string().min(1).max(120),
})
export type Category = z.infer<typeof Category>

/** Categories that are shown at unit scope and above only: at group scope they could point at one person. */
export function isSensitiveCategory(code: string): boolean {
  return (
    code.startsWith('self-harm.') ||
    code.startsWith('minors.') ||
    code === 'leak.privacy' ||
    code.startsWith('leak.privacy.')
  )
}

/** Categories that name no harm. They stay out of risk and rules; their share is a warning about the upstream. */
export function isVagueCategory(code: string): boolean {
  return /^(offtopic|uncategorised)(\.|$)/.test(code)
}
