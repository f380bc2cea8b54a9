import { createRequire } from 'node:module'
import { openSync, type Font } from 'fontkit'

const require = createRequire(import.meta.url)
const file = (weight: string) =>
  require.resolve(`@expo-google-fonts/noto-sans-sc/${weight}/NotoSansSC_${weight}.ttf`)

/** The family that documents embed, as TrueType: renderers of pictures and pages take no woff. */
export const FONT_FAMILY = 'Noto Sans SC'
export const FONT_FILES = { normal: file('400Regular'), bold: file('700Bold') } as const

/** What printers set for a character that no font of theirs has: the geta mark. */
const GETA = '〓'
let regular: Font | undefined

/** Replaces what the embedded font cannot draw, so that a page never shows an empty box. */
export function drawable(text: string): string {
  if (/^[\u0020-\u007e\u3000-\u303f\uff00-\uffef]*$/.test(text)) return text
  regular ??= openSync(FONT_FILES.normal) as Font
  let result = ''
  for (const char of text) result += regular.hasGlyphForCodePoint(char.codePointAt(0) ?? 0) ? char : GETA
  return result
}
