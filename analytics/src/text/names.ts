// Names of people: what this file marks never becomes a term.

import type { FoldedText } from './fold.ts'
import { FLAG_ADDED, FLAG_NAME, type Lexicon } from './lexicon.ts'
import type { Tokens } from './segmenter.ts'

const SURNAMES =
  '赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛奚范彭郎鲁韦昌马苗凤方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于傅皮卞齐康伍余元卜顾孟黄穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉龚程邢裴陆荣翁荀羊甄曲封储靳段富巫乌焦巴谷车侯全班仰秋仲伊宫宁仇栾甘厉祖武符刘景詹束龙叶司黎薄印白怀蒲邰从鄂索赖卓蔺屠蒙池乔闻党翟谭贡劳姬申冉桑桂牛寿边扈燕尚农温庄晏柴瞿阎慕连习宦艾容向古易廖耿满匡文寇广阙东殴利师巩聂晁勾敖融冷辛那简饶曾沙丰关查游竺权盖益桓公肖付闫'

/** Marks the tokens of one message that belong to a name: marks[i] = 1 for token i. */
export interface NameTagger {
  tag(text: FoldedText, tokens: Tokens, marks: Uint8Array): void
}

export function createNameTagger(lexicon: Lexicon): NameTagger {
  const surname = new Uint8Array(65536)
  for (const c of SURNAMES) surname[c.charCodeAt(0)] = 1
  const { flags } = lexicon
  const single = (t: Tokens, i: number): boolean =>
    i < t.count && t.end[i]! - t.start[i]! === 1 && (i === 0 || t.start[i] === t.end[i - 1])

  return {
    tag(text, tokens, marks) {
      marks.fill(0, 0, tokens.count)
      for (let i = 0; i < tokens.count; i++) {
        const word = tokens.word[i]!
        if (word >= 0 && flags[word]! & FLAG_NAME && !(flags[word]! & FLAG_ADDED)) marks[i] = 1
        const start = tokens.start[i]!
        if (tokens.end[i]! - start !== 1 || surname[text.units[start]!] !== 1) continue
        if (!single(tokens, i + 1)) continue
        marks[i] = marks[i + 1] = 1
        if (single(tokens, i + 2)) marks[i + 2] = 1
      }
    },
  }
}
