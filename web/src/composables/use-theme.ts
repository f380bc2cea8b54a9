import { ref } from 'vue'
import { type Palette, type ThemeName, THEMES, cssVariable } from '@guanlan/charts/palette'

const KEY = 'guanlan.theme'
const media = window.matchMedia('(prefers-color-scheme: dark)')
/** Paper is white: what is printed from a dark screen would be a page of ink. */
const paper = window.matchMedia('print')

export type ThemeChoice = ThemeName | 'system'

function stored(): ThemeChoice {
  const value = localStorage.getItem(KEY)
  return value === 'dark' || value === 'light' ? value : 'system'
}

const choice = ref<ThemeChoice>(stored())
const forced = ref<ThemeName | null>(null)
const name = ref<ThemeName>('light')
const palette = ref<Palette>(THEMES.light)

function apply(): void {
  const chosen = choice.value === 'system' ? (media.matches ? 'dark' : 'light') : choice.value
  name.value = paper.matches ? 'light' : (forced.value ?? chosen)
  palette.value = THEMES[name.value]
  const root = document.documentElement
  for (const token of Object.keys(palette.value) as (keyof Palette)[]) {
    root.style.setProperty(cssVariable(token), palette.value[token])
  }
  root.classList.toggle('dark', name.value === 'dark')
  root.style.colorScheme = name.value
}

media.addEventListener('change', apply)
paper.addEventListener('change', apply)

/** The theme on the screen. A wall forces the dark one while it is shown. */
export function useTheme() {
  return {
    name,
    palette,
    choice,
    choose(next: ThemeChoice): void {
      choice.value = next
      if (next === 'system') localStorage.removeItem(KEY)
      else localStorage.setItem(KEY, next)
      apply()
    },
    force(theme: ThemeName | null): void {
      forced.value = theme
      apply()
    },
  }
}
