// One table folds every UTF-16 unit before anything else looks at it: full-width to half-width, capitals to small
// letters, circled digits to digits, traditional to simplified characters. So each later step knows one spelling only,
// and contact data written in odd digits meets the same filter as plain ones.

/** What a folded unit is, as far as tokens are concerned. */
export const KIND_BREAK = 0
export const KIND_HAN = 1
export const KIND_LATIN = 2
export const KIND_DIGIT = 3
/** Holds letters and digits together inside addresses, links and account names: . - _ / : @ + and the like. */
export const KIND_LINK = 4
/** Invisible (zero-width, variation selector): dropped, so that it cannot cut a number in two. */
const KIND_DROP = 5
const KIND_SPACE = 6

const LINK_CHARACTERS = '.-_/:@+%&=?#~'

export interface Fold {
  /** folded[unit] for each UTF-16 unit. */
  readonly folded: Uint16Array
  readonly kinds: Uint8Array
  /** The same for U+1D400..U+1D7FF (mathematical letters and digits), by low surrogate minus 0xDC00. */
  readonly mathematical: Uint16Array
}

/** The folded text of one message, in buffers that the next call overwrites. */
export interface FoldedText {
  readonly units: Uint16Array
  readonly kinds: Uint8Array
  /** Units held, without the invisible ones; white space stays as a break. */
  length: number
}

const isInvisible = (unit: number): boolean =>
  (unit >= 0x200b && unit <= 0x200f) ||
  (unit >= 0x202a && unit <= 0x202e) ||
  (unit >= 0x2060 && unit <= 0x206f) ||
  (unit >= 0xfe00 && unit <= 0xfe0f) ||
  unit === 0xfeff ||
  unit === 0xad ||
  unit === 0x20e3

const isSpace = (unit: number): boolean =>
  unit === 0x20 ||
  (unit >= 9 && unit <= 13) ||
  unit === 0xa0 ||
  unit === 0x3000 ||
  (unit >= 0x2000 && unit <= 0x200a)

const isHan = (unit: number): boolean =>
  (unit >= 0x4e00 && unit <= 0x9fff) || (unit >= 0x3400 && unit <= 0x4dbf) || unit === 0x3007

function kindOf(unit: number): number {
  if (isHan(unit)) return KIND_HAN
  if (unit >= 0x61 && unit <= 0x7a) return KIND_LATIN
  if (unit >= 0x30 && unit <= 0x39) return KIND_DIGIT
  if (unit < 0x80 && LINK_CHARACTERS.includes(String.fromCharCode(unit))) return KIND_LINK
  if (isSpace(unit)) return KIND_SPACE
  return KIND_BREAK
}

/** Compatibility form of one code point as one UTF-16 unit: the first unit of NFKC, lower-cased; a number's last digit. */
function compatible(codePoint: number): number {
  const plain = String.fromCodePoint(codePoint).normalize('NFKC').toLowerCase()
  const digits = plain.match(/^[(]?(\d+)[).]?$/)
  if (digits) return digits[1]!.charCodeAt(digits[1]!.length - 1)
  return plain.charCodeAt(0)
}

/** @param pairs a string of character pairs, traditional before simplified, white space ignored. */
export function createFold(pairs: string): Fold {
  const folded = new Uint16Array(65536)
  const kinds = new Uint8Array(65536)
  for (let unit = 0; unit < 65536; unit++) {
    const surrogate = unit >= 0xd800 && unit <= 0xdfff
    folded[unit] = surrogate || isInvisible(unit) || isSpace(unit) ? unit : compatible(unit)
  }
  const letters = pairs.replace(/\s/g, '')
  for (let i = 0; i + 1 < letters.length; i += 2) folded[letters.charCodeAt(i)] = letters.charCodeAt(i + 1)
  for (let unit = 0; unit < 65536; unit++) {
    kinds[unit] = isInvisible(unit) ? KIND_DROP : isSpace(unit) ? KIND_SPACE : kindOf(folded[unit]!)
  }
  const mathematical = new Uint16Array(1024)
  for (let low = 0; low < 1024; low++) mathematical[low] = compatible(0x1d400 + low)
  return { folded, kinds, mathematical }
}

export function createFoldedText(capacity: number): FoldedText {
  return { units: new Uint16Array(capacity + 2), kinds: new Uint8Array(capacity + 2), length: 0 }
}

/** Folds `text` into `out`; anything past the buffer's capacity is left out. */
export function foldInto(fold: Fold, text: string, out: FoldedText): void {
  const { folded, kinds, mathematical } = fold
  const end = Math.min(text.length, out.units.length - 2)
  let n = 0
  for (let i = 0; i < end; i++) {
    const unit = text.charCodeAt(i)
    let kind = kinds[unit]!
    if (kind === KIND_DROP) continue
    let plain = folded[unit]!
    if (unit >= 0xd800 && unit <= 0xdbff) {
      const low = i + 1 < end ? text.charCodeAt(i + 1) : 0
      if (low >= 0xdc00 && low <= 0xdfff) i++
      plain = unit === 0xd835 && low >= 0xdc00 ? mathematical[low - 0xdc00]! : 0xfffd
      kind = kinds[plain]!
    }
    out.units[n] = plain
    out.kinds[n] = kind === KIND_SPACE ? KIND_BREAK : kind
    n++
  }
  out.units[n] = 0
  out.kinds[n] = KIND_BREAK
  out.length = n
}

/** The folded form of a word, as the dictionary and the gazetteer hold it. */
export function foldWord(fold: Fold, word: string): string {
  const text = createFoldedText(word.length)
  foldInto(fold, word, text)
  return String.fromCharCode(...text.units.subarray(0, text.length))
}
