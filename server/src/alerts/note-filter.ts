import { maskContactData } from '@guanlan/analytics/text/contact'
import { createFold, createFoldedText, foldInto, KIND_BREAK } from '@guanlan/analytics/text/fold'

export type NoteWarning = 'contact' | 'name'

const fold = createFold('')
/** A common surname, one or two characters, and a form of address: the way people are named in notes. */
const ADDRESSED =
  /[王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤][\u4e00-\u9fff]{0,2}(先生|女士|小姐|老师|同学|师傅|医生|大爷|大妈|阿姨|叔叔|经理|主任|科长|处长|书记)/u

/** What a note should not hold: contact data (the same filter as for words) and people named. Errs towards warning. */
export function noteWarnings(text: string, knownNames: Iterable<string>): NoteWarning[] {
  const folded = createFoldedText(text.length + 1)
  foldInto(fold, text, folded)
  const before = folded.kinds.slice(0, folded.length)
  maskContactData(folded)
  const masked = before.some((kind, i) => kind !== KIND_BREAK && folded.kinds[i] === KIND_BREAK)
  const named = ADDRESSED.test(text) || [...knownNames].some((name) => name.length > 1 && text.includes(name))
  return [...(masked ? (['contact'] as const) : []), ...(named ? (['name'] as const) : [])]
}
