import { describe, expect, it } from 'vitest'
import type { Palette } from './palette.ts'
import { THEMES, cssVariable } from './palette.ts'

type Rgb = [number, number, number]

function linear(hex: string): Rgb {
  const parts = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
  return parts.map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)) as Rgb
}

// WCAG 2.2 relative luminance and contrast.
const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(linear(a)), luminance(linear(b))].sort((x, y) => y - x) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

// Machado, Oliveira, Fernandes 2009, severity 1.0, in linear RGB.
const VISION: Record<string, Rgb[]> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
}

function seen(hex: string, vision: string): Rgb {
  const [r, g, b] = linear(hex)
  return VISION[vision]!.map((row) => Math.min(1, Math.max(0, row[0] * r + row[1] * g + row[2] * b))) as Rgb
}

function lab([r, g, b]: Rgb): Rgb {
  const f = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116)
  const x = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047)
  const y = f(luminance([r, g, b]))
  const z = f((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883)
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}

/** CIE76 distance of two colours as one kind of eye sees them. */
function distance(a: string, b: string, vision: string): number {
  const [p, q] = [lab(seen(a, vision)), lab(seen(b, vision))]
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2])
}

const TEXT: (keyof Palette)[] = [
  'text',
  'muted',
  'accent',
  'warn',
  'levelBlue',
  'levelYellow',
  'levelOrange',
  'levelRed',
]
const MARKS: (keyof Palette)[] = ['illegal', 'harmful', 'conduct', 'ghost']

describe.each(Object.entries(THEMES))('theme %s', (_name, theme: Palette) => {
  it.each(TEXT)('reads %s as text (4.5:1) on page, surface and raised parts', (token) => {
    for (const ground of [theme.page, theme.surface, theme.raised]) {
      expect(contrast(theme[token], ground)).toBeGreaterThanOrEqual(4.5)
    }
  })

  it('reads text on the accent', () => {
    expect(contrast(theme.onAccent, theme.accent)).toBeGreaterThanOrEqual(4.5)
  })

  it.each(MARKS)('sees %s as a mark (3:1) on its panel', (token) => {
    expect(contrast(theme[token], theme.surface)).toBeGreaterThanOrEqual(3)
  })

  it.each(Object.keys(VISION))('keeps tiers and last week apart for %s vision', (vision) => {
    for (const [i, a] of MARKS.entries()) {
      for (const b of MARKS.slice(i + 1))
        expect(distance(theme[a], theme[b], vision), `${a} and ${b}`).toBeGreaterThan(20)
    }
  })

  it('has no red tier: red is for a person who is needed now', () => {
    for (const tier of ['illegal', 'harmful', 'conduct'] as const) {
      const [, a, b] = lab(linear(theme[tier]))
      const hue = (Math.atan2(b, a) * 180) / Math.PI
      const chroma = Math.hypot(a, b)
      expect(chroma < 12 || hue < -30 || hue > 100, `${tier} hue ${hue.toFixed(0)}`).toBe(true)
    }
  })
})

it('names CSS variables after tokens', () => {
  expect(cssVariable('levelBlue')).toBe('--g-level-blue')
})
