// Contact data never becomes a term: links, mail addresses, telephone and identity numbers, number plates, account and
// nick names are turned into breaks before any word is looked for. The filter errs towards masking too much.

import { KIND_BREAK, KIND_DIGIT, KIND_HAN, KIND_LATIN, KIND_LINK, type FoldedText } from './fold.ts'

const AT = 0x40
const COLON = 0x3a
const DOT = 0x2e
const UNDERSCORE = 0x5f
const SLASH = 0x2f
const MIXED_LENGTH = 5
const DIGITS_IN_ONE = 4
const DIGITS_IN_GROUPS = 7
/** Separators in a row inside one number, as in "138 - 0013". */
const LONGEST_GAP = 3
const NUMERALS_IN_A_ROW = 5
const MENTION_LENGTH = 20
const NICKNAME_LENGTH = 12

const codes = (text: string): Set<number> => new Set([...text].map((c) => c.charCodeAt(0)))
const NUMERALS = codes('零〇一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖')
const GROUP_SEPARATORS = codes(' -.()/~·,_—*')
const PROVINCES = codes('京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领')
const JOINERS = codes('是为叫')
const CUES = [
  ...[
    '微信号',
    '微信',
    '威信',
    '薇信',
    '扣扣',
    '抖音号',
    '快手号',
    '小红书号',
    '钉钉号',
    '支付宝',
    '账号',
    '帐号',
    '号码',
  ],
  ...[
    '电话',
    '手机',
    '手机号',
    '座机',
    '邮箱',
    '身份证',
    '身份证号',
    '车牌',
    '车牌号',
    '卡号',
    '工号',
    '学号',
  ],
  ...[
    '昵称',
    '网名',
    '群名片',
    '用户名',
    '户名',
    '收款人',
    '联系人',
    '姓名',
    '联系',
    'qq',
    'vx',
    'wx',
    'wechat',
    'weixin',
  ],
  ...['tel', 'id', 'email', 'mail', 'telegram', 'line', 'skype'],
]

const cuesByFirst = new Map<number, string[]>()
for (const cue of CUES) {
  const first = cue.charCodeAt(0)
  cuesByFirst.set(
    first,
    [...(cuesByFirst.get(first) ?? []), cue].sort((a, b) => b.length - a.length),
  )
}

const numeral = new Uint8Array(65536)
for (const unit of NUMERALS) numeral[unit] = 1
const cueStart = new Uint8Array(65536)
for (const unit of cuesByFirst.keys()) cueStart[unit] = 1
/** Where something may begin; letters, digits and what links them are all in ASCII once folded. */
const notable = new Uint8Array(65536).fill(1, 0, 0x80)
for (const unit of [...NUMERALS, ...cuesByFirst.keys()]) notable[unit] = 1

function mask(text: FoldedText, start: number, end: number): void {
  text.kinds.fill(KIND_BREAK, start, end)
}

const isAscii = (kind: number): boolean => kind === KIND_LATIN || kind === KIND_DIGIT || kind === KIND_LINK

/** Number of units of a link's or an address's tail that only such a thing has: `://`, `www.`, `a.bc`, `a@b`. */
function looksLikeAddress(units: Uint16Array, kinds: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const unit = units[i]!
    const inside = i > start && i + 1 < end
    if (unit === AT && inside) return true
    if (unit === COLON && units[i + 1] === SLASH && units[i + 2] === SLASH) return true
    if (unit === DOT && inside && kinds[i - 1] !== KIND_LINK && kinds[i + 1] === KIND_LATIN) return true
    if (unit === UNDERSCORE) return true
  }
  return false
}

/** Handles one stretch of letters, digits and link characters; returns its end. */
function maskChunk(text: FoldedText, start: number): number {
  const { units, kinds } = text
  let end = start
  let digits = 0
  let letters = 0
  for (; isAscii(kinds[end]!); end++) {
    if (kinds[end] === KIND_DIGIT) digits++
    else if (kinds[end] === KIND_LATIN) letters++
  }
  const mixed = digits > 0 && letters > 0 && digits + letters >= MIXED_LENGTH
  if (mixed || digits >= DIGITS_IN_ONE || looksLikeAddress(units, kinds, start, end)) {
    const plate = start > 0 && PROVINCES.has(units[start - 1]!) && letters > 0 && digits > 0
    const mentionAt = units[end - 1] === AT ? end - 1 : end
    mask(text, plate ? start - 1 : start, mentionAt)
  }
  return end
}

