/** One token set for both themes: CSS variables and charts read the same values, so they can never disagree. */
export interface Palette {
  /** Page, panel, raised parts, hairlines. */
  page: string
  surface: string
  raised: string
  line: string
  text: string
  muted: string
  /** The one accent: what is selected. */
  accent: string
  onAccent: string
  /** A machine needs a look (silent source, figures that could not be read): never a level, never red. */
  warn: string
  /** The same time last week, wherever it is drawn. */
  ghost: string
  illegal: string
  harmful: string
  conduct: string
  /** Levels of alerts; always drawn with their shape and word. */
  levelBlue: string
  levelYellow: string
  levelOrange: string
  levelRed: string
}

export const THEMES = {
  dark: {
    page: '#0d1115',
    surface: '#141a20',
    raised: '#1e262e',
    line: '#2c3640',
    text: '#e9eef3',
    muted: '#a9b5c0',
    accent: '#5fcf9f',
    onAccent: '#0d1115',
    warn: '#f0b840',
    ghost: '#e4eaef',
    illegal: '#c3a6ff',
    harmful: '#3bbab5',
    conduct: '#65707d',
    levelBlue: '#6aa9ff',
    levelYellow: '#f4d35e',
    levelOrange: '#ff9f4a',
    levelRed: '#ff6a60',
  },
  light: {
    page: '#f4f6f7',
    surface: '#ffffff',
    raised: '#eef1f3',
    line: '#d7dde2',
    text: '#19212a',
    muted: '#53606c',
    accent: '#0b7553',
    onAccent: '#ffffff',
    warn: '#8a5a00',
    ghost: '#141b22',
    illegal: '#6536c9',
    harmful: '#036668',
    conduct: '#8d959e',
    levelBlue: '#1b62c4',
    levelYellow: '#7d6000',
    levelOrange: '#b04a00',
    levelRed: '#c4281c',
  },
} as const satisfies Record<string, Palette>

export type ThemeName = keyof typeof THEMES
export type TierTone = 'illegal' | 'harmful' | 'conduct'

/** `--g-level-blue` for `levelBlue`. */
export function cssVariable(token: keyof Palette): string {
  return `--g-${token.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}