/** `@name`: up to the next break, at most MENTION_LENGTH units. */
function maskMention(text: FoldedText, at: number): void {
  const { units, kinds } = text
  let end = at + 1
  if (units[end] === 0x20) end++
  const last = Math.min(text.length, at + MENTION_LENGTH)
  while (end < last && kinds[end] !== KIND_BREAK) end++
  mask(text, at, end)
}

function endOfCue(text: FoldedText, start: number): number {
  const { units } = text
  for (const cue of cuesByFirst.get(units[start]!) ?? []) {
    let i = 0
    while (i < cue.length && units[start + i] === cue.charCodeAt(i)) i++
    if (i === cue.length) return start + i
  }
  return start
}

/** After "微信：", "qq", "姓名:" and the like: an account name in letters, or after a colon a nick name in characters. */
function maskAfterCue(text: FoldedText, start: number): void {
  const { units, kinds } = text
  const end = endOfCue(text, start)
  if (end === start) return
  if (kinds[start] === KIND_LATIN && (kinds[end] === KIND_LATIN || kinds[start - 1] === KIND_LATIN)) return
  const inOne = kinds[start] === KIND_LATIN && isAscii(kinds[end]!) && units[end] !== COLON
  let at = inOne ? start : end
  let explicit = false
  while (!inOne && at < text.length && at < end + 4) {
    if (units[at] === COLON) explicit = true
    else if (JOINERS.has(units[at]!)) explicit = true
    else if (units[at] !== 0x20 && units[at] !== 0x53f7) break
    at++
  }
  const last = Math.min(text.length, at + NICKNAME_LENGTH)
  let stop = at
  if (isAscii(kinds[at]!)) while (isAscii(kinds[stop]!)) stop++
  else if (explicit) while (stop < last && kinds[stop] === KIND_HAN) stop++
  mask(text, at, stop)
}

/** Digit groups parted by blanks, dashes, dots or brackets, and rows of Chinese numerals, mixed or not. */
function maskNumberGroups(text: FoldedText, start: number): number {
  const { units, kinds } = text
  let digits = 0
  let numerals = 0
  let gap = 0
  let end = start
  for (let i = start; i < text.length && gap <= LONGEST_GAP; i++) {
    const unit = units[i]!
    if (unit >= 0x30 && unit <= 0x39) digits++
    else if (numeral[unit] === 1) numerals++
    else if (GROUP_SEPARATORS.has(unit)) {
      gap++
      continue
    } else break
    gap = 0
    end = i + 1
  }
  const isNumber = digits + numerals >= DIGITS_IN_GROUPS || numerals >= NUMERALS_IN_A_ROW
  if (isNumber && (digits > 0 || numerals >= NUMERALS_IN_A_ROW)) mask(text, start, end)
  else if (kinds[start] === KIND_HAN) return start + 1
  return end
}

/** Turns every piece of contact data into breaks, in place. */
export function maskContactData(text: FoldedText): void {
  const { units, kinds } = text
  for (let i = 0; i < text.length;) {
    const unit = units[i]!
    if (notable[unit] === 0) {
      i++
      continue
    }
    if (cueStart[unit] === 1) maskAfterCue(text, i)
    const kind = kinds[i]!
    const digit = unit >= 0x30 && unit <= 0x39
    if (digit || numeral[unit] === 1) {
      const end = maskNumberGroups(text, i)
      if (kinds[i] === KIND_BREAK || kind === KIND_HAN) {
        i = end
        continue
      }
    }
    if (unit === AT && kind === KIND_LINK) maskMention(text, i)
    i = isAscii(kinds[i]!) ? maskChunk(text, i) : i + 1
  }
}
